"""People in the database: load them, apply their changes."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.messages import Address, IncomingMessage
from bot.people.changes import (
    AwaitParent,
    ConfirmChild,
    CountTry,
    EraseEverything,
    GiveConsent,
    IssueCode,
    KeepProfile,
)
from bot.people.codes import PARENT
from bot.people.profile import UNDER_16
from bot.people.redeeming import address_key, code_hash
from bot.people.tables import chat, code, code_try, consent, joining, link, person
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.turn import Person, Reply

Forget = Callable[[AsyncConnection, Sequence[int]], Awaitable[None]]
"""Deletes what was said in chats; delivery offers it."""
Tell = Callable[[AsyncConnection, Sequence[int], Reply, datetime], Awaitable[None]]
"""Says something in other chats; delivery offers it."""


class People:
    """Loads people and applies the changes of this topic.

    Args:
        database: open.
        forget: deletes what was said in chats.
        tell: says something in other chats.
    """

    def __init__(self, database: Database, forget: Forget, tell: Tell) -> None:
        self._database = database
        self._forget = forget
        self._tell = tell

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            GiveConsent: self._give_consent,
            KeepProfile: self._keep_profile,
            EraseEverything: self._erase,
            IssueCode: self._issue_code,
            AwaitParent: self._await_parent,
            ConfirmChild: self._confirm_child,
            CountTry: self._count_try,
        }

    async def load(self, connection: AsyncConnection, chat_id: int) -> Person | None:
        """The person of a chat, or None before the first consent."""
        found = (
            await connection.execute(
                select(person.c.id, person.c.profile, person.c.waits_until)
                .join(link, link.c.person_id == person.c.id)
                .where(link.c.chat_id == chat_id)
            )
        ).one_or_none()
        if found is None:
            return None
        consents = await connection.execute(
            select(consent.c.scope, consent.c.version).where(
                consent.c.person_id == found.id, consent.c.withdrawn_at.is_(None)
            )
        )
        channels = await connection.execute(
            select(chat.c.channel)
            .join(link, link.c.chat_id == chat.c.id)
            .where(link.c.person_id == found.id)
        )
        return Person(
            person_id=found.id,
            profile=found.profile,
            consents={row.scope: row.version for row in consents},
            channels=tuple(sorted(channels.scalars())),
            waits_until=found.waits_until,
        )

    async def who_wrote(
        self, connection: AsyncConnection, chat_id: int, message: IncomingMessage
    ) -> Person | None:
        """See `bot.storage.changes.LoadsPeople`."""
        if not message.sender:
            return await self.load(connection, chat_id)
        own_chat = await connection.scalar(
            select(chat.c.id).where(
                chat.c.channel == message.address.channel, chat.c.address == message.sender
            )
        )
        return None if own_chat is None else await self.load(connection, own_chat)

    async def find(self, who: str) -> Person | None:
        """A person by their id, or by one of their chats as `channel:address`; None when nobody is known so."""
        channel, _, address = who.partition(":")
        is_chat = (chat.c.channel == channel) & (chat.c.address == address)
        query = (
            select(link.c.chat_id)
            .join(chat, chat.c.id == link.c.chat_id)
            .where((link.c.person_id == who) | is_chat)
            .limit(1)
        )
        async with self._database.read() as connection:
            chat_id = await connection.scalar(query)
            return None if chat_id is None else await self.load(connection, chat_id)

    async def _give_consent(
        self, connection: AsyncConnection, context: ChangeContext, change: GiveConsent
    ) -> None:
        if context.person_id is None:
            await self._make(connection, context, change.profile)
        else:
            await self._keep_profile(connection, context, KeepProfile(change.profile))
            await self._waits(connection, context.person_id, None)
        await self._withdraw(connection, context, consent.c.scope == change.scope)
        await connection.execute(
            insert(consent).values(
                person_id=context.person_id,
                scope=change.scope,
                version=change.version,
                given_at=context.now,
            )
        )

    async def _make(
        self, connection: AsyncConnection, context: ChangeContext, profile: Mapping[str, str]
    ) -> str:
        made = uuid.uuid4().hex
        context.person_id = made
        row = {"id": made, "profile": dict(profile), "created_at": context.now}
        await connection.execute(insert(person).values(row))
        tie = {"chat_id": context.chat_id, "person_id": made, "linked_at": context.now}
        await connection.execute(insert(link).values(tie))
        return made

    async def _waits(
        self, connection: AsyncConnection, person_id: str, until: datetime | None
    ) -> None:
        await connection.execute(
            update(person).where(person.c.id == person_id).values(waits_until=until, warned_at=None)
        )

    async def _withdraw(
        self, connection: AsyncConnection, context: ChangeContext, *which: ColumnElement[bool]
    ) -> None:
        await connection.execute(
            update(consent)
            .where(
                consent.c.person_id == context.person_id,
                consent.c.withdrawn_at.is_(None),
                *which,
            )
            .values(withdrawn_at=context.now)
        )

    async def _await_parent(
        self, connection: AsyncConnection, context: ChangeContext, change: AwaitParent
    ) -> None:
        profile = {"age_band": UNDER_16}
        if context.person_id is None:
            person_id = await self._make(connection, context, profile)
        else:
            person_id = context.person_id
            await self._withdraw(connection, context)
            kept = update(person).where(person.c.id == person_id).values(profile=profile)
            await connection.execute(kept)
        await self._waits(connection, person_id, change.until)
        await self._issue_code(
            connection, context, IssueCode(PARENT, change.code, change.code_expires_at)
        )

    async def _confirm_child(
        self, connection: AsyncConnection, context: ChangeContext, change: ConfirmChild
    ) -> None:
        used = await connection.execute(
            delete(code)
            .where(
                code.c.hash == code_hash(self._database, PARENT, change.code),
                code.c.expires_at > context.now,
            )
            .returning(code.c.chat_id)
        )
        child_id = await connection.scalar(
            select(link.c.person_id).where(link.c.chat_id == used.scalar())
        )
        if child_id is None:
            raise LostRace("the code was used meanwhile")
        await self._waits(connection, child_id, None)
        given = {"scope": change.scope, "version": change.version, "given_at": context.now}
        await connection.execute(
            insert(consent).values(person_id=child_id, given_by="parent", **given)
        )
        chats = await connection.execute(select(link.c.chat_id).where(link.c.person_id == child_id))
        await self._tell(connection, list(chats.scalars()), change.news, context.now)

    async def _count_try(
        self, connection: AsyncConnection, context: ChangeContext, change: CountTry
    ) -> None:
        found = (
            await connection.execute(
                select(chat.c.channel, chat.c.address).where(chat.c.id == context.chat_id)
            )
        ).one()
        key = address_key(self._database, Address(found.channel, found.address))
        values = {"purpose": change.purpose, "address_key": key, "tried_at": context.now}
        await connection.execute(insert(code_try).values(values))

    async def _keep_profile(
        self, connection: AsyncConnection, context: ChangeContext, change: KeepProfile
    ) -> None:
        kept = await connection.scalar(
            select(person.c.profile).where(person.c.id == context.person_id)
        )
        await connection.execute(
            update(person)
            .where(person.c.id == context.person_id)
            .values(profile={**(kept or {}), **change.profile})
        )

    async def _erase(
        self, connection: AsyncConnection, context: ChangeContext, change: EraseEverything
    ) -> None:
        chats = [context.chat_id]
        if context.person_id is not None:
            linked = await connection.execute(
                select(link.c.chat_id).where(link.c.person_id == context.person_id)
            )
            chats = sorted({*chats, *linked.scalars()})
            await connection.execute(delete(person).where(person.c.id == context.person_id))
        await forget_codes(connection, chats)
        await self._forget(connection, chats)
        if change.news is not None:
            others = [each for each in chats if each != context.chat_id]
            await self._tell(connection, others, change.news, context.now)
        context.person_id = None
        context.after_commit.append(self._database.forget_deleted)

    async def _issue_code(
        self, connection: AsyncConnection, context: ChangeContext, change: IssueCode
    ) -> None:
        await connection.execute(
            delete(code).where(code.c.chat_id == context.chat_id, code.c.purpose == change.purpose)
        )
        await connection.execute(
            insert(code).values(
                hash=code_hash(self._database, change.purpose, change.code),
                purpose=change.purpose,
                chat_id=context.chat_id,
                created_at=context.now,
                expires_at=change.expires_at,
            )
        )


async def forget_codes(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    """Delete what was shown or typed as a code in chats that belong to nobody any more."""
    await connection.execute(delete(code).where(code.c.chat_id.in_(chat_ids)))
    await connection.execute(
        delete(joining).where(
            joining.c.first_chat_id.in_(chat_ids) | joining.c.second_chat_id.in_(chat_ids)
        )
    )
