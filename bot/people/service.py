"""People in the database: load them, apply their changes, redeem codes."""

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import LostRace
from bot.messages import Address
from bot.people.changes import (
    AwaitParent,
    ConfirmChild,
    CountTry,
    EraseEverything,
    GiveConsent,
    IssueCode,
    KeepProfile,
)
from bot.people.codes import PARENT, PURPOSES, RECOVERY, canonical
from bot.people.profile import UNDER_16
from bot.people.tables import chat, code, code_try, consent, link, person
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.turn import Person, Reply

Forget = Callable[[AsyncConnection, Sequence[int]], Awaitable[None]]
"""Deletes what was said in chats; delivery offers it."""
Tell = Callable[[AsyncConnection, Sequence[int], Reply, datetime], Awaitable[None]]
"""Says something in other chats; delivery offers it."""
GRACE = timedelta(days=7)
"""So long before drafts are deleted their owner is warned."""


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
                code.c.hash == _hash(self._database, PARENT, change.code),
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
        key = _tried_by(self._database, Address(found.channel, found.address))
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
        await connection.execute(delete(code).where(code.c.chat_id.in_(chats)))
        await self._forget(connection, chats)
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
                hash=_hash(self._database, change.purpose, change.code),
                purpose=change.purpose,
                chat_id=context.chat_id,
                created_at=context.now,
                expires_at=change.expires_at,
            )
        )


class Codes:
    """Redeems one-time codes, counting the tries."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def redeem(self, purpose: str, typed: str, by: Address) -> Address | None:
        """Use up a code.

        Args:
            purpose: a key of `PURPOSES`.
            typed: what the person typed.
            by: the chat in which they typed it.

        Returns:
            The chat that the code was issued in, or None when it is wrong, old or used, or too
            many wrong codes were tried.
        """
        now = self._clock()
        tried_by = _tried_by(self._database, by)
        async with self._database.write() as connection:
            if await self._is_guessing(connection, purpose, tried_by, now):
                return None
            found = (
                await connection.execute(
                    delete(code)
                    .where(
                        code.c.hash == _hash(self._database, purpose, typed),
                        code.c.purpose == purpose,
                        code.c.expires_at > now,
                    )
                    .returning(code.c.chat_id)
                )
            ).scalar()
            if found is None:
                await connection.execute(
                    insert(code_try).values(purpose=purpose, address_key=tried_by, tried_at=now)
                )
                return None
            row = (
                await connection.execute(
                    select(chat.c.channel, chat.c.address).where(chat.c.id == found)
                )
            ).one()
            return Address(row.channel, row.address)

    async def person_of(self, address: Address) -> str | None:
        """The id of the person of a chat, or None."""
        async with self._database.read() as connection:
            found: str | None = await connection.scalar(
                select(link.c.person_id)
                .join(chat, chat.c.id == link.c.chat_id)
                .where(chat.c.channel == address.channel, chat.c.address == address.chat)
            )
            return found

    async def issued_in(self, purpose: str, typed: str, by: Address) -> Address | None:
        """The chat that a code was issued in, without using it up; None as for `redeem`.

        Args:
            purpose: a key of `PURPOSES`.
            typed: what the person typed.
            by: the chat in which they typed it.
        """
        now = self._clock()
        async with self._database.read() as connection:
            if await self._is_guessing(connection, purpose, _tried_by(self._database, by), now):
                return None
            found = (
                await connection.execute(
                    select(chat.c.channel, chat.c.address)
                    .join(code, code.c.chat_id == chat.c.id)
                    .where(
                        code.c.hash == _hash(self._database, purpose, typed),
                        code.c.purpose == purpose,
                        code.c.expires_at > now,
                    )
                )
            ).one_or_none()
        return Address(found.channel, found.address) if found else None

    async def _is_guessing(
        self, connection: AsyncConnection, purpose: str, tried_by: str, now: datetime
    ) -> bool:
        rules = PURPOSES[purpose]
        recent = (code_try.c.purpose == purpose, code_try.c.tried_at > now - rules.window)
        in_all = await connection.scalar(select(func.count()).where(*recent))
        here = await connection.scalar(
            select(func.count()).where(*recent, code_try.c.address_key == tried_by)
        )
        return (here or 0) >= rules.tries_per_chat or (in_all or 0) >= rules.tries_in_all


class WebSessions:
    """The `Sessions` port of the web chat: recovery by code, and ending a session."""

    def __init__(self, database: Database, codes: Codes, forget: Forget) -> None:
        self._database = database
        self._codes = codes
        self._forget = forget

    async def recover(self, address: Address, code: str) -> Address | None:
        """See `bot.ports.Sessions`."""
        return await self._codes.redeem(RECOVERY, code, address)

    async def end(self, address: Address) -> None:
        """See `bot.ports.Sessions`: what nobody consented to keep is deleted now."""
        async with self._database.write() as connection:
            found = (
                await connection.execute(
                    select(chat.c.id, link.c.person_id)
                    .outerjoin(link, link.c.chat_id == chat.c.id)
                    .where(chat.c.channel == address.channel, chat.c.address == address.chat)
                )
            ).one_or_none()
            if found is None:
                return
            if found.person_id is None:
                await connection.execute(delete(chat).where(chat.c.id == found.id))
            else:
                await self._forget(connection, [found.id])
        await self._database.forget_deleted()


def _hash(database: Database, purpose: str, typed: str) -> str:
    return database.ring.keyed_hash(f"code {purpose}", canonical(typed))


def _tried_by(database: Database, address: Address) -> str:
    return database.ring.keyed_hash("code_try", f"{address.channel}\0{address.chat}")


async def purge_waiting(database: Database, now: datetime, tell: Tell, warning: Reply) -> None:
    """Delete the drafts of those under 16 for whom nobody agreed in time; warn a week before, once.

    Args:
        database: open.
        now: the present moment (UTC).
        tell: says something in a chat.
        warning: what they hear before.
    """
    async with database.write() as connection:
        await connection.execute(delete(person).where(person.c.waits_until < now))
        due = await connection.execute(
            update(person)
            .where(person.c.waits_until < now + GRACE, person.c.warned_at.is_(None))
            .values(warned_at=now)
            .returning(person.c.id)
        )
        for person_id in due.scalars().all():
            chats = await connection.execute(
                select(link.c.chat_id).where(link.c.person_id == person_id)
            )
            await tell(connection, list(chats.scalars()), warning, now)
