"""What was learnt from must stay recognised; the unseen half is measured by hand only."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from bot.models import harmless_texts
from bot.settings import load
from bot.texts import load_texts
from bot.understanding.crisis.classifier import load_classifier
from bot.understanding.crisis.detector import Assessment, CrisisDetector
from bot.understanding.crisis.rules import ABOUT, PART, RULES
from bot.understanding.crisis.texts import CrisisTexts
from bot.understanding.crisis.training import read_phrases
from bot.understanding.modelfile import ModelFileError
from knowledge.check import CONFIRMED
from knowledge.text import figures
from tests.crisis.measure import left_out, measured, phrases_of, shipped_detector

TEXTS = CrisisTexts.from_texts(load_texts("crisis"))


@pytest.fixture(scope="module")
def detector() -> CrisisDetector:
    return shipped_detector()


@pytest.fixture(scope="module", params=["rules", "rules and classifier"])
def each_detector(request: pytest.FixtureRequest, detector: CrisisDetector) -> CrisisDetector:
    return CrisisDetector(detector.rules) if request.param == "rules" else detector


@pytest.mark.parametrize(
    ("name", "recall"),
    [
        ("seen", 0.95),
        ("practice", 0.95),
        ("practice_2", 0.95),
        ("practice_3", 0.95),
        ("practice_4", 0.95),
        ("practice_5", 0.95),
        ("writers_a", 0.95),
        ("writers_languages", 0.93),
    ],
)
def test_what_the_rules_learnt_stays_learnt(
    each_detector: CrisisDetector, name: str, recall: float
) -> None:
    found = measured(phrases_of(name), each_detector.assess)

    assert found["recall"] >= recall
    assert found["recall acute as acute"] >= 0.9
    assert found["harmless taken for acute"] <= 1
    assert found["harmless taken for distress"] <= 8


STRANGERS = ("writers_b", "writers_c", "writers_general_2", "writers_general_3")
"""Among those that nobody wrote to be of one kind."""


@pytest.fixture(scope="module")
def strangers() -> dict[str, dict[str, float]]:
    return left_out(*STRANGERS)


@pytest.mark.parametrize("name", STRANGERS)
def test_a_writer_whom_nobody_learnt_from_is_understood(
    strangers: dict[str, dict[str, float]], name: str
) -> None:
    found = strangers[name]

    assert found["recall"] >= 0.9
    assert found["recall acute as acute"] >= 0.7
    assert found["harmless taken for acute"] <= found["harmless phrases"] * 0.08
    assert found["harmless taken for distress"] <= found["harmless phrases"] * 0.14
    crises = found["acute phrases"] + found["distress phrases"]
    assert found["addressee right, of those recognised"] >= crises * 0.8


def test_everyday_words_raise_few_false_alarms(each_detector: CrisisDetector) -> None:
    levels = [
        found.level
        for question in harmless_texts(load())
        if (found := each_detector.assess(question))
    ]

    assert levels.count("acute") <= len(harmless_texts(load())) * 0.006
    assert levels.count("distress") <= len(harmless_texts(load())) * 0.03


EACH = 30
"""Of thousands of everyday questions, so many are stepped over."""
PLAIN = [
    "ich will sterben",
    "ich will nicht mehr leben",
    "ich bring mich um",
    "mein vater schlägt mich jeden tag",
    "ich ritze mich wieder",
    "er hat mich vergewaltigt",
]


@pytest.mark.parametrize("said", PLAIN)
def test_plain_words_are_heard_beside_any_question(detector: CrisisDetector, said: str) -> None:
    for question in harmless_texts(load())[::EACH]:
        assert detector.assess(f"{question}. {said}") is not None
        assert detector.assess(f"{said}. {question}") is not None


@pytest.mark.parametrize("said", PLAIN)
def test_without_punctuation_plain_words_are_rarely_missed(
    detector: CrisisDetector, said: str
) -> None:
    questions = harmless_texts(load())[::EACH]
    missed = [each for each in questions if detector.assess(f"{each} {said}") is None]

    assert len(missed) <= len(questions) * 0.03


@pytest.mark.parametrize(
    ("text", "level", "about"),
    [
        ("Ich will nicht mehr leben!!", "acute", "self"),
        ("meine freundin bringt sich um", "acute", "friend"),
        ("Mein Sohn will sterben", "acute", "child"),
        ("werde gemobbt", "distress", "self"),
        ("unser Azubi ist völlig verzweifelt", "distress", "child"),
        ("lorem ipsum " * 400 + "ich will sterben" + " dolor sit" * 400, "acute", "self"),
    ],
)
def test_level_and_addressee(
    each_detector: CrisisDetector, text: str, level: str, about: str
) -> None:
    found = each_detector.assess(text)

    assert found is not None
    assert (found.level, found.about) == (level, about)


@pytest.mark.parametrize("text", ["", "die prüfung bringt mich um", "mein akku ist tot", "🙂" * 99])
def test_harmless(each_detector: CrisisDetector, text: str) -> None:
    assert each_detector.assess(text) is None


@given(st.text())
def test_any_text_is_assessed(detector: CrisisDetector, text: str) -> None:
    found = detector.assess(text)

    assert found is None or found.level in ("acute", "distress")


@given(st.integers(0, 2 * PART))
def test_a_crisis_is_found_wherever_it_stands(detector: CrisisDetector, before: int) -> None:
    assert detector.assess("x " * (before // 2) + "ich will sterben") is not None


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("level", ["acute", "distress"])
def test_the_fixed_answers_name_confirmed_numbers_only(level: str, about: str) -> None:
    text = TEXTS.answer(Assessment(level, about, frozenset({"abuse", "violence"})))
    numbers = {figure for figure in figures(text) if len(figure) > 2}

    assert numbers <= CONFIRMED
    assert numbers & figures("116 123, 116 111, 0800 111 0 550")
    if level == "acute":
        assert figures("112 110") <= numbers
    assert not re.search(r"\d Uhr", text) or "Zeiten können sich ändern" in text


def test_without_its_texts_the_assistant_does_not_start() -> None:
    with pytest.raises(ConfigurationError):
        CrisisTexts.from_texts({"acute": {"self": "x"}})


def test_no_group_and_no_rule_stands_there_in_vain() -> None:
    raw = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    sections = {name: rules for name, rules in raw.items() if name not in ("spellings", "groups")}
    named = {
        item.strip("!") for rules in sections.values() for rule in rules for item in rule.split()
    }
    named |= {pattern for patterns in raw["groups"].values() for pattern in map(str, patterns)}

    assert set(raw["groups"]) <= named
    assert all(len(rules) == len(set(rules)) for rules in sections.values())


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 99, b"PK\x03\x04 and nothing"])
def test_without_its_model_the_rules_carry_it(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "crisis.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ModelFileError):
        load_classifier(path)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "hilfe",
        '{"text": "?"}',
        '{"text": "?", "level": "acute"}',
        '{"text": "?", "level": "bad", "about": "self"}',
        '{"text": "?", "level": "acute", "about": "dog"}',
    ],
)
def test_a_broken_phrase_is_named_by_file_and_line(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"text": "gut", "level": "none"}}\n{broken}\n')

    with pytest.raises(ConfigurationError, match=r"x\.jsonl:2"):
        read_phrases(path)
