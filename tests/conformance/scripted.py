"""Custom actions for the cases, as data: the same ones run under Rasa and under our engine.

Imports neither of them. A script is a list of clauses; the first whose `when` holds gives the events:

    - when: {intent: stop, slots: {size: L}, text: x, requested: size}
      events: [[slot, size, null], [loop, null], [reject], [followup, name], [bot, text]]

A script with `validate:` looks at each candidate; what no clause names is accepted as it is:

    validate:
      - {slot: size, value: bad, events: [[slot, size, null]]}
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

Event = Sequence[Any]


def load_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file; `like: NAME` takes over what an earlier case of the file says."""
    known: dict[str, dict[str, Any]] = {}
    for raw in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        case = {**known.get(raw.get("like", ""), {}), **raw}
        case.pop("like", None)
        known[case["name"]] = case
    return list(known.values())


def run(
    script: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    slots: Mapping[str, Any],
    intent: str | None,
    text: str | None,
    candidates: Mapping[str, Any],
) -> list[Event]:
    """The events of a scripted action.

    Args:
        script: as written in the case.
        slots: current values.
        intent, text: of the last message.
        candidates: what a validation looks at.
    """
    if isinstance(script, Mapping):
        found: list[Event] = []
        for name, value in candidates.items():
            found += _judged(script["validate"], name, value)
        for clause in script.get("then", ()):
            if _holds(clause.get("when", {}), slots, intent, text):
                found += clause["events"]
        return found
    for clause in script:
        if _holds(clause.get("when", {}), slots, intent, text):
            return list(clause["events"])
    return []


def _judged(clauses: Sequence[Mapping[str, Any]], name: str, value: Any) -> list[Event]:
    for clause in clauses:
        if clause["slot"] == name and clause.get("value", value) == value:
            return list(clause["events"])
    return [["slot", name, value]]


def _holds(
    when: Mapping[str, Any], slots: Mapping[str, Any], intent: str | None, text: str | None
) -> bool:
    return (
        when.get("intent", intent) == intent
        and when.get("text", text) == text
        and all(slots.get(name) == value for name, value in when.get("slots", {}).items())
    )
