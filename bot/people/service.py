"""People in the database: load them, apply their changes, redeem codes."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.messages import Address
from bot.people.changes import EraseEverything, GiveConsent, IssueCode, KeepProfile
from bot.people.codes import PURPOSES, RECOVERY, canonical
from bot.people.tables import chat, code, code_try, consent, link, person
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.turn import Person

Forget = Callable[[AsyncConnection, Sequence[int]], Awaitable[None]]
"""Deletes what was said in chats; delivery offers it."""


class People:
    """Loads people and applies the changes of this topic.

    Args:
        database: open.
        forget: deletes what was said in chats.
    """

    def __init__(self, database: Database, forget: Forget) -> None:
        self._database = database
        self._forget = forget

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            GiveConsent: self._give_consent,
            KeepProfile: self._keep_profile,
            EraseEverything: self._erase,
            IssueCode: self._issue_code,
        }

    async def load(self, connection: AsyncConnection, chat_id: int) -> Person | None:
        """The person of a chat, or None before the first consent."""
        found = (
            await connection.execute(
                select(person.c.id, person.c.profile)
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
        )

    async def _give_consent(
        self, connection: AsyncConnection, context: ChangeContext, change: GiveConsent
    ) -> None:
        if context.person_id is None:
            context.person_id = uuid.uuid4().hex
            await connection.execute(
                insert(person).values(
                    id=context.person_id, profile=dict(change.profile), created_at=context.now
                )
            )
            await connection.execute(
                insert(link).values(
                    chat_id=context.chat_id,
                    person_id=context.person_id,
                    linked_at=context.now,
                )
            )
        else:
            await self._keep_profile(connection, context, KeepProfile(change.profile))
        await connection.execute(
            update(consent)
            .where(
                consent.c.person_id == context.person_id,
                consent.c.scope == change.scope,
                consent.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=context.now)
        )
        await connection.execute(
            insert(consent).values(
                person_id=context.person_id,
                scope=change.scope,
                version=change.version,
                given_at=context.now,
            )
        )

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
        tried_by = self._database.ring.keyed_hash("code_try", f"{by.channel}\0{by.chat}")
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
