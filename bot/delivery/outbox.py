"""Delivering: lease one chat, send its rows in order, mark each; crisis rows go first.

One row is in flight per chat. It gets its number when it is first sent, so numbers grow in the order
of sending. A row found in flight after a crash is unknowable: it says itself whether to repeat; where the
channel shows once what is sent twice, it is always repeated. No transaction is open while a platform is called.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.composing import Composing
from bot.delivery.in_flight import NEVER, InFlight, OutgoingRow, let_go, row_of
from bot.delivery.signal import Signal
from bot.delivery.tables import conversation, outgoing
from bot.delivery.workers import Workers
from bot.errors import Closed, DeliveryError, NotDelivered, Refused
from bot.messages import (
    Address,
    Gone,
    IncomingContent,
    IncomingMessage,
    Opened,
    OutgoingMessage,
    Receipt,
    Typing,
)
from bot.people.tables import chat
from bot.ports import Connector, Renderer
from bot.storage.changes import LoadsPeople
from bot.storage.database import Database
from bot.turn import OnUnknowable, Owner

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)

PutIn = Callable[[AsyncConnection, int, IncomingMessage], Awaitable[bool]]
"""Puts an event of a chat into the inbox inside a transaction; whether it was new."""

log = structlog.get_logger(__name__)


class Deliverer:
    """The deliver step and the `Outbox` port, as an async context manager.

    Args:
        database: open.
        connectors: by channel; may be filled until the deliverer is entered.
        renderer: makes files.
        people: loads the person of a chat, for files.
        clock: the present moment.
        put_in: puts an event of a chat into the inbox, in a transaction.
        wake_turns: called after such an event was committed.
        workers: how many chats are served at the same time.
    """

    def __init__(
        self,
        *,
        database: Database,
        connectors: Mapping[str, Connector],
        renderer: Renderer,
        people: LoadsPeople,
        clock: Clock,
        put_in: PutIn | None = None,
        wake_turns: Callable[[], None] = lambda: None,
        workers: int = 8,
    ) -> None:
        self.signal = Signal()
        self._database = database
        self._connectors = connectors
        self._composing = Composing(database, renderer, people)
        self._in_flight = InFlight(database, clock, self._safe_channels)
        self._clock = clock
        self._put_in = put_in
        self._wake_turns = wake_turns
        self._reachable: set[Address] = set()
        self._wakes: Counter[Address] = Counter()
        self._workers = Workers(
            step=self.deliver_once, release=self._release, signal=self.signal, count=workers
        )

    async def __aenter__(self) -> Self:
        """Start delivering."""
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                free = {"delivery_holder": None, "delivery_not_before": None}
                await connection.execute(update(conversation).values(free))
        self._workers.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the row that is in flight, then stop."""
        await self._workers.end()

    # --- the Outbox port -----------------------------------------------------------------------

    def wake(self, address: Address) -> None:
        """See `bot.ports.Outbox`."""
        self._reachable.add(address)
        self._wakes[address] += 1
        self.signal.set()

    async def unacknowledged(self, address: Address) -> Sequence[OutgoingMessage]:
        """See `bot.ports.Outbox`."""
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(outgoing, chat.c.channel, chat.c.address)
                .join(chat, chat.c.id == outgoing.c.chat_id)
                .where(
                    chat.c.channel == address.channel,
                    chat.c.address == address.chat,
                    outgoing.c.state == "sent",
                    outgoing.c.payload.is_not(None),
                )
                .order_by(outgoing.c.number)
            )
            found = [row_of(dict(row)) for row in rows.mappings()]
        return [await self._composing.message(row) for row in found]

    async def acknowledge(self, address: Address, number: int) -> None:
        """See `bot.ports.Outbox`."""
        chat_id = (
            select(chat.c.id)
            .where(chat.c.channel == address.channel, chat.c.address == address.chat)
            .scalar_subquery()
        )
        async with self._database.write() as connection:
            await connection.execute(
                update(outgoing)
                .where(
                    outgoing.c.chat_id == chat_id,
                    # A row in flight may be acknowledged before its sending has returned.
                    outgoing.c.state.in_(("sent", "sending")),
                    outgoing.c.number <= number,
                )
                .values(state="acknowledged", payload=None)
            )

    async def show_typing(self, address: Address) -> None:
        """Show that an answer is being prepared; worthless when late, so never stored or repeated."""
        with suppress(DeliveryError):
            await self._connectors[address.channel].send(
                OutgoingMessage(address, Typing(), message_id="")
            )

    # --- the deliver step ----------------------------------------------------------------------

    async def deliver_once(self, holder: str) -> bool:
        """Serve one chat until nothing waits in it.

        Returns:
            Whether there was one.
        """
        async with self._database.write() as connection:
            await self._note_reachable(connection)
            chat_id = await self._in_flight.claim(connection, holder)
            row = await self._in_flight.next_row(connection, chat_id) if chat_id else None
            if chat_id and row is None:
                await let_go(connection, chat_id)
        while row is not None:
            row = await self._deliver(row)
        return chat_id is not None

    async def _deliver(self, row: OutgoingRow) -> OutgoingRow | None:
        """Send one row and mark it; the chat's next row, or None when the chat was let go."""
        wakes = self._wakes[row.address]
        try:
            receipt = await self._connectors[row.address.channel].send(
                await self._composing.message(row)
            )
        except NotDelivered as error:
            # After a first try nobody has seen the number; a later try may follow a crash.
            number = row.number if row.tries > 1 else None
            await self._wait(row, error, wakes=wakes, number=number)
            return None
        except Refused:
            log.warning("refused", channel=row.address.channel)
            return await self._marked(row, {"state": "set_aside", "payload": None}, opened="")
        except Closed:
            await self._close(row)
            return None
        except Exception as error:
            log.warning("unknowable", channel=row.address.channel, error=type(error).__name__)
            is_safe = row.address.channel in self._safe_channels()
            if row.on_unknowable is OnUnknowable.DROP and not is_safe:
                return await self._marked(row, {"state": "dropped", "payload": None})
            await self._wait(row, NotDelivered("unknowable"), wakes=wakes, number=row.number)
            return None
        return await self._marked(row, self._sent(receipt), opened=receipt.opened or "")

    def _sent(self, receipt: Receipt) -> dict[str, Any]:
        sent = {"external_id": receipt.external_id, "sent_at": self._clock()}
        if receipt.is_acknowledged:
            return {**sent, "state": "acknowledged", "payload": None}
        return {**sent, "state": "sent"}

    def _safe_channels(self) -> frozenset[str]:
        """Where a message sent twice is shown once."""
        return frozenset(
            name
            for name, connector in self._connectors.items()
            if connector.capabilities.repeats_safely
        )

    async def _note_reachable(self, connection: AsyncConnection) -> None:
        while self._reachable:
            address = self._reachable.pop()
            await connection.execute(
                update(conversation)
                .where(
                    conversation.c.chat_id
                    == select(chat.c.id)
                    .where(chat.c.channel == address.channel, chat.c.address == address.chat)
                    .scalar_subquery()
                )
                .values(delivery_not_before=None)
            )

    async def _marked(
        self, row: OutgoingRow, values: Mapping[str, Any], *, opened: str = ""
    ) -> OutgoingRow | None:
        """Mark a row and take the next one in the same transaction; what a room became is an event of its chat."""
        async with self._database.write() as connection:
            await connection.execute(
                update(outgoing)
                .where(outgoing.c.id == row.outgoing_id, outgoing.c.state == "sending")
                .values(dict(values))
            )
            if row.kind == "room":
                await self._tell(connection, row, Opened(row.payload["token"], opened))
            following = None
            if not self._workers.is_ending:
                following = await self._in_flight.next_row(connection, row.chat_id)
            if following is None:
                await let_go(connection, row.chat_id)
        if row.kind == "room":
            self._wake_turns()
        return following

    async def _tell(
        self, connection: AsyncConnection, row: OutgoingRow, content: IncomingContent
    ) -> None:
        """Put what became of a row into the inbox, as an event of its chat."""
        if self._put_in is None:
            return
        event = IncomingMessage(
            address=row.address,
            external_id=f"{type(content).__name__}:{row.message_id}".lower(),
            content=content,
            sent_at=self._clock(),
        )
        await self._put_in(connection, row.chat_id, event)

    async def _wait(
        self, row: OutgoingRow, error: NotDelivered, *, wakes: int, number: int | None
    ) -> None:
        """Back to waiting; the whole chat waits, so that its order holds.

        A number that surely nobody saw is given back: an urgent row may be sent before this one.
        """
        wait = error.retry_after or min(FIRST_WAIT * 2 ** min(row.tries - 1, 10), LONGEST_WAIT)
        until = NEVER if error.until_reachable else self._clock() + wait
        async with self._database.write() as connection:
            await connection.execute(
                update(outgoing)
                .where(outgoing.c.id == row.outgoing_id, outgoing.c.state == "sending")
                .values(state="waiting", number=number)
            )
            await let_go(connection, row.chat_id, not_before=until)
            # Only now: who opens the page from here on, finds the row held and writes after us.
            if error.until_reachable and self._wakes[row.address] != wakes:
                until = self._clock()
                await let_go(connection, row.chat_id, not_before=until)
        if until is not NEVER:
            self.signal.set_later(max(0.0, (until - self._clock()).total_seconds()))

    async def _release(self, holder: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(conversation)
                .where(conversation.c.delivery_holder == holder)
                .values(delivery_holder=None, delivery_until=None)
            )

    async def _close(self, row: OutgoingRow) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                update(outgoing)
                .where(
                    outgoing.c.chat_id == row.chat_id,
                    outgoing.c.state.in_(("waiting", "sending")),
                )
                .values(state="dropped", payload=None)
            )
            await connection.execute(
                update(conversation)
                .where(conversation.c.chat_id == row.chat_id)
                .values(owner=Owner.CLOSED)
            )
            await let_go(connection, row.chat_id)
            # Who speaks with them must hear of it.
            await self._tell(connection, row, Gone("closed"))
        self._wake_turns()
