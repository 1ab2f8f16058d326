"""What becomes of room events: each room in its order, stored first, then settled.

What cannot be taken yet is held with all that follows it in its room: a message whose key has not come, and one of a
person with too many open questions.
"""

import asyncio
import contextlib
import uuid
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from nio import MegolmEvent, UnknownEncryptedEvent
from nio.exceptions import EncryptionError

from bot.errors import Closed, DeliveryError
from bot.messages import (
    Command,
    File,
    Gone,
    IncomingMessage,
    Moved,
    OutgoingText,
    Text,
    Unreadable,
)
from bot.ports import Inbox, NotStored, Received
from connectors.matrix.client import BROKEN, Client, checked
from connectors.matrix.forgetting import forget_room
from connectors.matrix.inbound import incoming, to_message
from connectors.matrix.outbound import text_content
from connectors.matrix.own_rooms import OwnRooms
from connectors.matrix.progress import Progress
from connectors.matrix.rooms import is_crowd, members_of
from connectors.matrix.texts import MatrixTexts

PATIENCE = 5.0
"""So long a message waits for its key (seconds); it mostly comes with the same sync."""
BREATH = 1.0
"""So long a room with too many open questions waits before it is offered again (seconds)."""
MOST_HELD = 1000
"""A room that holds more loses the rest, and is told."""
QUOTABLE = 50
"""So many of the last messages of a room are known by their ids."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An event that waits.

    Attributes:
        event: nio's, or a message that is ready.
        event_id: what `Progress` knows it by.
        since: when it came (seconds of a monotonic clock).
    """

    event: Any
    event_id: str
    since: float


