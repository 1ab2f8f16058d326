"""Random projects and random turns, compared live with one Rasa process: `make rasa-random`.

Needs Rasa's environment (RASA_PYTHON names its Python), so it is not part of `make test`.
"""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conformance.ours import result
from tests.conformance.test_conformance import settled

RASA = os.environ.get("RASA_PYTHON", "")
PROJECTS = int(os.environ.get("RASA_PROJECTS", "40"))
TURNS = 50
INTENTS = ("start", "other", "a", "b", "c", "say")
WORDS = ("eins", "zwei", "falsch", "zurück", "stopp")

pytestmark = pytest.mark.skipif(not RASA, reason="compares with a living Rasa: make rasa-random")


@pytest.fixture(scope="module")
def rasa() -> Iterator["Rasa"]:
    """One process for all projects."""
    script = Path(__file__).with_name("record.py")
    with subprocess.Popen(
        [RASA, str(script), "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Rasa(process)
        assert process.stdin
        process.stdin.close()


class Rasa:
    """Plays cases."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def play(self, case: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        played: dict[str, Any] = json.loads(self._process.stdout.readline())
        return played


@settings(
    max_examples=PROJECTS,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    report_multiple_bugs=False,
)
@given(st.integers(0, 10**9))
def test_random_projects_agree(rasa: Rasa, seed: int) -> None:
    case = made(random.Random(seed))  # noqa: S311 - dice, no secret

    theirs = rasa.play(case)
    ours = result(case)

    assert ("error" in ours) == ("error" in theirs), (case, ours, theirs)
    assert settled(ours) == settled(theirs), case


def made(dice: random.Random) -> dict[str, Any]:
    """A small random project with its turns."""
    slots = _slots(dice)
    required = dice.sample(["t0", "t1", "s0", "s1"], dice.randint(1, 3))
    form: dict[str, Any] = {"required_slots": required}
    if dice.random() < 0.5:
        form["ignored_intents"] = dice.sample(["a", "b", "c"], dice.randint(1, 2))
    names = ["one", "two", "three", "done", "default", "ask_t0", "ask_f_s0", "ask_s1"]
    domain: dict[str, Any] = {
        "intents": list(INTENTS),
        "entities": ["e0", "e1"],
        "slots": slots,
        "forms": {"f": form, "g": {"required_slots": ["t1"]}},
        "responses": {f"utter_{name}": [{"text": name}] for name in names},
        "actions": dice.choice([[], ["validate_f"], ["validate_f", "action_x"]]),
    }
    case = {
        "name": "random",
        "domain": domain,
        "rules": _rules(dice, domain),
        "actions": {
            "validate_f": {"validate": _clauses(dice, required)},
            "action_x": _action(dice),
        },
        "conversations": [[_turn(dice) for _ in range(TURNS // 5)] for _ in range(5)],
    }
    if dice.random() < 0.3:
        case["config"] = {"policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}]}
        steps = [
            {"intent": "b"},
            {"action": "utter_two"},
            {"intent": "c"},
            {"action": "utter_three"},
        ]
        case["stories"] = [{"story": "s", "steps": steps}]
    return case


def _slots(dice: random.Random) -> dict[str, Any]:
    def asked(form: str, slot: str) -> list[dict[str, str]]:
        return [{"active_loop": form, "requested_slot": slot}]

    text: dict[str, Any] = {"type": "from_text", "conditions": asked("f", "t0")}
    if dice.random() < 0.5:
        text["not_intent"] = dice.sample(["a", "b", "c", "other"], dice.randint(1, 2))
    s1 = [
        {"type": "from_intent", "intent": "a", "value": True},
        {"type": "from_intent", "intent": "b", "value": False},
    ]
    if dice.random() < 0.5:
        s1 = [{**mapping, "conditions": asked("f", "s1")} for mapping in s1]
    t1 = [
        {"type": "from_text", "conditions": asked("g", "t1")},
        {"type": "from_text", "intent": "say", "conditions": asked("f", "t1")},
    ]
    return {
        "t0": {"type": "text", "mappings": [text]},
        "t1": {"type": "text", "influence_conversation": dice.random() < 0.5, "mappings": t1},
        "s0": {"type": "text", "mappings": [{"type": "from_entity", "entity": "e0"}]},
        "s1": {"type": "bool", "mappings": s1},
        "s2": {
            "type": "categorical",
            "values": ["x", "y"],
            "mappings": [{"type": "from_entity", "entity": "e1", "not_intent": "say"}],
        },
    }


def _rules(dice: random.Random, domain: dict[str, Any]) -> list[dict[str, Any]]:
    loop, none = {"active_loop": "f"}, {"active_loop": None}
    ended = [{"action": "f"}, none, {"slot_was_set": [{"requested_slot": None}]}]
    rules: list[dict[str, Any]] = [
        {"rule": "start", "steps": [{"intent": "start"}, {"action": "f"}, loop]},
        {
            "rule": "end",
            "condition": [loop],
            "steps": [*ended, {"action": "utter_done"}],
            "wait_for_user_input": dice.random() < 0.7,
        },
    ]
    if not rules[1]["wait_for_user_input"]:
        rules.append({"rule": "then", "steps": [{"action": "utter_done"}, {"action": "utter_one"}]})
    if dice.random() < 0.5:
        end = [{"action": "g"}, none, {"slot_was_set": [{"requested_slot": None}]}]
        begin = {"active_loop": "g"}
        rules += [
            {"rule": "other", "steps": [{"intent": "other"}, {"action": "g"}, begin]},
            {"rule": "end g", "condition": [begin], "steps": [*end, {"action": "utter_two"}]},
        ]
    for intent in ("a", "b", "c"):
        rules += _answers(dice, intent, domain)
    return rules


def _answers(dice: random.Random, intent: str, domain: dict[str, Any]) -> list[dict[str, Any]]:
    said = {"action": dice.choice(["utter_one", "utter_two", "utter_three"])}
    more = [{"action": "action_x"}] if "action_x" in domain["actions"] else []
    plain = {"rule": intent, "steps": [{"intent": intent}, *more, said]}
    loop = {"active_loop": "f"}
    match dice.randrange(7):
        case 0:
            return []
        case 1:
            return [plain]
        case 2:
            return [
                {
                    **plain,
                    "rule": f"{intent} {value}",
                    "condition": [{"slot_was_set": [{"s1": value}]}],
                }
                for value in (True, False, None)
            ]
        case 3:
            back = [{"intent": intent}, said, {"action": "f"}, loop]
            return [plain, {"rule": f"{intent} in f", "condition": [loop], "steps": back}]
        case 4:
            stop = [{"intent": intent}, {"action": "action_deactivate_loop"}, {"active_loop": None}]
            return [{"rule": f"{intent} stops", "condition": [loop], "steps": [*stop, said]}]
        case 5:
            there = [{"intent": intent, "entities": [{"e1": "x"}]}, {"action": "utter_three"}]
            return [plain, {"rule": f"{intent} with", "steps": there}]
        case _:
            first = [{"intent": intent}, {"action": "utter_three"}]
            return [plain, {"rule": f"{intent} first", "conversation_start": True, "steps": first}]


def _clauses(dice: random.Random, required: list[str]) -> list[dict[str, Any]]:
    slot = required[0]
    every: list[dict[str, Any]] = [
        {"slot": slot, "value": "falsch", "events": [["slot", slot, None], ["bot", "nein"]]},
        {"slot": slot, "value": "zwei", "events": [["slot", slot, "ZWEI"]]},
        {"slot": "t0", "value": "zurück", "events": [["slot", "t0", None], ["slot", "s0", None]]},
        {"slot": "t0", "value": "eins", "events": [["slot", "t0", "eins"], ["slot", "s1", True]]},
        {"slot": slot, "value": "stopp", "events": [["slot", "requested_slot", None]]},
        {"slot": "t1", "value": "stopp", "events": [["loop", None]]},
        {"slot": slot, "value": "zurück", "events": [["reject"]]},
        {"slot": "s0", "value": "falsch", "events": [["slot", "s0", None]]},
    ]
    return dice.sample(every, dice.randint(0, 4))


def _action(dice: random.Random) -> list[dict[str, Any]]:
    return [
        {"when": {"slots": {"s1": True}}, "events": [["slot", "s1", None], ["bot", "x"]]},
        {
            "events": dice.choice(
                [[["bot", "y"]], [["slot", "s2", "y"]], [["followup", "utter_two"]], []]
            )
        },
    ]


def _turn(dice: random.Random) -> Any:
    turn: dict[str, Any] = {"intent": dice.choice(INTENTS), "text": dice.choice(WORDS)}
    if dice.random() < 0.3:
        turn["entities"] = {"e0": dice.choice(WORDS)}
    if dice.random() < 0.2:
        turn.setdefault("entities", {})["e1"] = dice.choice(["x", "y", "z"])
    return turn
