"""The memory of one conversation: Rasa's tracker, as a value.

Pure: `apply` gives a new tracker and never changes the old one. A tracker is stored as JSON.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    LoopInterrupted,
    Parse,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
    event_from_json,
    event_to_json,
    parse_from_json,
    parse_to_json,
)

KEPT_EVENTS = 30
"""A stored tracker keeps this many last events; slots are kept whole."""

ACTION_LISTEN = "action_listen"
LAST_WORDS = "last_words"
"""The slot with what the person said last to the assistant, oldest first."""
IS_IN_CRISIS = "is_in_crisis"
"""The slot that says that an acute crisis was spoken of, until something else was answered."""
RANG_AT = "rang_at"
"""The slot with the moment (ISO 8601, UTC) at which we last spoke unasked: what is said soon after likely answers it."""
ACTION_SESSION_START = "action_session_start"
REQUESTED_SLOT = "requested_slot"
UNSET = "should_not_be_set"
"""In a rule: the slot must be empty, or no form active (Rasa's own word)."""


@dataclass(frozen=True, slots=True)
class Loop:
    """The active form: whether it rejected the last message, whether it was interrupted."""

    name: str
    is_rejected: bool = False
    is_interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Tracker:
    """One conversation's memory.

    Attributes:
        slots: remembered values by name; a name with None was emptied.
        events: what happened, oldest first, at most `KEPT_EVENTS` when stored.
        loop: the active form.
        latest_message: what the person said last in this session.
        latest_action: the action that ran last.
        followup: the action that must come next.
        said_at: the moment of the last message (UTC), or None.
        earlier: the memory before the first of `events`; None when nothing was cut off.
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    loop: Loop | None = None
    latest_message: Parse | None = None
    latest_action: str | None = None
    followup: str | None = None
    said_at: datetime | None = None
    earlier: "Tracker | None" = None

    def slot(self, name: str) -> Any:
        """A slot's value, or None."""
        return self.slots.get(name)

    @property
    def active_loop(self) -> str | None:
        """The name of the active form, or None."""
        return self.loop.name if self.loop and self.loop.name != UNSET else None

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

    def slots_to_validate(
        self, since: type[ActionExecuted] | type[UserUttered] = ActionExecuted
    ) -> dict[str, Any]:
        """What was filled last, by slot: the candidates that a validation looks at.

        Args:
            since: the form's last run (for `validate_<form>`), or the last message.
        """
        found: dict[str, Any] = {}
        for event in reversed(self.events):
            if isinstance(event, since):
                break
            if isinstance(event, SlotSet) and event.name != REQUESTED_SLOT:
                found.setdefault(event.name, event.value)
        return dict(reversed(found.items()))


_FRESH = Tracker(followup=ACTION_LISTEN)
"""The memory when a session begins: Rasa listens first, whatever the policies say."""


def apply(tracker: Tracker, events: Iterable[Event]) -> Tracker:
    """The tracker after these events."""
    happened = list(tracker.events)
    for event in events:
        happened.append(event)
        if isinstance(event, UserUtteranceReverted):
            tracker = _replayed(tracker, happened)
        else:
            tracker = changed(tracker, event)
    return replace(tracker, events=tuple(happened))


def changed(tracker: Tracker, event: Event) -> Tracker:  # noqa: C901 - one arm for each event
    """What an event changes of the memory; the event itself is not added."""
    loop = tracker.loop
    match event:
        case UserUttered(parse=parse, at=at):
            return replace(tracker, latest_message=parse, followup=None, said_at=at)
        case ActionExecuted(name=name):
            if loop:
                is_rejected = loop.is_rejected and name != loop.name
                loop = Loop(loop.name, is_rejected=is_rejected)
            return replace(tracker, loop=loop, latest_action=name, followup=None)
        case ActionExecutionRejected(name=name) if loop and loop.name == name:
            return replace(tracker, loop=replace(loop, is_rejected=True))
        case SlotSet(name=name, value=value):
            return replace(tracker, slots={**tracker.slots, name: value})
        case ActiveLoop(name=name):
            return replace(tracker, loop=Loop(name) if name else None)
        case LoopInterrupted(is_interrupted=is_interrupted) if loop:
            return replace(tracker, loop=replace(loop, is_interrupted=is_interrupted))
        case FollowupAction(name=name):
            return replace(tracker, followup=name)
        case Restarted():
            return Tracker(followup=ACTION_SESSION_START)
        case SessionStarted():
            return _FRESH
        case _:
            return tracker


def session_start(tracker: Tracker) -> Tracker:
    """The memory before the first of the events that still count."""
    is_whole = any(isinstance(event, Restarted | SessionStarted) for event in tracker.events)
    return _FRESH if is_whole or tracker.earlier is None else tracker.earlier


def applied(tracker: Tracker) -> list[Event]:
    """The events that still count: those of this session, without the happy paths of forms."""
    loops = {tracker.earlier.loop.name} if tracker.earlier and tracker.earlier.loop else set()
    return still_counting(tracker.events, loops)


def still_counting(events: Sequence[Event], loops: Iterable[str] = ()) -> list[Event]:
    """Of these events those that still count.

    Args:
        events: oldest first.
        loops: forms that were active before.
    """
    known = {
        *loops,
        *(event.name for event in events if isinstance(event, ActiveLoop) and event.name),
    }
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Restarted | SessionStarted):
            kept = []
        elif isinstance(event, UserUtteranceReverted):
            _undo(UserUttered, kept)
            _undo(ActionExecuted, kept)
        elif (
            isinstance(event, ActionExecuted)
            and event.name in known
            and not _begins_or_returns(event.name, kept)
        ):
            _drop_turn_of_loop(event.name, kept)
        else:
            kept.append(event)
    return kept


