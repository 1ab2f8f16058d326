"""Conversation states: what of a conversation decides the next action, before each of its actions.

A state is what Rasa's policies see: the last message's intent and entities, the featurized slots, the
last action, the active form. A form's happy path leaves no trace, so that it looks the same however
many questions it asked.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.domain import Domain
from bot.events import (
    ActionExecuted,
    Event,
)
from bot.tracker import UNSET, Tracker, changed

State = dict[str, dict[str, Any]]
"""By part (`user`, `slots`, `prev_action`, `active_loop`) what is known of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One state, and whether stories do not see the turn that follows it."""

    state: State
    is_hidden: bool


def state_of(tracker: Tracker, domain: Domain, *, with_initial_slots: bool = True) -> State:
    """The state of a conversation now.

    Args:
        tracker: the conversation.
        domain: says what decides.
        with_initial_slots: whether slots count that nobody has set.
    """
    state: State = {
        "user": _user(tracker, domain),
        "slots": _slots(tracker, domain, with_initial_slots=with_initial_slots),
        "prev_action": {"action_name": tracker.latest_action} if tracker.latest_action else {},
        "active_loop": {"name": tracker.loop.name} if tracker.loop else {},
    }
    return {part: known for part, known in state.items() if known}


def states_of(
    events: Iterable[Event], before: Tracker, domain: Domain, *, with_initial_slots: bool = True
) -> Iterator[Seen]:
    """The states before each action of these applied events, and the one after all of them."""
    tracker = before
    for event in events:
        if isinstance(event, ActionExecuted):
            state = state_of(tracker, domain, with_initial_slots=with_initial_slots)
            yield Seen(state, event.is_hidden)
        tracker = changed(tracker, event)
    yield Seen(state_of(tracker, domain, with_initial_slots=with_initial_slots), is_hidden=False)


def key_of(states: Sequence[State]) -> str:
    """States as text; longer keys say more, and among rules that hold the longest wins."""
    return json.dumps(list(states), sort_keys=True)


def _user(tracker: Tracker, domain: Domain) -> dict[str, Any]:
    message = tracker.latest_message
    if message is None:
        return {}
    known: dict[str, Any] = {"intent": message.base_intent} if message.intent else {}
    deciding = domain.deciding_entities(message.base_intent)
    found = sorted({entity.name for entity in message.entities} & deciding)
    if found:
        known["entities"] = tuple(found)
    return known


def _slots(tracker: Tracker, domain: Domain, *, with_initial_slots: bool) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, slot in domain.slots.items():
        if name not in tracker.slots and not with_initial_slots:
            continue
        value = tracker.slots.get(name, slot.initial_value)
        features = slot.features(value)
        if features and value == UNSET:
            known[name] = UNSET
        elif any(features):
            known[name] = features
    return known
