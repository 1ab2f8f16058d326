from pathlib import Path

import pytest

from bot.engine.examples import load_examples
from bot.engine.project import DialogueError
from bot.engine.responses import load_responses
from bot.events import (
    BotUttered,
    Entity,
    Event,
    Parse,
    Ranked,
    Restarted,
    SlotSet,
    UserUttered,
)
from bot.tracker import KEPT_EVENTS, Tracker, apply, from_json, to_json

RESPONSES = """
responses:
  utter_hello:
    - text: "Hallo {name}"
    - text: "Hi {name}"
    - text: "Moin {name}"
      channel: telegram
    - text: "Kurz: {name}"
      condition:
        - {type: slot, name: level, value: einfach}
      buttons:
        - {title: "Mehr zu {name}", payload: "/more{\\"key\\": \\"{name}\\"}"}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "domain.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("slots", "channel", "turn", "expected"),
    [
        ({}, "web", 0, "Hallo Kim"),
        ({}, "web", 1, "Hi Kim"),
        ({}, "web", 2, "Hallo Kim"),
        ({}, "telegram", 1, "Moin Kim"),
        ({"level": "einfach"}, "web", 0, "Kurz: Kim"),
    ],
)
def test_the_fitting_variation_is_drawn(
    tmp_path: Path, slots: dict[str, str], channel: str, turn: int, expected: str
) -> None:
    responses = load_responses(written(tmp_path, RESPONSES))

    actual = responses.draw(
        "utter_hello", slots=slots, values={"name": "Kim"}, channel=channel, turn=turn
    )

    assert actual.text == expected


def test_placeholders_are_filled_in_buttons_and_never_twice(tmp_path: Path) -> None:
    responses = load_responses(written(tmp_path, RESPONSES))

    actual = responses.draw(
        "utter_hello", slots={"level": "einfach"}, values={"name": "{level}"}, channel="web"
    )

    assert actual.text == "Kurz: {level}"
    assert actual.buttons[0].payload == '/more{"key": "{level}"}'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("responses:\n  utter_a:\n    - test: x\n", 2, "text"),
        ("responses:\n  utter_a: []\n", 2, "no text"),
        ("responses:\n  utter_a:\n    - {text: x, sound: y}\n", 2, "sound"),
        ("responses:\n  utter_a:\n    - {text: x, buttons: [{title: y}]}\n", 2, "payload"),
        ("responses:\n  utter_a:\n    - {text: x, condition: [{type: role}]}\n", 2, "condition"),
        ("responses:\n\tutter_a: x\n", 2, "YAML"),
        ("- a\n", 1, "mapping"),
    ],
)
def test_wrong_responses_are_refused_with_file_line_and_reason(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(DialogueError, match=reason) as refused:
        load_responses(written(tmp_path, text))

    assert (refused.value.path.name, refused.value.line) == ("domain.yml", line)


def test_a_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_bytes("responses: ä".encode("latin-1"))

    with pytest.raises(DialogueError, match="UTF-8"):
        load_responses(tmp_path)


def test_examples_are_read(tmp_path: Path) -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hallo du\n"

    assert load_examples(written(tmp_path, text)).by_intent() == {"greet": ("hi", "hallo du")}


def test_a_tracker_survives_its_json_and_keeps_its_last_events() -> None:
    parse = Parse("hi", "greet", 0.5, (Ranked("faq/a", 0.4),), (Entity("n", 1),))
    said: list[Event] = [UserUttered(parse)] * 40
    tracker = apply(Tracker(), [*said, SlotSet("a", [1]), BotUttered("x")])

    actual = from_json(to_json(tracker))

    assert actual.slots == {"a": [1]}
    assert actual.events == (*tuple([said[0]] * (KEPT_EVENTS - 1)), SlotSet("a", [1]))
    assert actual.latest_message == parse


def test_restarting_forgets_everything() -> None:
    tracker = apply(Tracker(), [SlotSet("a", 1), Restarted()])

    assert (tracker.slots, tracker.slot("a")) == ({}, None)
    assert from_json(to_json(tracker)).events == ()
