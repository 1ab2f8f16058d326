"""Delivering: lease one chat, send its rows in order, mark each; crisis rows go first.

One row is in flight per chat. It gets its number when it is first sent, so numbers grow in the order
of sending. A row found in flight after a crash is unknowable: it says itself whether to repeat.
No transaction is open while a platform is called.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy import and_, case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.signal import Signal
from bot.delivery.tables import conversation, outgoing
from bot.delivery.workers import Workers
from bot.errors import Closed, DeliveryError, NotDelivered, Refused, StorageUnavailable
from bot.messages import (
    Address,
    Button,
    OutgoingContent,
    OutgoingEdit,
    OutgoingMessage,
    OutgoingText,
    Receipt,
    Typing,
)
from bot.people.tables import chat
from bot.ports import Connector, Renderer
from bot.storage.changes import LoadsPeople
from bot.storage.database import Database
from bot.turn import OnUnknowable, Owner

LEASE = timedelta(seconds=60)
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Waits until the connector says that the person can be reached."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row in flight."""

    outgoing_id: int
    chat_id: int
    address: Address
    kind: str
    payload: Mapping[str, Any]
    message_id: str
    number: int
    tries: int
    is_urgent: bool
    on_unknowable: OnUnknowable


class Deliverer:
    """The deliver step and the `Outbox` port, as an async context manager.

    Args:
        database: open.
        connectors: by channel; may be filled until the deliverer is entered.
        renderer: makes files.
        people: loads the person of a chat, for files.
        clock: the present moment.
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
        workers: int = 8,
    ) -> None:
        self.signal = Signal()
        self._database = database
        self._connectors = connectors
        self._renderer = renderer
        self._people = people
        self._clock = clock
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
            found = [_row(dict(row)) for row in rows.mappings()]
        return [await self._message(row) for row in found]

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
            chat_id = await self._claim(connection, holder)
            row = await self._next_row(connection, chat_id) if chat_id else None
            if chat_id and row is None:
                await _let_go(connection, chat_id)
        while row is not None:
            row = await self._deliver(row)
        return chat_id is not None

    async def _deliver(self, row: _Row) -> _Row | None:
        """Send one row and mark it; the chat's next row, or None when the chat was let go."""
        wakes = self._wakes[row.address]
        try:
            receipt = await self._connectors[row.address.channel].send(await self._message(row))
        except NotDelivered as error:
            # After a first try nobody has seen the number; a later try may follow a crash.
            number = row.number if row.tries > 1 else None
            await self._wait(row, error, wakes=wakes, number=number)
            return None
        except Refused:
            log.warning("refused", channel=row.address.channel)
            return await self._marked(row, {"state": "set_aside", "payload": None})
        except Closed:
            await self._close(row)
            return None
        except Exception as error:
            log.warning("unknowable", channel=row.address.channel, error=type(error).__name__)
            if row.on_unknowable is OnUnknowable.DROP:
                return await self._marked(row, {"state": "dropped", "payload": None})
            await self._wait(row, NotDelivered("unknowable"), wakes=wakes, number=row.number)
            return None
        return await self._marked(row, self._sent(receipt), is_sent=True)

    def _sent(self, receipt: Receipt) -> dict[str, Any]:
        sent = {"external_id": receipt.external_id, "sent_at": self._clock()}
        if receipt.is_acknowledged:
            return {**sent, "state": "acknowledged", "payload": None}
        return {**sent, "state": "sent"}

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

    async def _claim(self, connection: AsyncConnection, holder: str) -> int | None:
        now = self._clock()
        waiting = and_(
            outgoing.c.chat_id == conversation.c.chat_id,
            outgoing.c.state.in_(("waiting", "sending")),
        )
        is_urgent = exists().where(waiting, outgoing.c.is_urgent, outgoing.c.tries == 0)
        query = (
            select(conversation.c.chat_id)
            .where(
                exists().where(waiting),
                or_(conversation.c.delivery_holder.is_(None), conversation.c.delivery_until < now),
                or_(
                    conversation.c.delivery_not_before.is_(None),
                    conversation.c.delivery_not_before <= now,
                    is_urgent,
                ),
            )
            .order_by(case((is_urgent, 0), else_=1))
            .limit(1)
        )
        if not self._database.is_sqlite:
            query = query.with_for_update(skip_locked=True)
        chat_id: int | None = await connection.scalar(query)
        if chat_id is not None:
            await connection.execute(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(delivery_holder=holder, delivery_until=now + LEASE)
            )
        return chat_id

    async def _next_row(self, connection: AsyncConnection, chat_id: int) -> _Row | None:
        """Put the chat's next row in flight; rows that are not worth sending any more are dropped."""
        now = self._clock()
        await connection.execute(
            update(outgoing)
            .where(
                outgoing.c.chat_id == chat_id,
                or_(
                    and_(outgoing.c.state == "waiting", outgoing.c.expires_at <= now),
                    and_(
                        outgoing.c.state == "sending",
                        outgoing.c.on_unknowable == OnUnknowable.DROP,
                    ),
                ),
            )
            .values(state="dropped", payload=None)
        )
        query = (
            select(outgoing, chat.c.channel, chat.c.address)
            .join(chat, chat.c.id == outgoing.c.chat_id)
            .where(outgoing.c.chat_id == chat_id, outgoing.c.state.in_(("waiting", "sending")))
            .order_by(
                case((outgoing.c.state == "sending", 0), else_=1),
                outgoing.c.is_urgent.desc(),
                outgoing.c.id,
            )
            .limit(1)
        )
        found = (await connection.execute(query)).mappings().one_or_none()
        if found is None:
            return None
        number = found["number"]
        if number is None:
            number = await connection.scalar(
                update(conversation)
                .where(conversation.c.chat_id == chat_id)
                .values(last_number=conversation.c.last_number + 1)
                .returning(conversation.c.last_number)
            )
        await connection.execute(
            update(outgoing)
            .where(outgoing.c.id == found["id"])
            .values(state="sending", number=number, tries=found["tries"] + 1)
        )
        return _row({**found, "number": number, "tries": found["tries"] + 1})

    async def _marked(
        self, row: _Row, values: Mapping[str, Any], *, is_sent: bool = False
    ) -> _Row | None:
        """Mark a row and take the next one in the same transaction."""
        async with self._database.write() as connection:
            await connection.execute(
                update(outgoing)
                .where(outgoing.c.id == row.outgoing_id, outgoing.c.state == "sending")
                .values(dict(values))
            )
            if is_sent and row.payload.get("buttons"):
                await connection.execute(
                    update(conversation)
                    .where(conversation.c.chat_id == row.chat_id)
                    .values(offered_by=row.outgoing_id)
                )
            following = None
            if not self._workers.is_ending:
                following = await self._next_row(connection, row.chat_id)
            if following is None:
                await _let_go(connection, row.chat_id)
        return following

    async def _wait(
        self, row: _Row, error: NotDelivered, *, wakes: int, number: int | None
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
            await _let_go(connection, row.chat_id, not_before=until)
            # Only now: who opens the page from here on, finds the row held and writes after us.
            if error.until_reachable and self._wakes[row.address] != wakes:
                until = self._clock()
                await _let_go(connection, row.chat_id, not_before=until)
        if until is not NEVER:
            self.signal.set_later(max(0.0, (until - self._clock()).total_seconds()))

    async def _release(self, holder: str) -> None:
        try:
            async with self._database.write() as connection:
                await connection.execute(
                    update(conversation)
                    .where(conversation.c.delivery_holder == holder)
                    .values(delivery_holder=None, delivery_until=None)
                )
        except StorageUnavailable:
            return

    async def _close(self, row: _Row) -> None:
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
            await _let_go(connection, row.chat_id)

    async def _message(self, row: _Row) -> OutgoingMessage:
        return OutgoingMessage(
            address=row.address,
            content=await self._content(row),
            message_id=row.message_id,
            number=row.number,
            in_reply_to=row.payload.get("in_reply_to"),
            is_urgent=row.is_urgent,
        )

    async def _content(self, row: _Row) -> OutgoingContent:
        if row.kind == "text":
            buttons = tuple(Button(**button) for button in row.payload["buttons"])
            return OutgoingText(text=row.payload["text"], buttons=buttons)
        if row.kind == "edit":
            return OutgoingEdit(target=row.payload["target"], text=row.payload["text"])
        async with self._database.read() as connection:
            person = await self._people.load(connection, row.chat_id)
        return await self._renderer.render(
            row.payload["document"], row.payload["parameters"], person
        )


def _row(found: Mapping[str, Any]) -> _Row:
    return _Row(
        outgoing_id=found["id"],
        chat_id=found["chat_id"],
        address=Address(found["channel"], found["address"]),
        kind=found["kind"],
        payload=found["payload"],
        message_id=found["message_id"],
        number=found["number"],
        tries=found["tries"],
        is_urgent=found["is_urgent"],
        on_unknowable=OnUnknowable(found["on_unknowable"]),
    )


async def _let_go(
    connection: AsyncConnection, chat_id: int, *, not_before: datetime | None = None
) -> None:
    free = {"delivery_holder": None, "delivery_until": None, "delivery_not_before": not_before}
    await connection.execute(
        update(conversation).where(conversation.c.chat_id == chat_id).values(free)
    )
