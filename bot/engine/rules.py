"""Predicts by rules, as Rasa's RulePolicy does.

A rule is known by the states that lead to each of its actions. It holds when its states fit the last
ones of the conversation, each in what it says; among those that hold, the one that says most wins. An
active form goes before all rules unless it rejected the message.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.engine.domain import DEFAULT_INTENTS, Domain
from bot.engine.states import State, key_of, states_of
from bot.engine.stories import SNIPPET, Trace
from bot.events import ActionExecuted, Event, LoopInterrupted, Prediction
from bot.tracker import ACTION_LISTEN, UNSET, Tracker, applied, session_start, still_counting

_INTERRUPTED = "the form was interrupted"
_NOT_THE_FORM = "do not predict the form"


@dataclass(frozen=True, slots=True)
class _Known:
    """One key of the lookup, read once."""

    key: str
    states: tuple[State, ...]
    action: str


@dataclass
class RuleBook:
    """What was learnt from the rules.

    Attributes:
        rules: by key, the action that the rule says.
        unhappy: by key, what holds while a form is interrupted.
        slots_of_rules, loops_of_rules: those that no story names.
        not_in_stories: sources of predictions that no story makes too.
    """

    rules: dict[str, str] = field(default_factory=dict)
    unhappy: dict[str, str] = field(default_factory=dict)
    slots_of_rules: frozenset[str] = frozenset()
    loops_of_rules: frozenset[str] = frozenset()
    not_in_stories: frozenset[str] = frozenset()
    _indexed: dict[str, list[_Known]] = field(default_factory=dict)
    _indexed_unhappy: dict[str, list[_Known]] = field(default_factory=dict)

    def index(self) -> None:
        """Prepare the lookups for predicting; needed after every change of them."""
        self._indexed = _by_last_action(self.rules)
        self._indexed_unhappy = _by_last_action(self.unhappy)

    def holding(self, states: Sequence[State]) -> list[_Known]:
        """The rules that hold after these states."""
        return _holding(self._indexed, states)

    def holding_unhappy(self, states: Sequence[State]) -> list[_Known]:
        """What holds of an interrupted form after these states."""
        return _holding(self._indexed_unhappy, states)


def learnt(traces: Iterable[Trace], domain: Domain) -> RuleBook:
    """The rules of these traces; stories tell what an interrupted form does, too."""
    book = RuleBook()
    slots: dict[bool, set[str]] = {True: set(), False: set()}
    loops: dict[bool, set[str]] = {True: set(), False: set()}
    ambiguous: set[str] = set()
    for trace in traces:
        for states, action in examples(trace, domain):
            for state in states:
                slots[trace.is_rule] |= set(state.get("slots", ()))
                loops[trace.is_rule] |= (
                    {state["active_loop"]["name"]} if "active_loop" in state else set()
                )
            key = rule_key(states)
            is_new = trace.is_rule and key and key not in ambiguous
            if key and is_new and book.rules.setdefault(key, action) != action:
                ambiguous.add(key)
                del book.rules[key]
            _learn_unhappy(book, states, action)
    book.rules = {key: action for key, action in book.rules.items() if action != SNIPPET}
    book.slots_of_rules = frozenset(slots[True] - slots[False] - {UNSET})
    book.loops_of_rules = frozenset(loops[True] - loops[False] - {UNSET})
    book.index()
    return book


def examples(trace: Trace, domain: Domain) -> list[tuple[list[State], str]]:
    """Each action of a trace with the states that lead to it, without what nothing leads to."""
    events = trace.events
    unpredictable = events[trace.unpredictable] if trace.unpredictable is not None else None
    seen = [
        each.state
        for each in states_of(
            still_counting(events), Tracker(), domain, with_initial_slots=not trace.is_rule
        )
    ]
    found: list[tuple[list[State], str]] = []
    position = 0
    for event in still_counting(events):
        if isinstance(event, ActionExecuted):
            if event is not unpredictable:
                found.append((seen[: position + 1], event.name))
            position += 1
    return found


def rule_key(states: Sequence[State]) -> str | None:
    """The key of the states since `...`, or None when nothing is left."""
    kept: list[State] = []
    for state in reversed(states):
        if _last_action(state) == SNIPPET:
            break
        kept.insert(0, state)
    return key_of(kept) if kept else None


def predicted(tracker: Tracker, domain: Domain, book: RuleBook) -> Prediction:
    """What the rules, the default intents and the active form say comes next."""
    message = tracker.latest_message
    if tracker.latest_action == ACTION_LISTEN and message:
        default = DEFAULT_INTENTS.get(message.base_intent)
        if default:
            return _made(book, default, f"default {message.base_intent}")
    happy = _happy_path(tracker)
    if happy is not None:
        source = f"loop {tracker.active_loop}" + (" - listen" if happy == ACTION_LISTEN else "")
        return _made(book, happy, source)
    return _by_rules(tracker, domain, book)


def past_states(tracker: Tracker, domain: Domain) -> list[State]:
    """The states of this session that are known, oldest first."""
    events = applied(tracker)
    return [seen.state for seen in states_of(events, session_start(tracker), domain)]


def _happy_path(tracker: Tracker) -> str | None:
    loop = tracker.active_loop
    if loop is None or (tracker.loop and tracker.loop.is_rejected):
        return None
    return ACTION_LISTEN if tracker.latest_action == loop else loop


def _by_rules(tracker: Tracker, domain: Domain, book: RuleBook) -> Prediction:
    states = past_states(tracker, domain)
    best = max(book.holding(states), key=lambda known: len(known.key), default=None)
    action = best.action if best else None
    source = best.key if best else rule_key(states)
    events: tuple[Event, ...] = ()
    loop = tracker.active_loop
    if loop:
        unhappy = {known.action for known in book.holding_unhappy(states)}
        is_general = best is not None and "active_loop" not in best.states[-1]
        if action == ACTION_LISTEN and is_general:
            if _NOT_THE_FORM not in unhappy:
                return _made(book, loop, source)
            action = None
        if _INTERRUPTED in unhappy:
            events = (LoopInterrupted(True),)
    return _made(book, action, source, events=events)


def _made(
    book: RuleBook,
    action: str | None,
    source: str | None,
    *,
    events: tuple[Event, ...] = (),
) -> Prediction:
    return Prediction(action, source, events, is_hidden=source in book.not_in_stories)


def _learn_unhappy(book: RuleBook, states: Sequence[State], action: str) -> None:
    loop = states[-1].get("active_loop", {}).get("name")
    if not loop or loop == UNSET:
        return
    last = list(states[-1:])
    if len(states) > 1 and "prev_action" in states[-2]:
        last.insert(0, {"prev_action": states[-2]["prev_action"]})
    key = rule_key(last)
    if not key:
        return
    is_listening = _last_action(states[-1]) == ACTION_LISTEN
    if is_listening and action == loop:
        book.unhappy[key] = _INTERRUPTED
    elif not is_listening and action != loop:
        book.unhappy[key] = _NOT_THE_FORM


def _last_action(state: State) -> str | None:
    name = state.get("prev_action", {}).get("action_name")
    return str(name) if name is not None else None


def _by_last_action(lookup: Mapping[str, str]) -> dict[str, list[_Known]]:
    indexed: dict[str, list[_Known]] = {}
    for key, action in lookup.items():
        states = tuple(json.loads(key))
        indexed.setdefault(_last_action(states[-1]) or "", []).append(_Known(key, states, action))
    return indexed


def _holding(indexed: Mapping[str, Sequence[_Known]], states: Sequence[State]) -> list[_Known]:
    known = indexed.get(_last_action(states[-1]) or "", ()) if states else ()
    return [each for each in known if _holds(each.states, states)]


def _holds(rule: Sequence[State], states: Sequence[State]) -> bool:
    for wanted, found in zip(reversed(rule), reversed(states), strict=False):
        if ("prev_action" in wanted) != ("prev_action" in found):
            return False
        if not _fits(wanted, found):
            return False
    return True


def _fits(wanted: State, found: State) -> bool:
    for part, values in wanted.items():
        known = found.get(part, {})
        for name, value in values.items():
            there: Any = known.get(name)
            if value == UNSET:
                if there and there != UNSET:
                    return False
            elif value and there != (tuple(value) if isinstance(value, list) else value):
                return False
    return True