def _undo(kind: type[UserUttered] | type[ActionExecuted], kept: list[Event]) -> None:
    """Take away everything back to the last event of a kind, and that one too."""
    while kept:
        if isinstance(kept.pop(), kind):
            return


def _begins_or_returns(loop: str, kept: Sequence[Event]) -> bool:
    """Whether a form runs for the first time, or again after something else was said."""
    following: str | None = None
    for event in reversed(kept):
        if isinstance(event, ActiveLoop) and event.name is None:
            return True
        if isinstance(event, ActionExecutionRejected) and event.name == loop:
            return True
        if isinstance(event, UserUttered) and following is not None and following != loop:
            return True
        if isinstance(event, ActionExecuted):
            if event.name == loop:
                return False
            following = event.name
    return True


def _drop_turn_of_loop(loop: str, kept: list[Event]) -> None:
    """Take away messages and actions since the form ran last; what they filled stays."""
    for position in range(len(kept) - 1, -1, -1):
        event = kept[position]
        if isinstance(event, ActionExecuted) and event.name == loop:
            return
        if isinstance(event, ActionExecuted | UserUttered):
            del kept[position]


def _replayed(tracker: Tracker, events: Sequence[Event]) -> Tracker:
    """The memory as these events leave it, when some of them were taken back."""
    whole = replace(tracker, events=tuple(events))
    memory = session_start(whole)
    for event in applied(whole):
        memory = changed(memory, event)
    return replace(memory, earlier=tracker.earlier, said_at=tracker.said_at)


def shortened(tracker: Tracker, kept: int = KEPT_EVENTS) -> Tracker:
    """The tracker with the last events that still decide; what older ones did is kept as `earlier`.

    What was said before a restart or a new session is forgotten whole.
    """
    events = [event for event in applied(tracker) if not isinstance(event, BotUttered)]
    earlier = session_start(tracker)
    for event in events[:-kept]:
        earlier = changed(earlier, event)
    earlier = replace(earlier, events=(), earlier=None)
    return replace(tracker, events=tuple(events[-kept:]), earlier=earlier)


def only_slots(tracker: Tracker, names: Collection[str]) -> Tracker:
    """A memory that holds these slots and the moment of the last message, and nothing that was said."""
    slots = {
        name: value for name, value in tracker.slots.items() if name in names and value is not None
    }
    return Tracker(slots=slots, said_at=tracker.said_at)


def to_json(tracker: Tracker) -> dict[str, Any]:
    """The tracker as JSON values, shortened to its last events."""
    kept = shortened(tracker)
    return {
        **_memory_to_json(kept),
        "said_at": kept.said_at.isoformat() if kept.said_at else None,
        "events": [event_to_json(event) for event in kept.events],
        "earlier": _memory_to_json(kept.earlier) if kept.earlier else None,
    }


def from_json(stored: Mapping[str, Any]) -> Tracker:
    """The tracker that `to_json` wrote; an empty mapping gives an empty tracker."""
    if not stored:
        return Tracker()
    said_at, earlier = stored.get("said_at"), stored.get("earlier")
    return replace(
        _memory_from_json(stored),
        said_at=datetime.fromisoformat(said_at) if said_at else None,
        events=tuple(event_from_json(event) for event in stored.get("events", ())),
        earlier=_memory_from_json(earlier) if earlier else None,
    )


def _memory_to_json(tracker: Tracker) -> dict[str, Any]:
    return {
        "slots": dict(tracker.slots),
        "loop": asdict(tracker.loop) if tracker.loop else None,
        "latest_message": parse_to_json(tracker.latest_message),
        "latest_action": tracker.latest_action,
        "followup": tracker.followup,
    }


def _memory_from_json(stored: Mapping[str, Any]) -> Tracker:
    loop = stored.get("loop")
    return Tracker(
        slots=dict(stored.get("slots", {})),
        loop=Loop(**loop) if loop else None,
        latest_message=parse_from_json(stored.get("latest_message")),
        latest_action=stored.get("latest_action"),
        followup=stored.get("followup"),
    )
