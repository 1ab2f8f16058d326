"""What was said and decided in one conversation, in Rasa's terms (events, slots, tracker).

Pure values: `apply` gives a new tracker and never changes the old one. A tracker is stored as JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

KEPT_EVENTS = 30
"""A stored tracker keeps this many last events; slots are kept whole."""

ACTION_LISTEN = "action_listen"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One reading of a text: an intent (`faq/teilzeit.wer`) and how sure we are (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Parse:
    """What understanding says of a text.

    Attributes:
        text: as it was typed.
        intent: the best reading's name.
        confidence: 0 to 1.
        alternatives: the other readings, best first.
        entities: values found in the text by name.
    """

    text: str
    intent: str
    confidence: float
    alternatives: tuple[Ranked, ...] = ()
    entities: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ranking(self) -> tuple[Ranked, ...]:
        """All readings, best first."""
        return (Ranked(self.intent, self.confidence), *self.alternatives)


@dataclass(frozen=True, slots=True)
class UserUttered:
    """The person said something, already understood."""

    parse: Parse


@dataclass(frozen=True, slots=True)
class ActionExecuted:
    """The assistant ran an action."""

    name: str


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot got a value; None empties it."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class BotUttered:
    """The assistant said the response with this name (or an article's key)."""

    name: str


@dataclass(frozen=True, slots=True)
class FollowupAction:
    """The action that must come next, whatever the policy says."""

    name: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """Everything said before is forgotten."""


Event = UserUttered | ActionExecuted | SlotSet | BotUttered | FollowupAction | Restarted

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (UserUttered, ActionExecuted, SlotSet, BotUttered, FollowupAction, Restarted)
}


@dataclass(frozen=True, slots=True)
class Tracker:
    """One conversation's memory.

    Attributes:
        slots: remembered values by name.
        events: what happened, oldest first, at most `KEPT_EVENTS` when stored.
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def slot(self, name: str) -> Any:
        """A slot's value, or None."""
        return self.slots.get(name)

    @property
    def latest_message(self) -> Parse | None:
        """What the person said last, or None."""
        for event in reversed(self.events):
            if isinstance(event, UserUttered):
                return event.parse
        return None

    @property
    def actions_since_message(self) -> tuple[str, ...]:
        """The actions that ran since the person spoke, oldest first."""
        names: list[str] = []
        for event in reversed(self.events):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, ActionExecuted):
                names.append(event.name)
        return tuple(reversed(names))

    @property
    def followup(self) -> str | None:
        """The action that the last run action asked for, or None."""
        for event in reversed(self.events):
            if isinstance(event, FollowupAction):
                return event.name
            if isinstance(event, ActionExecuted | UserUttered):
                return None
        return None


def apply(tracker: Tracker, events: Iterable[Event]) -> Tracker:
    """The tracker after these events."""
    for event in events:
        match event:
            case Restarted():
                tracker = Tracker()
            case SlotSet(name=name, value=value):
                slots = {**tracker.slots, name: value}
                if value is None:
                    del slots[name]
                tracker = replace(tracker, slots=slots)
            case _:
                pass
        tracker = replace(tracker, events=(*tracker.events, event))
    return tracker


def to_json(tracker: Tracker) -> dict[str, Any]:
    """The tracker as JSON values, shortened to its last events."""
    return {
        "slots": dict(tracker.slots),
        "events": [
            {"event": type(event).__name__, **asdict(event)}
            for event in tracker.events[-KEPT_EVENTS:]
        ],
    }


def from_json(stored: Mapping[str, Any]) -> Tracker:
    """The tracker that `to_json` wrote; an empty mapping gives an empty tracker."""
    return Tracker(
        slots=dict(stored.get("slots", {})),
        events=tuple(_event_from_json(event) for event in stored.get("events", ())),
    )


def _event_from_json(stored: Mapping[str, Any]) -> Event:
    values = {name: value for name, value in stored.items() if name != "event"}
    kind = _KINDS[stored["event"]]
    if kind is UserUttered:
        parse = dict(values["parse"])
        parse["alternatives"] = tuple(Ranked(**ranked) for ranked in parse["alternatives"])
        return UserUttered(Parse(**parse))
    event: Event = kind(**values)
    return event
