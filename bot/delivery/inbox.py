"""Receiving: a batch is stored durably, each message once; nothing is decided.

Crises are recognised by pure rules before anything is read or written. If the batch cannot be
stored, their answers go back to the connector, which shows them at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.begin import begin_conversation, chat_at
from bot.delivery.codec import incoming_to_json, kind_of
from bot.delivery.tables import conversation, incoming
from bot.errors import StorageUnavailable
from bot.messages import (
    Address,
    Edit,
    IncomingMessage,
    Moved,
    OutgoingText,
    spoken_text,
    typed,
)
from bot.people.tables import chat
from bot.ports import NotStored, Received
from bot.storage.database import Database
from bot.storage.statements import upsert

MOST_UNANSWERED = 40
"""A chat with more unanswered messages than this has to wait; crises never have to."""
_REMEMBERED = 10_000


class DurableInbox:
    """The `Inbox` port over the database.

    Args:
        database: open.
        clock: the present moment.
        crisis: the fixed answer to an acute crisis in a text, or None. Pure.
        wake: called with the number of new messages after they were committed.
        on_typing: told the chat in which somebody is typing.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        crisis: Callable[[str], OutgoingText | None],
        wake: Callable[[int], None],
        on_typing: Callable[[Address], None] = lambda address: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._crisis = crisis
        self._wake = wake
        self._on_typing = on_typing
        self._said: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def receive(self, batch: Sequence[IncomingMessage]) -> Received:
        """Store a batch; see `bot.ports.Inbox`."""
        crises = {
            message.external_id: answer
            for message in batch
            if (answer := self._crisis(spoken_text(message.content))) is not None
        }
        try:
            async with self._database.write() as connection:
                received = await self._store(connection, batch, frozenset(crises))
        except StorageUnavailable as error:
            raise NotStored(str(error), self._unsaid(batch, crises)) from error
        if received.new:
            self._wake(len(received.new))
        return received

    def typing(self, address: Address) -> None:
        """See `bot.ports.Inbox`."""
        self._on_typing(address)

    async def put_in(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage
    ) -> bool:
        """Store what starts by itself, inside somebody's transaction; wake the turns after its commit.

        Returns:
            Whether it was new.
        """
        await begin_conversation(connection, chat_id, self._clock())
        return await self._insert(connection, chat_id, message, is_urgent=False)

    async def _store(
        self,
        connection: AsyncConnection,
        batch: Sequence[IncomingMessage],
        urgent: frozenset[str],
    ) -> Received:
        new: set[str] = set()
        known: set[str] = set()
        declined: set[str] = set()
        full: set[int] = set()
        for message in batch:
            if isinstance(message.content, Moved):
                await _move(connection, message.address, message.content.chat)
                new.add(message.external_id)
                continue
            chat_id, unanswered = await self._chat(connection, message.address)
            is_urgent = message.external_id in urgent
            # Nothing overtakes a message that has to wait, even if a turn ends meanwhile.
            if (unanswered >= MOST_UNANSWERED or chat_id in full) and not is_urgent:
                full.add(chat_id)
                declined.add(message.external_id)
            elif not await self._insert(connection, chat_id, message, is_urgent=is_urgent):
                known.add(message.external_id)
            else:
                new.add(message.external_id)
                if isinstance(message.content, Edit):
                    await self._replace(connection, chat_id, message, is_urgent=is_urgent)
        return Received(frozenset(new), frozenset(known), frozenset(declined))

    async def _chat(self, connection: AsyncConnection, address: Address) -> tuple[int, int]:
        """The chat's id and its number of unanswered messages."""
        query = (
            select(chat.c.id, func.count(incoming.c.id))
            .outerjoin(
                incoming, and_(incoming.c.chat_id == chat.c.id, incoming.c.state == "waiting")
            )
            .where(chat.c.channel == address.channel, chat.c.address == address.chat)
            .group_by(chat.c.id)
        )
        found = (await connection.execute(query)).one_or_none()
        if found is not None:
            return found[0], found[1]
        await chat_at(connection, address.channel, address.chat, self._clock())
        found = (await connection.execute(query)).one()
        return found[0], found[1]

    async def _insert(
        self,
        connection: AsyncConnection,
        chat_id: int,
        message: IncomingMessage,
        *,
        is_urgent: bool,
    ) -> bool:
        """Whether the message was new."""
        now = self._clock()
        channel = message.address.channel
        statement = (
            upsert(connection, incoming)
            .values(
                chat_id=chat_id,
                channel=channel,
                external_key=self._database.ring.keyed_hash(channel, message.external_id),
                kind=kind_of(message.content),
                payload=incoming_to_json(message),
                is_urgent=is_urgent,
                state="waiting",
                tries=0,
                starts=0,
                next_try_at=now,
                received_at=now,
            )
            .on_conflict_do_nothing()
            .returning(incoming.c.id)
        )
        return (await connection.execute(statement)).scalar() is not None

    async def _replace(
        self,
        connection: AsyncConnection,
        chat_id: int,
        message: IncomingMessage,
        *,
        is_urgent: bool,
    ) -> None:
        """Put the new words in the place of a message that nobody has begun to answer."""
        assert isinstance(message.content, Edit)  # noqa: S101 - for the type checker
        channel = message.address.channel
        is_free = select(conversation.c.chat_id).where(
            conversation.c.chat_id == chat_id, conversation.c.turn_holder.is_(None)
        )
        if (await connection.execute(is_free.with_for_update())).one_or_none() is None:
            return
        first = replace(
            message, external_id=message.content.target, content=typed(message.content.text)
        )
        replaced = await connection.execute(
            update(incoming)
            .where(
                incoming.c.chat_id == chat_id,
                incoming.c.external_key
                == self._database.ring.keyed_hash(channel, first.external_id),
                incoming.c.state == "waiting",
                incoming.c.starts == 0,
            )
            .values(
                kind=kind_of(first.content), payload=incoming_to_json(first), is_urgent=is_urgent
            )
        )
        if replaced.rowcount:
            await connection.execute(
                update(incoming)
                .where(
                    incoming.c.external_key
                    == self._database.ring.keyed_hash(channel, message.external_id)
                )
                .values(state="done", payload=None)
            )

    def _unsaid(
        self, batch: Sequence[IncomingMessage], crises: dict[str, OutgoingText]
    ) -> dict[str, OutgoingText]:
        """The crisis answers that this process has not shown yet; they count as shown now."""
        unsaid: dict[str, OutgoingText] = {}
        for message in batch:
            key = (message.address.channel, message.external_id)
            if message.external_id in crises and key not in self._said:
                unsaid[message.external_id] = crises[message.external_id]
                self._said[key] = None
                if len(self._said) > _REMEMBERED:
                    self._said.popitem(last=False)
        return unsaid


async def _move(connection: AsyncConnection, old: Address, new: str) -> None:
    """Let a chat go on at its new address; nothing when somebody writes there already."""
    taken = exists().where(chat.c.channel == old.channel, chat.c.address == new)
    await connection.execute(
        update(chat)
        .where(chat.c.channel == old.channel, chat.c.address == old.chat, ~taken)
        .values(address=new)
    )
