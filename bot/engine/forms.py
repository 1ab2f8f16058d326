"""Forms: they ask for their slots one by one, check what came, and let others speak in between.

Follows Rasa 3.6's form action: it activates, validates (`validate_<form>`), asks for the next slot, and
rejects a message that fills nothing, so that a rule can answer it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.engine.domain import Domain, Form
from bot.engine.requests import RunAction, Steps
from bot.engine.slots import Slot, SlotMapping
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SlotSet,
    UserUttered,
)
from bot.tracker import ACTION_LISTEN, REQUESTED_SLOT, Tracker, apply

if TYPE_CHECKING:
    from bot.engine.dialogue import Dialogue

Extract = Callable[["Dialogue", Tracker], Steps[list[Event]]]


def run_form(
    dialogue: "Dialogue", tracker: Tracker, name: str, extract: Extract
) -> Steps[Sequence[Event] | None]:
    """Run a form once.

    Args:
        dialogue: the project.
        tracker: the conversation.
        name: the form's.
        extract: fills slots from the last message; a form does that again when it begins.

    Returns:
        Its events, or None when it rejects the message because it fills no slot.
    """
    domain = dialogue.domain
    form = domain.forms[name]
    events: list[Event] = []
    was_active = tracker.active_loop == name
    if not was_active:
        events = yield from _activated(dialogue, tracker, form, extract)
    # Only what a validation said in this run may end the form before it asks.
    if not _is_done(events):
        done = yield from _asked(domain, tracker, form, events)
        if done is None:
            return None
        events = [*events, *done]
    if _is_done(events):
        events = [*events, ActiveLoop(None)]
    return events


def is_ambiguous_elsewhere(
    form: Form, slot: Slot, mapping: SlotMapping, tracker: Tracker, domain: Domain
) -> bool:
    """Whether an entity must not fill this slot of the form, because another slot takes it as well."""
    if mapping.type != "from_entity" or tracker.slot(REQUESTED_SLOT) == slot.name:
        return False
    if slot.name not in form.required_slots:
        return False
    rivals = [
        other
        for name in form.required_slots
        if name in domain.slots
        for other in domain.slots[name].mappings
        if other.type == "from_entity"
    ]
    return rivals.count(mapping) != 1


def _activated(
    dialogue: "Dialogue", tracker: Tracker, form: Form, extract: Extract
) -> Steps[list[Event]]:
    begun: list[Event] = [ActiveLoop(form.name)]
    inside = apply(tracker, begun)
    extracted = yield from extract(dialogue, inside)
    filled = [event for event in extracted if isinstance(event, SlotSet)]
    inside = apply(inside, extracted)
    prefilled = {
        slot: value
        for slot in form.required_slots
        if (value := _value(inside, slot, dialogue.domain)) is not None
    }
    if f"validate_{form.name}" not in dialogue.domain.actions:
        return [*begun, *filled]
    validated = yield from _validated(dialogue.domain, inside, form, prefilled)
    names = {event.name for event in validated if isinstance(event, SlotSet)}
    return [*begun, *validated, *(event for event in filled if event.name not in names)]


def _asked(
    domain: Domain, tracker: Tracker, form: Form, events: Sequence[Event]
) -> Steps[list[Event] | None]:
    """Validate what came and ask for the next slot; None when nothing came."""
    found: list[Event] = []
    if all(isinstance(event, ActiveLoop) for event in events):
        checked = yield from _checked(domain, tracker, form)
        if checked is None:
            return None
        found = checked
    if any(isinstance(event, ActionExecutionRejected) for event in found):
        return found
    return [*found, *(yield from _next_question(domain, tracker, form, [*events, *found]))]


def _checked(domain: Domain, tracker: Tracker, form: Form) -> Steps[list[Event] | None]:
    loop = tracker.loop
    is_answer = loop is None or (tracker.latest_action == ACTION_LISTEN and not loop.is_interrupted)
    if not is_answer:
        return (yield from _validated(domain, tracker, form, {}))
    asked = _asked_slot(tracker, form)
    wanted = {*form.required_slots, *([asked] if asked else [])}
    candidates = {
        event.name: event.value
        for event in _since_message(tracker)
        if isinstance(event, SlotSet) and event.name in wanted
    }
    validated = yield from _validated(domain, tracker, form, candidates)
    is_validated = any(
        isinstance(event, SlotSet) and event.name != REQUESTED_SLOT for event in validated
    )
    is_rejected = any(isinstance(event, ActionExecutionRejected) for event in validated)
    if asked and not candidates and not is_validated and not is_rejected:
        return None
    return validated


def _validated(
    domain: Domain, tracker: Tracker, form: Form, candidates: dict[str, object]
) -> Steps[list[Event]]:
    name = f"validate_{form.name}"
    if name not in domain.actions:
        return []
    filled = [SlotSet(slot, value) for slot, value in candidates.items()]
    events = yield RunAction(name, _inside(tracker, form, filled))
    return list(events)


def _next_question(
    domain: Domain, tracker: Tracker, form: Form, so_far: Sequence[Event]
) -> Steps[list[Event]]:
    if _is_done(so_far):
        return [SlotSet(REQUESTED_SLOT, None)]
    inside = _inside(tracker, form, so_far)
    wanted = next(
        (
            event.value
            for event in so_far
            if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT
        ),
        None,
    )
    events: list[Event] = []
    if not wanted:
        wanted = next(
            (slot for slot in form.required_slots if _value(inside, slot, domain) is None), None
        )
        events = [SlotSet(REQUESTED_SLOT, wanted)]
    if not wanted:
        return [SlotSet(REQUESTED_SLOT, None)]
    question = _question(domain, form, str(wanted))
    if question is None:
        return events
    return [*events, *(yield RunAction(question, inside))]


def _question(domain: Domain, form: Form, slot: str) -> str | None:
    known = domain.action_names
    names = (
        f"action_ask_{form.name}_{slot}",
        f"utter_ask_{form.name}_{slot}",
        f"action_ask_{slot}",
        f"utter_ask_{slot}",
    )
    return next((name for name in names if name in known), None)


def _inside(tracker: Tracker, form: Form, events: Sequence[Event]) -> Tracker:
    """The conversation as validations and questions see it: the form has just run."""
    return apply(
        tracker,
        [SlotSet(REQUESTED_SLOT, _asked_slot(tracker, form)), ActionExecuted(form.name), *events],
    )


def _asked_slot(tracker: Tracker, form: Form) -> str | None:
    """The slot that this form asked for; another form's question does not count."""
    asked = tracker.slot(REQUESTED_SLOT) if tracker.active_loop == form.name else None
    return str(asked) if asked is not None else None


def _since_message(tracker: Tracker) -> Sequence[Event]:
    for position in range(len(tracker.events) - 1, -1, -1):
        if isinstance(tracker.events[position], UserUttered):
            return tracker.events[position:]
    return tracker.events


def _value(tracker: Tracker, slot: str, domain: Domain) -> object:
    if slot in tracker.slots:
        return tracker.slots[slot]
    return domain.slots[slot].initial_value if slot in domain.slots else None


def _is_done(events: Sequence[Event]) -> bool:
    if any(isinstance(event, ActionExecutionRejected) for event in events):
        return False
    for kind, ending in (
        (SlotSet, SlotSet(REQUESTED_SLOT, None)),
        (ActiveLoop, ActiveLoop(None)),
    ):
        last = next(
            (
                event
                for event in reversed(events)
                if isinstance(event, kind)
                and (kind is ActiveLoop or getattr(event, "name", "") == REQUESTED_SLOT)
            ),
            None,
        )
        if last == ending:
            return True
    return False
