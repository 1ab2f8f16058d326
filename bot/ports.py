"""All ports on one page: what the rooms of the house ask of each other.

Each port has at least one implementation that we ship and use in tests; we never mock them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from bot.errors import StorageUnavailable
from bot.events import Parse, Prediction
from bot.messages import (
    Address,
    Capabilities,
    IncomingMessage,
    OutgoingFile,
    OutgoingMessage,
    OutgoingText,
    Receipt,
)
from bot.tracker import Tracker
from bot.turn import Change, Outcome, Person, Situation


@runtime_checkable
class Connector(Protocol):
    """One messenger: a lifecycle (it receives between enter and exit) and sending.

    While entered, it hands batches to an `Inbox` and moves its own position (Telegram's offset,
    Matrix's token) only after `receive` has returned.
    """

    channel: str
    capabilities: Capabilities

    @property
    def trouble(self) -> str | None:
        """What keeps it from working just now, in one line for the operator; None when it works."""

    @property
    def url(self) -> str:
        """The web address by which people come to us there; empty where there is none to give."""

    async def __aenter__(self) -> Self:
        """Begin to receive."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop receiving and let go of everything."""

    async def send(self, message: OutgoingMessage) -> Receipt:
        """Deliver one message.

        Raises:
            DeliveryError: one of its four kinds says what is known of the message.
        """

    async def fetch(self, reference: str) -> bytes:
        """The file that a person sent.

        Args:
            reference: as in `File`.

        Raises:
            NotDelivered: not just now.
            Refused: it is gone, or larger than the platform gives out.
        """


class NotStored(StorageUnavailable):
    """A batch could not be stored; the connector must not move on, and offers it again later.

    What a person in a crisis needs cannot wait for a database: the connector shows these answers
    at once. Those already shown by this process are left out.

    Attributes:
        crisis: by external id, the texts to show now.
    """

    def __init__(self, reason: str, crisis: Mapping[str, OutgoingText] | None = None) -> None:
        super().__init__(reason)
        self.crisis: Mapping[str, OutgoingText] = crisis or {}


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch, by external id.

    Attributes:
        new: stored now; they will be answered.
        known: seen before; already answered or waiting.
        declined: not stored because the chat has too many unanswered messages.
    """

    new: frozenset[str] = field(default_factory=frozenset)
    known: frozenset[str] = field(default_factory=frozenset)
    declined: frozenset[str] = field(default_factory=frozenset)


class Inbox(Protocol):
    """The one way in."""

    async def receive(self, batch: Sequence[IncomingMessage]) -> Received:
        """Store a batch durably, each message once; decide nothing.

        Raises:
            NotStored: nothing of the batch was stored.
        """

    def typing(self, address: Address) -> None:
        """Somebody is typing in this chat; worthless when late, so nothing is stored."""


class Groups(Protocol):
    """Which rooms of several people are ours to be in."""

    async def is_ours(self, address: Address) -> bool:
        """Whether a team works in this group; every other one is left.

        Raises:
            StorageUnavailable: the database cannot be reached; nothing is known of it now.
        """


class Outbox(Protocol):
    """What a connector may ask of the one way out."""

    async def unacknowledged(self, address: Address) -> Sequence[OutgoingMessage]:
        """The messages handed over and not yet acknowledged, in the order of their numbers."""

    async def acknowledge(self, address: Address, number: int) -> None:
        """The person's side has all messages up to this number; their payload goes."""

    def wake(self, address: Address) -> None:
        """The chat can be reached again: deliver what waits."""


class ConnectorStore(Protocol):
    """What a connector must remember beyond the process: its position, its keys. Encrypted at rest."""

    async def load(self, name: str) -> Mapping[str, Any] | None:
        """What was saved last under this name, or None.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """

    async def save(self, name: str, value: Mapping[str, Any]) -> None:
        """Save a JSON object durably in the place of the last one.

        Raises:
            StorageUnavailable: nothing was saved.
        """


class Sessions(Protocol):
    """What a channel without accounts (the web chat) may ask about its sessions."""

    async def recover(self, address: Address, code: str) -> Address | None:
        """Redeem a recovery code typed in the chat `address`.

        Returns:
            The chat that the code was issued for, or None when it is wrong, old or used up.
        """

    async def end(self, address: Address) -> None:
        """The person ended the session: nothing more is sent, what is not kept is deleted now."""


class Parser(Protocol):
    """Understands one text; decides nothing."""

    async def parse(self, text: str) -> Parse:
        """Intent, confidence, alternatives and entities of a text."""


class ReadsMessages(Protocol):
    """Understands a message in its conversation; decides nothing."""

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""


class Policy(Protocol):
    """Decides what comes next in a dialogue."""

    async def predict(self, tracker: Tracker) -> Prediction:
        """What comes next; the action `action_listen` to wait for the person."""


class TurnTaker(Protocol):
    """Runs one turn: reads freely, writes nothing, sends nothing."""

    async def turn(self, situation: Situation) -> Outcome:
        """Decide what to say and what to change.

        Any exception means that the turn is tried again; after three tries the message is set
        aside.
        """


class HumanTurns(Protocol):
    """What becomes of a message while a human, and not the assistant, is spoken with. Reads, writes nothing."""

    def takes(self, situation: Situation) -> bool:
        """Whether this event is about a case and nothing for the dialogues."""

    async def event(self, situation: Situation) -> Outcome:
        """The turn of such an event."""

    def works(self, intent: str) -> bool:
        """Whether a button or command with this meaning works although a human is spoken with."""

    async def relayed(self, situation: Situation, *, is_acute: bool = False) -> Outcome:
        """The turn of what is written to the other side, and not to the assistant.

        Args:
            situation: the message.
            is_acute: it speaks of an acute crisis; the other side is warned.
        """

    async def left(self, situation: Situation) -> Sequence[Change]:
        """What changes for the cases of somebody who leaves the chat or closes it."""

    async def offered(self, situation: Situation, outcome: Outcome) -> Outcome:
        """The outcome, with the offer of a human where one should be made."""


class Renderer(Protocol):
    """Makes the files that a reply named."""

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile | OutgoingText:
        """Render one document; `person` is whose chat it goes to.

        Returns:
            The file, or a text that says why there is none.

        Raises:
            DeliveryError: what it is made of cannot be had, now or for good.
        """