class Reception:
    """Takes events and hands them to the inbox.

    Args:
        client: logged in.
        inbox: where messages go.
        progress: told of each event that is settled.
        own_rooms: told of each room that we leave.
        texts: what is said outside a conversation.
        monotonic: seconds that only grow.
    """

    def __init__(
        self,
        *,
        client: Client,
        inbox: Inbox,
        progress: Progress,
        own_rooms: OwnRooms,
        texts: MatrixTexts,
        monotonic: Callable[[], float],
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._progress = progress
        self._own_rooms = own_rooms
        self._texts = texts
        self._monotonic = monotonic
        self._queues: dict[str, deque[Held]] = {}
        self._not_before: dict[str, float] = {}
        self._told: set[str] = set()
        self._declining: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._written: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=QUOTABLE))

    @property
    def is_holding(self) -> bool:
        """Whether something waits that should be looked at again soon."""
        return any(self._queues.values())

    def is_left_behind(self, room: str, event_id: str) -> bool:
        """Whether a person has written more since they wrote this; reactions and the like do not count."""
        written = list(self._written.get(room, ()))
        return event_id in written[:-1]

    def put(self, room: str, events: Sequence[Any]) -> None:
        """Queue events of a room, in their order; nio's, or messages that are ready."""
        queue = self._queues.setdefault(room, deque())
        now = self._monotonic()
        for event in events:
            if len(queue) >= MOST_HELD:
                self._progress.settle(event_id_of(event))
                self._tell_too_many(room)
            else:
                queue.append(Held(event, event_id_of(event), now))

    async def pump(self) -> None:
        """Store all that can be taken now.

        Raises:
            NotStored: nothing was stored, all is kept; what a person in a crisis needs was shown.
        """
        for room in filter(self._is_crowd, list(self._client.rooms)):
            self._decline(room)
        ready: list[tuple[str, Held, IncomingMessage | None]] = []
        for room, queue in self._queues.items():
            ready += self._ready(room, queue)
        if not ready:
            return
        messages = [message for _, _, message in ready if message]
        received = await self._receive(messages) if messages else Received()
        heard: dict[str, str] = {}
        for room, held, message in ready:
            if message and message.external_id in received.declined:
                self._not_before[room] = self._monotonic() + BREATH
                continue
            self._queues[room].remove(held)
            self._progress.settle(held.event_id)
            if message:
                self._after(room, message)
                heard[room] = held.event_id
        self._queues = {room: queue for room, queue in self._queues.items() if queue}
        self._show_as_read(heard)

    def later(self, doing: Coroutine[Any, Any, object]) -> None:
        """Do something that nobody waits for and that may fail."""
        task = asyncio.create_task(_quietly(doing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def decline(self, room: str) -> None:
        """Say goodbye to a room that is not for us, and go; what fails is tried again with the next sync."""
        try:
            with contextlib.suppress(DeliveryError):
                await self._say(room, OutgoingText(self._texts.room), f"goodbye{uuid.uuid4().hex}")
            await self.leave(room)
        finally:
            self._declining.discard(room)

    async def leave(self, room: str) -> None:
        """Leave a room and forget it; one that we have left already is no failure.

        Raises:
            DeliveryError: the homeserver does not let us just now.
        """
        await self._let_go_of_alias(room)
        with contextlib.suppress(Closed):
            checked(await self._client.room_leave(room))
        await self._client.room_forget(room)
        self._client.rooms.pop(room, None)
        self._written.pop(room, None)
        self._own_rooms.forget(room)
        forget_room(self._client, room)

    async def close(self) -> None:
        """Let go of what is still being done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _let_go_of_alias(self, room: str) -> None:
        """A room of ours is not found any more; that fails quietly, for it leads to an empty room then."""
        known = self._client.rooms.get(room)
        if known is not None and known.canonical_alias and self._own_rooms.is_ours(room):
            await self._client.room_delete_alias(known.canonical_alias)

    def _ready(
        self, room: str, queue: deque[Held]
    ) -> list[tuple[str, Held, IncomingMessage | None]]:
        """What of a room can be taken now, in its order."""
        if self._monotonic() < self._not_before.get(room, 0.0):
            return []
        if self._is_crowd(room):
            return [(room, held, None) for held in queue]
        ready: list[tuple[str, Held, IncomingMessage | None]] = []
        for held in queue:
            event = self._readable(room, held)
            if event is None:
                break
            ready.append((room, held, self._message(room, event)))
        return ready

    def _readable(self, room: str, held: Held) -> Any:
        """The event with its words; None while its key may still come."""
        event = held.event
        if not isinstance(event, MegolmEvent) or event.sender == self._client.user_id:
            return event
        event.room_id = room
        try:
            return self._client.decrypt_event(event)
        except EncryptionError:
            is_late = self._monotonic() - held.since >= PATIENCE
            return event if is_late else None

    def _message(self, room: str, event: Any) -> IncomingMessage | None:
        if isinstance(event, IncomingMessage):
            return event
        if isinstance(event, MegolmEvent | UnknownEncryptedEvent):
            return self._undecryptable(room, event)
        try:
            message = to_message(event.source, room, self._client.user_id)
        except Exception as error:
            # One event that cannot be read must not stop the others; its text is not logged.
            log.error("event not understood", error=type(error).__name__)
            return None
        is_gone = message is not None and isinstance(message.content, Gone)
        return None if is_gone and self._has_company(room) else message

    def _undecryptable(self, room: str, event: Any) -> IncomingMessage | None:
        """One word for each key that is missing: the inbox knows the second time."""
        if event.sender == self._client.user_id:
            return None
        log.warning("undecryptable")
        message = incoming(event.source, room, Unreadable("encrypted"))
        key = event.source["content"].get("session_id", event.event_id)
        return IncomingMessage(
            message.address, f"undecryptable/{room}/{key}", message.content, message.sent_at
        )

    def _is_crowd(self, room: str) -> bool:
        known = self._client.rooms.get(room)
        return known is not None and is_crowd(known)

    def _show_as_read(self, heard: Mapping[str, str]) -> None:
        for room, event_id in heard.items():
            # What we made ourselves has no event.
            if event_id.startswith("$"):
                self.later(self._client.update_receipt_marker(room, event_id))

    def _has_company(self, room: str) -> bool:
        """Whether somebody is still there: who went was a third person."""
        known = self._client.rooms.get(room)
        return bool(known and members_of(known) - {self._client.user_id})

    def _decline(self, room: str) -> None:
        if room not in self._declining:
            self._declining.add(room)
            self.later(self.decline(room))

    async def _receive(self, messages: Sequence[IncomingMessage]) -> Received:
        try:
            return await self._inbox.receive(messages)
        except NotStored as error:
            self._show(messages, error.crisis)
            raise

    def _show(
        self, messages: Sequence[IncomingMessage], crisis: Mapping[str, OutgoingText]
    ) -> None:
        """Say what cannot wait for a database."""
        for message in messages:
            text = crisis.get(message.external_id)
            if text is not None:
                self.later(self._say(message.address.chat, text, f"crisis{message.external_id}"))

    async def _say(self, room: str, text: OutgoingText, transaction: str) -> None:
        await self._client.write(room, text_content(text), transaction)

    def _after(self, room: str, message: IncomingMessage) -> None:
        match message.content:
            case Gone():
                self.later(self.leave(room))
            case Moved():
                self.later(self.leave(message.address.chat))
            case Text() | Command() | File() | Unreadable():
                self._written[room].append(message.external_id)

    def _tell_too_many(self, room: str) -> None:
        if room not in self._told:
            self._told.add(room)
            self.later(self._say(room, OutgoingText(self._texts.too_many), f"many{room}"))


def event_id_of(event: Any) -> str:
    """What an event is counted by."""
    return event.external_id if isinstance(event, IncomingMessage) else str(event.event_id)


async def _quietly(doing: Awaitable[object]) -> None:
    try:
        await doing
    except Exception as error:
        kind = "cut off" if isinstance(error, BROKEN) else type(error).__name__
        log.info("not done", error=kind)
