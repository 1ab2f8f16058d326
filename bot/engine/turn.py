"""One turn of a dialogue, as a coroutine that never awaits: it asks, its driver does.

`hear` is a generator. It yields what it needs: `RunAction` (answered with that action's events) and
`Predict` (answered with a `Prediction`). So the driver decides how actions run and who predicts, and
the engine stays pure: it is tested without a database, and Rasa's policy can take its place.

What happens between two messages follows Rasa 3.6's processor: a new session when the old one is over,
`action_extract_slots`, then predictions until `action_listen`.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.engine.dialogue import Dialogue
from bot.engine.domain import VALIDATE_MAPPINGS, Domain
from bot.engine.forms import is_ambiguous_elsewhere, run_form
from bot.engine.requests import ActionFailed, Predict, RunAction, Steps
from bot.engine.slots import Slot, SlotMapping, conditions_hold, found_values, is_desired
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    Parse,
    Prediction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from bot.tracker import ACTION_LISTEN, ACTION_SESSION_START, Tracker, apply

MAX_ACTIONS = 10
"""So many actions at most answer one message; more means that the rules run in a circle."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn came to.

    Attributes:
        tracker: the conversation afterwards.
        new_events: what happened in this turn.
        is_endless: whether it was cut off after `MAX_ACTIONS`.
    """

    tracker: Tracker
    new_events: tuple[Event, ...]
    is_endless: bool = False


def hear(
    dialogue: Dialogue,
    tracker: Tracker,
    parse: Parse,
    now: datetime,
    *,
    is_external: bool = False,
) -> Generator[RunAction | Predict, Any, Turned]:
    """Run one turn.

    Args:
        dialogue: the project.
        tracker: the conversation so far; empty for a new one.
        parse: what the person said.
        now: the moment (UTC).
        is_external: something happened (`EXTERNAL_…`) rather than was said; that begins no session.

    Yields:
        What the driver must do; it sends the answer back, or throws `ActionFailed`.
    """
    known = len(tracker.events)
    if not is_external and dialogue.is_session_over(tracker, now):
        tracker = yield from _run(dialogue, tracker, Prediction(ACTION_SESSION_START))
    tracker = apply(tracker, [UserUttered(parse, now)])
    tracker = yield from _extracted(dialogue, tracker)
    for _ in range(MAX_ACTIONS):
        prediction: Prediction = dialogue.followup(tracker) or (yield Predict(tracker))
        tracker = yield from _run(dialogue, tracker, prediction)
        if prediction.action in (ACTION_LISTEN, ACTION_SESSION_START):
            return Turned(tracker, tracker.events[known:])
    # Rasa would never answer this person again; we listen.
    tracker = apply(tracker, [ActionExecuted(ACTION_LISTEN)])
    return Turned(tracker, tracker.events[known:], is_endless=True)


def _extracted(dialogue: Dialogue, tracker: Tracker) -> Steps[Tracker]:
    events = yield from extract_slots(dialogue, tracker)
    return apply(tracker, events)


def _run(dialogue: Dialogue, tracker: Tracker, prediction: Prediction) -> Steps[Tracker]:
    name = prediction.action or ACTION_LISTEN
    prepared = apply(tracker, prediction.events)
    try:
        events = yield from _executed(dialogue, prepared, name)
    except ActionFailed:
        events = []
    if events is None:
        return apply(tracker, [ActionExecutionRejected(name)])
    if any(isinstance(event, ActionExecutionRejected) for event in events):
        return apply(tracker, _fitted(dialogue, events))
    done = ActionExecuted(name, prediction.is_hidden)
    tracker = apply(prepared, [done, *_fitted(dialogue, events)])
    if any(isinstance(event, UserUttered) for event in events):
        tracker = yield from _extracted(dialogue, tracker)
    return tracker


def _executed(dialogue: Dialogue, tracker: Tracker, name: str) -> Steps[Sequence[Event] | None]:
    """The events of an action; None when a form rejects."""
    domain = dialogue.domain
    if name in domain.forms and name not in domain.actions:
        return (yield from run_form(dialogue, tracker, name, extract_slots))
    if name in domain.actions or name in domain.responses or name in domain.retrieval_actions:
        ran: Sequence[Event] = yield RunAction(name, tracker)
        return ran
    match name:
        case "action_session_start":
            carried = [SlotSet(*slot) for slot in tracker.slots.items()]
            kept = carried if domain.session.carries_over else []
            return [SessionStarted(), *kept, ActionExecuted(ACTION_LISTEN)]
        case "action_restart":
            said = yield from _said_if_there(dialogue, tracker, "utter_restart")
            return [*said, Restarted()]
        case "action_default_fallback":
            said = yield from _said_if_there(dialogue, tracker, "utter_default")
            return [*said, UserUtteranceReverted()]
        case "action_deactivate_loop":
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        case _:
            return []


def _said_if_there(dialogue: Dialogue, tracker: Tracker, response: str) -> Steps[Sequence[Event]]:
    if response not in dialogue.domain.responses:
        return []
    said: Sequence[Event] = yield RunAction(response, tracker)
    return said


def extract_slots(dialogue: Dialogue, tracker: Tracker) -> Steps[list[Event]]:
    """Rasa's `action_extract_slots`: what the last message fills, by the mappings of all slots."""
    domain = dialogue.domain
    ran: set[str] = set()
    events: list[Event] = []
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            if not _may_fill(slot, mapping, tracker, domain):
                continue
            filled = _filled(slot, mapping, tracker)
            if filled is not None:
                events.append(filled)
                break
            if mapping.type == "custom" and mapping.action and mapping.action not in ran:
                ran.add(mapping.action)
                events += yield from _custom(mapping.action, tracker)
    return (yield from _validated(dialogue, tracker, _fitted(dialogue, events)))


