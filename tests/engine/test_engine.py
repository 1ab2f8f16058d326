from pathlib import Path

import pytest

from bot.engine.examples import load_examples
from bot.engine.policy import RulePolicy, load_rules
from bot.engine.project import DialogueError
from bot.engine.responses import load_responses
from bot.tracker import (
    ACTION_LISTEN,
    KEPT_EVENTS,
    ActionExecuted,
    BotUttered,
    Event,
    FollowupAction,
    Parse,
    Ranked,
    Restarted,
    SlotSet,
    Tracker,
    UserUttered,
    apply,
    from_json,
    to_json,
)

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


async def test_rules_run_their_actions_in_order_and_then_listen(tmp_path: Path) -> None:
    text = "rules:\n- rule: r\n  steps: [{intent: greet}, {action: a}, {action: b}]\n"
    policy = RulePolicy(load_rules(written(tmp_path, text)))
    tracker = apply(Tracker(), [UserUttered(Parse("hi", "greet", 1.0))])
    names = []
    for _ in range(3):
        names.append(await policy.next_action(tracker))
        tracker = apply(tracker, [ActionExecuted(names[-1])])

    assert names == ["a", "b", ACTION_LISTEN]


async def test_a_followup_wins_over_rules() -> None:
    policy = RulePolicy({"greet": ("a", "b")})
    said = UserUttered(Parse("hi", "greet", 1.0))
    events: list[Event] = [said, ActionExecuted("a"), FollowupAction("z")]

    assert await policy.next_action(apply(Tracker(), events)) == "z"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("{rule: r, steps: [{intent: a}]}", "at least one action"),
        ("{rule: r, condition: [], steps: [{intent: a}, {action: b}]}", "nothing else"),
        ("{rule: r, steps: [{action: a}, {action: b}]}", "first step"),
        ("{rule: r, steps: [{intent: a}, {slot_was_set: b}]}", "action"),
    ],
)
def test_rules_that_are_not_supported_yet_are_refused(
    tmp_path: Path, rule: str, reason: str
) -> None:
    with pytest.raises(DialogueError, match=reason):
        load_rules(written(tmp_path, f"rules:\n- {rule}\n"))


def test_two_rules_for_one_intent_contradict(tmp_path: Path) -> None:
    rule = "- {rule: r, steps: [{intent: a}, {action: b}]}\n"
    with pytest.raises(DialogueError, match="two rules"):
        load_rules(written(tmp_path, f"rules:\n{rule}{rule}"))


def test_examples_are_read(tmp_path: Path) -> None:
    text = "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hallo du\n"

    assert load_examples(written(tmp_path, text)) == {"greet": ("hi", "hallo du")}


def test_a_tracker_survives_its_json_and_keeps_its_last_events() -> None:
    parse = Parse("hi", "greet", 0.5, (Ranked("faq/a", 0.4),), {"n": 1})
    said: list[Event] = [UserUttered(parse)] * 40
    tracker = apply(Tracker(), [*said, SlotSet("a", [1]), BotUttered("x")])

    actual = from_json(to_json(tracker))

    assert actual.slots == {"a": [1]}
    assert actual.events == tracker.events[-KEPT_EVENTS:]
    assert actual.latest_message == parse


def test_restarting_forgets_everything() -> None:
    tracker = apply(Tracker(), [SlotSet("a", 1), Restarted()])

    assert (tracker.slots, tracker.slot("a")) == ({}, None)
