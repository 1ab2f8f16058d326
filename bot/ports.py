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
from bot.turn import Outcome, Person, Situation


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


class Outbox(Protocol):
    """What a connector may ask of the one way out."""

    async def unacknowledged(self, address: Address) -> Sequence[OutgoingMessage]:
        """The messages handed over and not yet acknowledged, in the order of their numbers."""

    async def acknowledge(self, address: Address, number: int) -> None:
        """The person's side has all messages up to this number; their payload goes."""

    def wake(self, address: Address) -> None:
        """The chat can be reached again: deliver what waits."""


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


class Renderer(Protocol):
    """Makes the files that a reply named."""

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile:
        """Render one document; `person` is whose chat it goes to."""
