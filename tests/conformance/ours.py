"""Plays a case on our engine and tells what happened in the words of `record.py`."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.engine.dialogue import Dialogue, load_dialogue
from bot.engine.project import DialogueError
from bot.engine.requests import Predict, RunAction, Steps
from bot.engine.turn import Turned, hear
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Entity,
    Event,
    FollowupAction,
    LoopInterrupted,
    Parse,
    Ranked,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from bot.tracker import Tracker, from_json, to_json
from tests.conformance import scripted

CASES = Path(__file__).parent / "cases"
RECORDED = Path(__file__).parent / "recorded"
BEGIN = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def loaded(case: Mapping[str, Any]) -> Dialogue:
    """The project of a case, written to files and read as any project is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        config = {"policies": [{"name": "RulePolicy"}], **case.get("config", {})}
        parts = {
            "domain.yml": case["domain"],
            "config.yml": config,
            "data/rules.yml": {"rules": case.get("rules", [])},
            "data/stories.yml": {"stories": case.get("stories", [])},
        }
        for file, content in parts.items():
            (folder / file).write_text(
                yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
            )
        return load_dialogue(folder)


def result(case: Mapping[str, Any]) -> dict[str, Any]:
    """What our engine does with a case: refuses it, or what happened in each turn."""
    try:
        dialogue = loaded(case)
    except DialogueError as error:
        return {"error": "DialogueError", "says": error.reason}
    return {
        "conversations": [list(played(case, dialogue, turns)) for turns in case["conversations"]]
    }


def played(
    case: Mapping[str, Any], dialogue: Dialogue, turns: Sequence[Any]
) -> Iterator[dict[str, Any]]:
    """What happens in each turn of one conversation."""
    tracker = Tracker()
    now = BEGIN
    for turn in turns:
        turn = turn if isinstance(turn, dict) else {"intent": turn}
        now += timedelta(minutes=turn.get("after", 0), seconds=1)
        told: list[list[Any]] = []
        is_external = "external" in turn
        steps = hear(dialogue, tracker, parsed(dialogue, turn), now, is_external=is_external)
        tracker = driven(case, dialogue, steps, told).tracker
        values = {name: slot.initial_value for name, slot in dialogue.domain.slots.items()}
        yield {
            "events": told,
            "slots": values
            | {name: tracker.slots[name] for name in values if name in tracker.slots},
            "loop": tracker.active_loop,
        }
        tracker = from_json(to_json(tracker))


def driven(
    case: Mapping[str, Any], dialogue: Dialogue, steps: Steps[Turned], told: list[list[Any]]
) -> Turned:
    """Run a turn to its end, its actions by the case's scripts; `told` gets what happened."""
    answer: Any = None
    texts: dict[str, list[Any]] = {}
    while True:
        try:
            request = steps.send(answer)
        except StopIteration as over:
            turned: Turned = over.value
            told += _told(turned.new_events, texts)
            return turned
        if isinstance(request, Predict):
            answer = dialogue.next(request.tracker)
        else:
            answer, said = ran(case, dialogue, request)
            texts |= said


def ran(
    case: Mapping[str, Any], dialogue: Dialogue, request: RunAction
) -> tuple[list[Event], dict[str, list[Any]]]:
    """The events of an action or response, and what it says."""
    tracker = request.tracker
    message = tracker.latest_message
    if request.name in dialogue.domain.actions:
        ends: Any = (
            UserUttered if request.name == "action_validate_slot_mappings" else ActionExecuted
        )
        found = scripted.run(
            case.get("actions", {}).get(request.name, []),
            slots=dialogue.domain.initial_slots | dict(tracker.slots),
            intent=message.base_intent if message else None,
            text=message.text if message else None,
            candidates=tracker.slots_to_validate(ends),
        )
        says = [event[1] for event in found if event[0] == "bot"]
        events: list[Event] = [BotUttered(text) for text in says]
        events += [_event(event, request.name) for event in found if event[0] != "bot"]
        return events, {text: [None, text, {}] for text in says}
    name = dialogue.response_of(request.name, tracker)
    values = {slot: each.initial_value for slot, each in dialogue.domain.slots.items()}
    chosen = dialogue.responses.draw(
        name,
        slots=values | dict(tracker.slots),
        values={},
        channel=case.get("channel", "collector"),
    )
    rest: dict[str, Any] = {}
    if chosen.buttons:
        rest["buttons"] = [{"title": b.title, "payload": b.payload} for b in chosen.buttons]
    if chosen.custom:
        rest["custom"] = chosen.custom
    return [BotUttered(name)], {name: [name, chosen.text or None, rest]}


def parsed(dialogue: Dialogue, turn: Mapping[str, Any]) -> Parse:
    """What understanding would say of a turn."""
    entities = tuple(
        Entity(name, each)
        for name, value in turn.get("entities", {}).items()
        for each in (value if isinstance(value, list) else [value])
    )
    intent = turn.get("external") or turn.get("intent")
    text = f"EXTERNAL: {intent}" if "external" in turn else turn.get("text", f"/{intent}")
    ranking = [Ranked(*row) for row in turn.get("ranking", [(str(intent), 1.0)])]
    parse = Parse(text, ranking[0].intent, ranking[0].confidence, tuple(ranking[1:]), entities)
    return dialogue.with_fallback(parse) if "ranking" in turn else parse


def _event(event: Sequence[Any], action: str) -> Event:
    match event:
        case ["slot", name, value]:
            return SlotSet(name, value)
        case ["loop", name]:
            return ActiveLoop(name)
        case ["reject"]:
            return ActionExecutionRejected(action.removeprefix("validate_"))
        case ["followup", name]:
            return FollowupAction(name)
        case ["restart"]:
            return Restarted()
    raise ValueError(event)


def _told(  # noqa: C901 - one arm for each event
    events: Sequence[Event], texts: Mapping[str, list[Any]]
) -> list[list[Any]]:
    told: list[list[Any]] = []
    for event in events:
        match event:
            case ActionExecuted(name=name):
                told.append(["action", name])
            case SlotSet(name=name, value=value):
                told.append(["slot", name, value])
            case ActiveLoop(name=name):
                told.append(["loop", name])
            case LoopInterrupted(is_interrupted=is_interrupted):
                told.append(["interrupted", is_interrupted])
            case ActionExecutionRejected(name=name):
                told.append(["rejected", name])
            case BotUttered(name=name):
                told.append(["bot", *texts[name]])
            case SessionStarted():
                told.append(["session"])
            case Restarted():
                told.append(["restart"])
            case FollowupAction(name=name):
                told.append(["followup", name])
            case UserUttered(parse=parse):
                told.append(["user", parse.base_intent])
    return told
