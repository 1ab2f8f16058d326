import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from bot.ask import answers, ask
from bot.assistant import build_assistant
from bot.models import train
from bot.settings import clock_of, load
from tests.support import MORNING

SETTINGS = load({"LERNALLIANZ_CLOCK_START": MORNING})
FIELDS = {
    "question",
    "outcome",
    "article",
    "keys",
    "alternatives",
    "confidence",
    "text",
    "milliseconds",
}


@pytest.fixture(scope="module")
def conversation() -> object:
    train(SETTINGS)
    return build_assistant(SETTINGS).conversation


def answered(*lines: object) -> list[dict[str, object]]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return list(answers(SETTINGS, texts))


def test_each_line_gives_one_object_with_all_fields() -> None:
    [answer] = answered("Wie viel Urlaub habe ich mit 17?")

    assert set(answer) == FIELDS
    assert answer["outcome"] == "answer"
    assert answer["article"] == "urlaub.u18"
    assert "Nächster Schritt" in str(answer["text"])


@pytest.mark.parametrize(
    ("question", "outcome", "article"),
    [
        ("wie wird das wetter", "out_of_scope", "meta.nicht_zustaendig"),
        ("schreib mein berichtsheft für mich", "answer", "meta.hausaufgaben"),
        ("kannst du die unterschrift von meinem chef nachmachen", "answer", "meta.taeuschung"),
        ("welche noten braucht man als mechatroniker", "fallback", None),
        ("hallo", "dialogue", None),
        ("/hilfe", "dialogue", None),
        ("", "dialogue", None),
    ],
)
def test_outcomes(question: str, outcome: str, article: str | None) -> None:
    [answer] = answered({"question": question})

    assert (answer["outcome"], answer["article"]) == (outcome, article)


def test_bad_lines_give_an_error_and_go_on() -> None:
    bad = answered("{kaputt", {"frage": 1}, {"question": "hi", "farbe": 1}, "danke")

    assert ["error" in answer for answer in bad] == [True, True, True, False]


def test_language_level_and_role_are_used() -> None:
    plain, simple = answered(
        {"question": "urlaub mit 17"},
        {"question": "urlaub mit 17", "language_level": "einfach", "role": "parent", "age": 17},
    )

    assert plain["article"] == simple["article"]
    assert plain["text"] != simple["text"]


@limits(max_examples=60, suppress_health_check=list(HealthCheck))
@given(line=st.text(max_size=300))
async def test_any_line_gives_an_object(line: str, conversation: object) -> None:
    answer = await ask(conversation, clock_of(SETTINGS), line)  # type: ignore[arg-type]

    assert set(answer) == FIELDS or "error" in answer or answer["outcome"] == "crisis"
    assert json.dumps(answer)
