"""What happens in a dialogue, in Rasa's terms: what was said, understood, done and remembered."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

FAQ = "faq/"
"""What the retrieval intent of an article begins with, before its key."""
NLU_FALLBACK = "nlu_fallback"
"""The intent of a text that nothing was understood of (Rasa's `FallbackClassifier`), or that sounds like our subjects
and that no article answers."""


def is_question(intent: str) -> bool:
    """Whether an intent asks for knowledge, not for something of the assistant itself."""
    return intent.startswith(FAQ) or intent == NLU_FALLBACK


@dataclass(frozen=True, slots=True)
class Ranked:
    """One reading of a text: an intent (`faq/teilzeit.wer`) and how sure we are (0 to 1)."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in a text or sent with a button."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Parse:
    """What understanding says of a text.

    Attributes:
        text: as it was typed.
        intent: the best reading's name.
        confidence: 0 to 1.
        alternatives: the other readings, best first.
        entities: what was found in the text, in its order; a name may stand several times.
    """

    text: str
    intent: str
    confidence: float
    alternatives: tuple[Ranked, ...] = ()
    entities: tuple[Entity, ...] = ()

    @property
    def ranking(self) -> tuple[Ranked, ...]:
        """All readings, best first."""
        return (Ranked(self.intent, self.confidence), *self.alternatives)

    @property
    def is_chosen(self) -> bool:
        """Whether it was a button or a command: nothing that had to be understood."""
        return self.confidence >= 1.0 and not self.alternatives

    @property
    def base_intent(self) -> str:
        """The intent without the key of a retrieval intent: `faq` of `faq/teilzeit.wer`."""
        return self.intent.partition("/")[0]

    def values(self, name: str) -> list[Any]:
        """All values of an entity, in their order."""
        return [entity.value for entity in self.entities if entity.name == name]


def entities(values: Mapping[str, Any]) -> tuple[Entity, ...]:
    """Entities from a mapping of names to values."""
    return tuple(Entity(name, value) for name, value in values.items())


@dataclass(frozen=True, slots=True)
class UserUttered:
    """The person said something, already understood; `at` is the moment (UTC) or None."""

    parse: Parse
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActionExecuted:
    """The assistant ran an action; `is_hidden` from what learns from stories, as Rasa does it."""

    name: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ActionExecutionRejected:
    """A form would not run because the message did not fill its slot."""

    name: str


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot got a value; None empties it."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class ActiveLoop:
    """A form became active; None: none is."""

    name: str | None


@dataclass(frozen=True, slots=True)
class LoopInterrupted:
    """The form goes on after something else was said; it must not read that as its answer."""

    is_interrupted: bool


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


@dataclass(frozen=True, slots=True)
class UserUtteranceReverted:
    """The last message is taken back with all that it did, as after Rasa's default fallback."""


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A new session: what was said before no longer decides; slots may be carried over."""


Event = (
    UserUttered
    | ActionExecuted
    | ActionExecutionRejected
    | SlotSet
    | ActiveLoop
    | LoopInterrupted
    | BotUttered
    | FollowupAction
    | Restarted
    | UserUtteranceReverted
    | SessionStarted
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        UserUttered,
        ActionExecuted,
        ActionExecutionRejected,
        SlotSet,
        ActiveLoop,
        LoopInterrupted,
        BotUttered,
        FollowupAction,
        Restarted,
        UserUtteranceReverted,
        SessionStarted,
    )
}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What comes next, as a policy says.

    Attributes:
        action: its name; None when nothing is known.
        source: why: the key of a rule, `default <intent>`, `loop <form>`.
        events: to apply before the action runs.
        is_hidden: whether stories must not see this turn.
        policy: who said it.
    """

    action: str | None
    source: str | None = None
    events: tuple[Event, ...] = ()
    is_hidden: bool = False
    policy: str = "RulePolicy"


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as JSON values."""
    stored = {"event": type(event).__name__, **asdict(event)}
    if isinstance(event, UserUttered) and event.at is not None:
        stored["at"] = event.at.isoformat()
    return stored


def event_from_json(stored: Mapping[str, Any]) -> Event:
    """The event that `event_to_json` wrote."""
    values = {name: value for name, value in stored.items() if name != "event"}
    kind = _KINDS[stored["event"]]
    if kind is UserUttered:
        at = values.get("at")
        parse = parse_from_json(values["parse"])
        return UserUttered(parse or Parse("", "", 0.0), datetime.fromisoformat(at) if at else None)
    event: Event = kind(**values)
    return event


def parse_to_json(parse: Parse | None) -> dict[str, Any] | None:
    """What understanding said, as JSON values."""
    return asdict(parse) if parse else None


def parse_from_json(stored: Mapping[str, Any] | None) -> Parse | None:
    """What `parse_to_json` wrote."""
    if stored is None:
        return None
    return Parse(
        text=stored["text"],
        intent=stored["intent"],
        confidence=stored["confidence"],
        alternatives=tuple(Ranked(**ranked) for ranked in stored["alternatives"]),
        entities=tuple(Entity(**entity) for entity in stored["entities"]),
    )
