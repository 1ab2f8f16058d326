"""Slots: their types, what of a value decides (features), and how messages fill them (mappings)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.events import Parse
from bot.tracker import REQUESTED_SLOT, Tracker

TYPES = ("text", "bool", "categorical", "list", "float", "any")
MAPPINGS = ("from_entity", "from_text", "from_intent", "from_trigger_intent", "custom")


@dataclass(frozen=True, slots=True)
class Condition:
    """When a mapping holds: in this form (None: outside all), when this slot was asked for."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way to fill a slot, as Rasa's domain writes it.

    Attributes:
        type: one of `MAPPINGS`.
        entity: for `from_entity`.
        value: for `from_intent` and `from_trigger_intent`.
        intents, not_intents: only with, never with these intents.
        conditions: any must hold; none means always.
        action: for `custom`, the action that fills it.
    """

    type: str
    entity: str | None = None
    value: Any = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot of the domain.

    Attributes:
        type: one of `TYPES`.
        initial_value: before anything was said.
        is_featurized: whether its value decides what comes next.
        values: of a categorical slot.
        low, high: of a float slot.
        mappings: in their order; the first that gives a value fills it.
    """

    name: str
    type: str
    initial_value: Any = None
    is_featurized: bool = True
    values: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    mappings: tuple[SlotMapping, ...] = ()

    def stored(self, value: Any) -> Any:
        """The value as the slot keeps it: a list slot makes a list of a single value."""
        return [value] if self.type == "list" and value and not isinstance(value, list) else value

    def features(self, value: Any) -> tuple[float, ...]:
        """What of a value decides; empty when nothing does, all zero when the slot is unset."""
        if not self.is_featurized or self.type == "any":
            return ()
        try:
            return _FEATURES[self.type](self, value)
        except (TypeError, ValueError):
            return _UNREADABLE[self.type]


def _text(slot: Slot, value: Any) -> tuple[float, ...]:
    return (0.0 if value is None else 1.0,)


def _list(slot: Slot, value: Any) -> tuple[float, ...]:
    return (1.0 if value is not None and len(value) > 0 else 0.0,)


def _bool(slot: Slot, value: Any) -> tuple[float, ...]:
    return (0.0, 0.0) if value is None else (1.0, float(truth(value)))


def _float(slot: Slot, value: Any) -> tuple[float, ...]:
    capped = max(slot.low, min(slot.high, float(value)))
    return (1.0, (capped - slot.low) / (slot.high - slot.low))


def _categorical(slot: Slot, value: Any) -> tuple[float, ...]:
    places = [0.0] * (len(slot.values) + 1)
    if value is not None:
        known = str(value).lower()
        places[slot.values.index(known) if known in slot.values else len(slot.values)] = 1.0
    return tuple(places)


_FEATURES = {
    "text": _text,
    "list": _list,
    "bool": _bool,
    "float": _float,
    "categorical": _categorical,
}
_UNREADABLE = {
    "text": (0.0,),
    "list": (0.0,),
    "bool": (0.0, 0.0),
    "float": (0.0, 0.0),
    "categorical": (),
}


def truth(value: Any) -> bool:
    """A value read as yes or no, as Rasa does: 1, "1", "true" are yes.

    Raises:
        ValueError: the text is neither.
        TypeError: the value is no bool, number or text.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value == 1.0
    if not isinstance(value, str):
        raise TypeError("neither bool, number nor text")
    if value.isnumeric():
        return float(value) == 1.0
    if value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise ValueError("neither true nor false")


def is_desired(mapping: SlotMapping, tracker: Tracker, ignored_intents: Sequence[str]) -> bool:
    """Whether the last message's intent lets this mapping fill.

    Args:
        mapping: the mapping.
        tracker: the conversation.
        ignored_intents: those of the active form.
    """
    message = tracker.latest_message
    intent = message.base_intent if message else None
    unwanted = set(mapping.not_intents)
    if tracker.active_loop and (
        not mapping.conditions
        or any(each.active_loop == tracker.active_loop for each in mapping.conditions)
    ):
        unwanted |= set(ignored_intents)
    return (not mapping.intents and intent not in unwanted) or intent in mapping.intents


def conditions_hold(mapping: SlotMapping, tracker: Tracker, slot: str) -> bool:
    """Whether a mapping may fill `slot` now: its form, its question."""
    if not mapping.conditions or mapping.type == "from_trigger_intent":
        return True
    asked = tracker.slot(REQUESTED_SLOT)
    if tracker.loop and tracker.loop.is_rejected and asked == slot:
        return False
    return any(
        tracker.active_loop is None
        if each.active_loop is None
        else each.active_loop == tracker.active_loop and each.requested_slot in (None, "", asked)
        for each in mapping.conditions
    )


def found_values(mapping: SlotMapping, tracker: Tracker) -> list[Any]:
    """What the last message gives a predefined mapping, in its order."""
    message = tracker.latest_message
    match mapping.type:
        case "from_entity":
            return message.values(mapping.entity or "") if message else []
        case "from_text":
            return [message.text if message else None]
        case "from_intent":
            return [mapping.value]
        case "from_trigger_intent":
            loops = [each.active_loop for each in mapping.conditions]
            is_inside = tracker.active_loop and (not loops or tracker.active_loop in loops)
            return [mapping.value] if is_inside else []
        case _:
            return []


def from_message(slots: Sequence[Slot], message: Parse) -> Iterator[tuple[str, Any]]:
    """What a message in a story or rule fills by itself: entities that are mapped everywhere."""
    for slot in slots:
        values = [
            value
            for mapping in slot.mappings
            if mapping.type == "from_entity"
            and not (mapping.conditions and mapping.conditions[0].active_loop is not None)
            for value in message.values(mapping.entity or "")
        ]
        if values:
            yield slot.name, values if slot.type == "list" else values[-1]
