"""Reads rules and stories as sequences of events, the way Rasa understands them.

A *trace* is one way through a rule or story: events with `action_listen` before each message, with the
slots that its entities fill, and with `...` where anything may stand. A checkpoint joins traces, an `or`
makes one trace for each of its branches.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.engine.domain import DEFAULT_INTENTS, Domain
from bot.engine.examples import annotated
from bot.engine.project import DialogueError, Item, read_section
from bot.engine.slots import from_message
from bot.events import ActionExecuted, ActiveLoop, Entity, Event, Parse, SlotSet, UserUttered
from bot.tracker import ACTION_LISTEN, UNSET

SNIPPET = "..."
"""Rasa's action that stands for anything before, or after, a rule."""
MOST_TRACES = 2_000
"""So many ways through all stories at most; more come from checkpoints that lead in circles."""

_STEPS = frozenset(
    [
        "intent",
        "user",
        "action",
        "slot_was_set",
        "active_loop",
        "checkpoint",
        "or",
        "bot",
        "entities",
        "metadata",
    ]
)
_RULE_KEYS = frozenset(
    ["rule", "condition", "steps", "conversation_start", "wait_for_user_input", "metadata"]
)
_DEFAULTS: Mapping[str, Any] = {"text": "filled", "list": "filled"}


@dataclass(frozen=True, slots=True)
class Trace:
    """One way through a rule or story.

    Attributes:
        name: of the rule or story.
        events: oldest first.
        unpredictable: position of the action that nothing leads to, or None.
        is_rule: whether it is a rule.
        item: where it stands.
    """

    name: str
    events: tuple[Event, ...]
    unpredictable: int | None
    is_rule: bool
    item: Item


@dataclass(frozen=True, slots=True)
class _Block:
    """One part of a story between checkpoints."""

    name: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    branches: tuple[tuple[Event, ...], ...]
    item: Item


def load_traces(files: Sequence[Path], domain: Domain, *, is_test: bool = False) -> list[Trace]:
    """Read all rules and stories.

    Args:
        files: where they stand.
        domain: what they may name.
        is_test: test stories say what a person types, and may name what the domain does not.

    Raises:
        DialogueError: with file, line and reason.
    """
    domain = replace(domain, is_strict=not is_test)
    rules = [
        trace
        for section in read_section(files, "rules")
        for item in section.rows()
        for trace in _rule(item, domain)
    ]
    blocks = [
        block
        for section in read_section(files, "stories")
        for item in section.rows()
        for block in _story(item, domain)
    ]
    return [*rules, *_joined(blocks, domain)]


def _rule(item: Item, domain: Domain) -> Iterator[Trace]:
    name_item, steps = item.get("rule"), item.get("steps")
    if name_item is None or steps is None:
        raise item.error("a rule needs `rule` (its name) and `steps`")
    unknown = {key for key, _ in item.entries()} - _RULE_KEYS
    if unknown:
        raise item.error(f"not known in a rule: {', '.join(sorted(unknown))}")
    if not list(steps.rows()):
        raise item.error("the rule has no steps")
    conditions = item.get("condition")
    begun: list[Event] = []
    for row in conditions.rows() if conditions else ():
        begun += _memory_events(row, domain)
    if not _flag(item, "conversation_start", default=False):
        begun.append(ActionExecuted(SNIPPET))
    ending = () if _flag(item, "wait_for_user_input", default=True) else (ActionExecuted(SNIPPET),)
    for branch in _branches(steps, domain, has_checkpoints=False):
        events = tuple(_as_rule(event) for event in (*begun, *branch, *ending))
        yield _trace(str(name_item.value), events, domain, item, is_rule=True)


def _story(item: Item, domain: Domain) -> Iterator[_Block]:
    name_item, steps = item.get("story"), item.get("steps")
    if name_item is None or steps is None:
        raise item.error("a story needs `story` (its name) and `steps`")
    name = str(name_item.value)
    parts: list[list[Item]] = [[]]
    points: list[str] = []
    for step in steps.rows():
        checkpoint = step.get("checkpoint")
        if checkpoint is None:
            parts[-1].append(step)
            continue
        if step.get("slot_was_set") is not None:
            raise step.error("slots at a checkpoint are not supported; put them in a step")
        points.append(str(checkpoint.value))
        parts.append([])
    for position, part in enumerate(parts):
        start = points[position - 1] if position else ""
        end = points[position] if position < len(points) else ""
        if not part and (position == 0 or not end):
            continue
        yield _Block(
            name=name,
            starts=(start,),
            ends=(end,) if end else (),
            branches=tuple(_branched(part, domain)),
            item=item,
        )


def _joined(blocks: Sequence[_Block], domain: Domain) -> Iterator[Trace]:
    """All ways from the beginning of a story over checkpoints to an end."""
    by_start: dict[str, list[_Block]] = {}
    for block in blocks:
        for start in block.starts:
            by_start.setdefault(start, []).append(block)
    made = 0
    waiting: list[tuple[_Block, tuple[Event, ...], tuple[str, ...], str]] = [
        (block, (), (), block.name) for block in reversed(by_start.get("", ()))
    ]
    while waiting:
        block, before, passed, name = waiting.pop()
        for branch in block.branches:
            events = (*before, *branch)
            onward = [
                following
                for end in block.ends
                if passed.count(end) < 1
                for following in by_start.get(end, ())
            ]
            if not onward:
                made += 1
                if made > MOST_TRACES:
                    raise block.item.error("checkpoints and `or` make too many stories")
                yield _trace(name, events, domain, block.item, is_rule=False)
            for following in reversed(onward):
                joined = name if following.name == name else f"{name} > {following.name}"
                waiting.append((following, events, (*passed, *block.ends), joined))


