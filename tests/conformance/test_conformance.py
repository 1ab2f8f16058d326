"""Our engine does in every recorded turn what Rasa 3.6.21 did."""

import json
from typing import Any

import pytest

from bot.settings import ROOT
from tests.conformance.ours import CASES, RECORDED, result
from tests.conformance.record import digest_of
from tests.conformance.scripted import load_cases


def everything() -> list[Any]:
    """All cases with their recordings."""
    found = []
    for path in sorted(CASES.glob("*.yml")):
        recorded = json.loads((RECORDED / f"{path.stem}.json").read_text(encoding="utf-8"))
        found += [
            pytest.param(case, recorded.get(case["name"]), id=f"{path.stem}-{case['name']}")
            for case in load_cases(path)
        ]
    return found


@pytest.mark.parametrize(("case", "recorded"), everything())
def test_the_engine_agrees_with_rasa(case: dict[str, Any], recorded: dict[str, Any]) -> None:
    assert recorded is not None, "record it: make rasa-record"
    assert recorded["digest"] == digest_of(case), "the case has changed: make rasa-record"

    actual = result(case)

    if case.get("differs"):
        assert settled(actual) != settled(recorded)
        assert case["differs"] in (ROOT / "docs" / "rasa.md").read_text(encoding="utf-8")
        return
    assert ("error" in actual) == ("error" in recorded), (actual, recorded)
    assert settled(actual) == settled(recorded)


def settled(played: dict[str, Any]) -> list[Any]:
    """What must agree: the slots that a new session carries over count, not how often they were set."""
    turns = []
    for turn in (turn for each in played.get("conversations", ()) for turn in each):
        events: list[Any] = []
        carried: dict[str, Any] = {}
        is_beginning = False
        for event in turn["events"]:
            if event == ["session"]:
                is_beginning = True
            elif is_beginning and event[0] == "slot":
                carried[event[1]] = event[2]
                continue
            elif is_beginning:
                is_beginning = False
                events.append(["carried", dict(sorted(carried.items()))])
            events.append(event)
        turns.append({"events": events, "slots": turn["slots"], "loop": turn["loop"]})
    return turns


def test_there_are_enough_cases() -> None:
    """Sixty projects and four hundred turns at least."""
    played = [case for path in sorted(CASES.glob("*.yml")) for case in load_cases(path)]
    turns = sum(len(turns) for case in played for turns in case["conversations"])

    assert len(played) >= 60
    assert turns >= 400
