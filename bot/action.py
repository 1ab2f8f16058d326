"""Actions: what a dialogue may ask the assistant to do.

An action reads freely and writes nothing: it returns events for the tracker, things to say, and
changes for storage. So a turn can be run again from its start.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.events import Event
from bot.tracker import Tracker
from bot.turn import Change, FileReply, Offer, Owner, Situation


@dataclass(frozen=True, slots=True)
class Say:
    """A response to draw from the domain.

    Attributes:
        response: its name, `utter_…`.
        values: for the `{placeholders}` in it, besides the slots.
        offers: choices that the action adds, placed before the response's own buttons.
    """

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionCall:
    """What an action is given: the tracker as it stands now, and the turn's situation."""

    tracker: Tracker
    situation: Situation

    def entity(self, name: str) -> Any:
        """A value that came with the person's message, or None."""
        latest = self.tracker.latest_message
        values = latest.values(name) if latest else []
        return values[0] if values else None

    def profile(self, name: str) -> str | None:
        """What is known of the person: said in this conversation, else kept with consent."""
        said = self.tracker.slot(name)
        if said is not None:
            return str(said)
        person = self.situation.person
        return person.profile.get(name) if person else None


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action wants: all of it is done after the turn, none of it before.

    Attributes:
        events: for the tracker.
        says: what to say, in order.
        changes: for storage.
        owner: who speaks from now on; None leaves it.
        findings: what `ask --jsonl` reports.
    """

    events: Sequence[Event] = ()
    says: Sequence[Say | FileReply] = ()
    changes: Sequence[Change] = ()
    owner: Owner | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)


def offer(label: str, intent: str, **values: Any) -> Offer:
    """A choice with a Rasa payload."""
    told = json.dumps(values, ensure_ascii=False) if values else ""
    return Offer(label, f"/{intent}{told}")


class Action(Protocol):
    """One thing that a dialogue may ask for, by name."""

    name: str

    async def run(self, call: ActionCall) -> ActionResult:
        """Do it; any exception makes the turn run again."""