def _trace(
    name: str, events: Sequence[Event], domain: Domain, item: Item, *, is_rule: bool
) -> Trace:
    told: list[Event] = []
    unpredictable: int | None = None
    has_message = False
    for event in events:
        if isinstance(event, UserUttered):
            has_message = True
            if not told or told[-1] != ActionExecuted(ACTION_LISTEN):
                told.append(ActionExecuted(ACTION_LISTEN))
            told.append(event)
            told += [
                SlotSet(*filled)
                for filled in from_message(list(domain.slots.values()), event.parse)
            ]
            continue
        if isinstance(event, ActionExecuted) and not has_message and unpredictable is None:
            unpredictable = len(told)
        told.append(event)
    if not told or told[-1] != ActionExecuted(ACTION_LISTEN):
        told.append(ActionExecuted(ACTION_LISTEN))
    return Trace(name, tuple(told), unpredictable, is_rule, item)


def _branches(steps: Item, domain: Domain, *, has_checkpoints: bool) -> list[tuple[Event, ...]]:
    rows = list(steps.rows())
    for row in rows:
        if not has_checkpoints and row.get("checkpoint") is not None:
            raise row.error("a rule has no checkpoints; use a story")
    return list(_branched(rows, domain))


def _branched(rows: Sequence[Item], domain: Domain) -> Iterator[tuple[Event, ...]]:
    """The events of steps, once for each branch of an `or`."""
    branches: list[tuple[Event, ...]] = [()]
    for row in rows:
        choices = _choices(row, domain)
        branches = [(*branch, *choice) for branch in branches for choice in choices]
        if len(branches) > MOST_TRACES:
            raise row.error("`or` makes too many branches")
    yield from branches


def _choices(row: Item, domain: Domain) -> list[list[Event]]:
    either = row.get("or")
    if either is None:
        return [_step(row, domain)]
    return [_step(choice, domain) for choice in either.rows()]


def _step(row: Item, domain: Domain) -> list[Event]:
    if not row.is_mapping:
        raise row.error(
            f"a step must be one of intent, action, slot_was_set, active_loop: {row.value}"
        )
    if row.get("intent") is not None:
        return [_message(row, domain)]
    if row.get("user") is not None or row.get("bot") is not None:
        raise row.error(
            "end-to-end steps (`user`, `bot`) are not supported here; use `intent`, `action`"
        )
    action = row.get("action")
    if action is not None:
        name = str(action.value)
        if domain.is_strict and name not in domain.action_names:
            raise row.error(f"the action {name} is not in the domain; add it to `actions:`")
        return [ActionExecuted(name)]
    return _memory_events(row, domain)


def _message(row: Item, domain: Domain) -> UserUttered:
    intent_item, found, typed = row.get("intent"), row.get("entities"), row.get("user")
    intent = str(intent_item.value) if intent_item else ""
    known = {*domain.intents, *DEFAULT_INTENTS}
    if domain.is_strict and intent.partition("/")[0] not in known:
        raise row.error(f"the intent {intent} is not in the domain; add it to `intents:`")
    said = annotated(str(typed.value).strip(), intent, row) if typed else None
    listed: list[Entity] = list(said.entities) if said else []
    for entity in found.rows() if found and not listed else ():
        raw = entity.value
        if isinstance(raw, dict) and {"role", "group"} & set(raw):
            raise entity.error("roles and groups of entities are not supported")
        pairs = raw.items() if isinstance(raw, dict) else [(raw, "")]
        listed += [Entity(str(name), value) for name, value in pairs]
    text = said.text if said else ""
    return UserUttered(Parse(text=text, intent=intent, confidence=1.0, entities=tuple(listed)))


def _memory_events(row: Item, domain: Domain) -> list[Event]:
    """`slot_was_set` and `active_loop`."""
    loop, slots = row.get("active_loop"), row.get("slot_was_set")
    if loop is not None:
        name = loop.value
        if domain.is_strict and name is not None and name not in domain.forms:
            raise row.error(f"the form {name} is not in the domain; add it to `forms:`")
        return [ActiveLoop(name)]
    if slots is None:
        raise row.error(
            "a step must be one of intent, action, slot_was_set, active_loop, checkpoint, or"
        )
    pairs: list[tuple[str, Any]] = []
    for entry in slots.rows() if slots.is_list else [slots]:
        raw = entry.value
        if isinstance(raw, dict):
            pairs += raw.items()
        else:
            known = domain.slots.get(str(raw))
            pairs.append((str(raw), _DEFAULTS.get(known.type) if known else None))
    for name, _ in pairs:
        if domain.is_strict and name not in domain.slots:
            raise row.error(f"the slot {name} is not in the domain; add it to `slots:`")
    return [
        SlotSet(name, domain.slots[name].stored(value) if name in domain.slots else value)
        for name, value in pairs
    ]


def _as_rule(event: Event) -> Event:
    """In a rule, null means: must not be set."""
    if isinstance(event, ActiveLoop) and event.name is None:
        return ActiveLoop(UNSET)
    if isinstance(event, SlotSet) and event.value is None:
        return replace(event, value=UNSET)
    return event


def _flag(item: Item, key: str, *, default: bool) -> bool:
    entry = item.get(key)
    if entry is None:
        return default
    if not isinstance(entry.value, bool):
        raise entry.error(f"`{key}` is `true` or `false`")
    return entry.value


__all__ = ["SNIPPET", "DialogueError", "Trace", "load_traces"]