def _may_fill(slot: Slot, mapping: SlotMapping, tracker: Tracker, domain: Domain) -> bool:
    form = domain.forms.get(tracker.active_loop or "")
    return (
        _names_what_exists(mapping, domain)
        and is_desired(mapping, tracker, form.ignored_intents if form else ())
        and conditions_hold(mapping, tracker, slot.name)
        and not (form and is_ambiguous_elsewhere(form, slot, mapping, tracker, domain))
    )


def _filled(slot: Slot, mapping: SlotMapping, tracker: Tracker) -> SlotSet | None:
    values = found_values(mapping, tracker)
    if not values:
        return None
    value = values if slot.type == "list" else values[-1]
    return None if value is None and tracker.slot(slot.name) is None else SlotSet(slot.name, value)


def _names_what_exists(mapping: SlotMapping, domain: Domain) -> bool:
    """Whether entity and intents of a mapping are in the domain; else Rasa passes it over."""
    if mapping.type == "from_entity":
        return mapping.entity in domain.entities
    return mapping.type != "from_intent" or all(name in domain.intents for name in mapping.intents)


def _custom(action: str, tracker: Tracker) -> Steps[list[Event]]:
    """What a custom mapping's action fills and says; anything else it wants is left out."""
    try:
        events = yield RunAction(action, tracker)
    except ActionFailed:
        return []
    return [event for event in events if isinstance(event, SlotSet | BotUttered)]


def _validated(dialogue: Dialogue, tracker: Tracker, events: list[Event]) -> Steps[list[Event]]:
    filled: list[Event] = [event for event in events if isinstance(event, SlotSet)]
    if VALIDATE_MAPPINGS not in dialogue.domain.actions:
        return filled
    checked = yield from _custom(VALIDATE_MAPPINGS, apply(tracker, filled))
    names = {event.name for event in checked if isinstance(event, SlotSet)}
    rest = [event for event in filled if isinstance(event, SlotSet) and event.name not in names]
    return [*checked, *rest]


def _fitted(dialogue: Dialogue, events: Sequence[Event]) -> list[Event]:
    """Slots as they keep their values."""
    slots = dialogue.domain.slots
    return [
        SlotSet(event.name, slots[event.name].stored(event.value))
        if isinstance(event, SlotSet) and event.name in slots
        else event
        for event in events
    ]
