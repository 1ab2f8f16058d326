"""How chats are joined to a person and taken away, and how two records become one: the changes on the tables."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LostRace
from bot.people.changes import (
    AskFirst,
    DropJoining,
    JoinChat,
    MergePeople,
    RedeemLink,
    RemindIn,
    UnlinkChat,
)
from bot.people.codes import LINK
from bot.people.joined import JoiningState, LoadPerson
from bot.people.merging import Given, lasting, merged_profile, needs_parent
from bot.people.profile import UNDER_16
from bot.people.redeeming import code_hash
from bot.people.service import Forget, Tell, forget_codes
from bot.people.tables import chat, code, consent, joining, link, person
from bot.storage.changes import Appliers, ChangeContext
from bot.storage.database import Database
from bot.turn import Person

BecomeOne = Callable[[AsyncConnection, str, str, datetime], Awaitable[None]]
"""Gives all that a topic keeps of the second of two people to the first."""
SpeakIn = Callable[[AsyncConnection, str, int, datetime], Awaitable[None]]
"""Lets all that starts by itself for a person speak in one of their chats."""
Leave = Callable[[AsyncConnection, int, int, datetime], Awaitable[None]]
"""Lets what starts by itself in a chat speak in another one."""


@dataclass(frozen=True, slots=True)
class OtherTopics:
    """What other topics do when chats and records change hands.

    Attributes:
        become_one: of each topic that keeps something about people.
        speak_in: lets reminders and the like speak in a chat.
        leave: lets those of one chat speak in another one.
        reaches: whether a channel reaches people while the app is closed.
    """

    become_one: Sequence[BecomeOne]
    speak_in: SpeakIn
    leave: Leave
    reaches: Callable[[str], bool]


class Joins:
    """Applies the changes of joining and taking apart.

    Args:
        database: open.
        load: the person of a chat.
        forget: deletes what was said in chats.
        tell: says something in other chats.
        topics: what other topics do.
    """

    def __init__(
        self, database: Database, load: LoadPerson, forget: Forget, tell: Tell, topics: OtherTopics
    ) -> None:
        self._database = database
        self._load = load
        self._forget = forget
        self._tell = tell
        self._topics = topics

    @property
    def appliers(self) -> Appliers:
        """By change, how it reaches the tables."""
        return {
            RedeemLink: self._redeem,
            JoinChat: self._join,
            AskFirst: self._ask_first,
            MergePeople: self._merge,
            DropJoining: self._drop,
            UnlinkChat: self._unlink,
            RemindIn: self._remind_in,
        }

    async def _redeem(
        self, connection: AsyncConnection, context: ChangeContext, change: RedeemLink
    ) -> None:
        hashed = code_hash(self._database, LINK, change.code)
        used = await connection.execute(
            delete(code)
            .where(code.c.hash == hashed, code.c.expires_at > context.now)
            .returning(code.c.chat_id)
        )
        shown_in = used.scalar()
        if shown_in is None:
            raise LostRace("the code was used meanwhile")
        await connection.execute(
            insert(joining).values(
                hash=hashed,
                first_chat_id=shown_in,
                second_chat_id=context.chat_id,
                state=JoiningState.ASKED,
                expires_at=change.expires_at,
            )
        )

    async def _join(
        self, connection: AsyncConnection, context: ChangeContext, change: JoinChat
    ) -> None:
        here = joining.c.second_chat_id == context.chat_id
        row = await self._go_on(
            connection, context, change.code, here, JoiningState.ASKED, JoiningState.DONE
        )
        first = await self._locked(connection, row.first_chat_id)
        if await self._load(connection, context.chat_id) or needs_parent(first, None):
            raise LostRace("somebody else is here by now")
        others = await _chats(connection, first.person_id)
        tie = {"chat_id": context.chat_id, "person_id": first.person_id}
        await connection.execute(insert(link).values(**tie, linked_at=context.now))
        context.person_id = first.person_id
        await self._tell(connection, others, change.news, context.now)

    async def _ask_first(
        self, connection: AsyncConnection, context: ChangeContext, change: AskFirst
    ) -> None:
        here = joining.c.second_chat_id == context.chat_id
        row = await self._go_on(
            connection, context, change.code, here, JoiningState.ASKED, JoiningState.CONFIRMED
        )
        await self._tell(connection, [row.first_chat_id], change.question, context.now)

    async def _merge(
        self, connection: AsyncConnection, context: ChangeContext, change: MergePeople
    ) -> None:
        here = joining.c.first_chat_id == context.chat_id
        row = await self._go_on(
            connection, context, change.code, here, JoiningState.CONFIRMED, JoiningState.DONE
        )
        # Locked in the order of their chats, so that two mergings never wait for each other.
        chats = sorted((row.first_chat_id, row.second_chat_id))
        people = {each: await self._locked(connection, each) for each in chats}
        first, second = people[row.first_chat_id], people[row.second_chat_id]
        if first.person_id == second.person_id or needs_parent(first, second):
            raise LostRace("they are one by now, or must wait")
        theirs = await _chats(connection, second.person_id)
        for become_one in self._topics.become_one:
            await become_one(connection, first.person_id, second.person_id, context.now)
        await self._one_record(connection, first, second, context.now)
        await self._tell(connection, theirs, change.news, context.now)

    async def _one_record(
        self, connection: AsyncConnection, first: Person, second: Person, now: datetime
    ) -> None:
        profile = merged_profile(first.profile, second.profile)
        await self._one_consent(connection, first, second, profile, now)
        chosen = await connection.scalar(
            select(link.c.chat_id).where(
                link.c.person_id == first.person_id, link.c.is_for_reminders
            )
        )
        moved: dict[str, Any] = {"person_id": first.person_id}
        if chosen is not None:
            moved["is_for_reminders"] = False
        await connection.execute(
            update(link).where(link.c.person_id == second.person_id).values(moved)
        )
        await connection.execute(
            update(person).where(person.c.id == first.person_id).values(profile=profile)
        )
        await connection.execute(delete(person).where(person.c.id == second.person_id))
        if chosen is not None:
            await self._topics.speak_in(connection, first.person_id, chosen, now)

    async def _one_consent(
        self,
        connection: AsyncConnection,
        first: Person,
        second: Person,
        profile: dict[str, str],
        now: datetime,
    ) -> None:
        both = consent.c.person_id.in_((first.person_id, second.person_id))
        rows = await connection.execute(
            select(consent).where(both, consent.c.withdrawn_at.is_(None))
        )
        given = [
            Given(row.id, row.scope, row.given_at, is_by_parent=row.given_by == "parent")
            for row in rows.all()
        ]
        kept = lasting(given, is_under_16=profile.get("age_band") == UNDER_16)
        await connection.execute(
            update(consent)
            .where(both, consent.c.withdrawn_at.is_(None), consent.c.id.not_in(kept))
            .values(withdrawn_at=now)
        )
        await connection.execute(update(consent).where(both).values(person_id=first.person_id))

    async def _drop(
        self, connection: AsyncConnection, context: ChangeContext, change: DropJoining
    ) -> None:
        dropped = await connection.execute(
            delete(joining)
            .where(
                joining.c.hash == code_hash(self._database, LINK, change.code),
                joining.c.state != JoiningState.DONE,
                (joining.c.first_chat_id == context.chat_id)
                | (joining.c.second_chat_id == context.chat_id),
            )
            .returning(joining.c.first_chat_id, joining.c.second_chat_id, joining.c.state)
        )
        row = dropped.one_or_none()
        if row is not None and row.state == JoiningState.CONFIRMED:
            both = {row.first_chat_id, row.second_chat_id}
            await self._tell(connection, list(both - {context.chat_id}), change.news, context.now)

    async def _unlink(
        self, connection: AsyncConnection, context: ChangeContext, change: UnlinkChat
    ) -> None:
        known = await self._locked(connection, context.chat_id)
        chats = await _chats(connection, known.person_id)
        left = [each for each in chats if each != change.chat_id]
        if not left or len(left) == len(chats):
            raise LostRace("the chat was taken away meanwhile, or is the last one")
        await connection.execute(delete(link).where(link.c.chat_id == change.chat_id))
        takes_over = await self._reminds(connection, left)
        await self._topics.leave(connection, change.chat_id, takes_over, context.now)
        await forget_codes(connection, [change.chat_id])
        await self._forget(connection, [change.chat_id])
        told = [each for each in chats if each != context.chat_id]
        await self._tell(connection, told, change.news, context.now)
        if change.chat_id == context.chat_id:
            context.person_id = None
        context.after_commit.append(self._database.forget_deleted)

    async def _remind_in(
        self, connection: AsyncConnection, context: ChangeContext, change: RemindIn
    ) -> None:
        known = await self._locked(connection, context.chat_id)
        if change.chat_id not in await _chats(connection, known.person_id):
            raise LostRace("the chat was taken away meanwhile")
        await connection.execute(
            update(link)
            .where(link.c.person_id == known.person_id)
            .values(is_for_reminders=link.c.chat_id == change.chat_id)
        )
        await self._topics.speak_in(connection, known.person_id, change.chat_id, context.now)

    async def _go_on(
        self,
        connection: AsyncConnection,
        context: ChangeContext,
        typed: str,
        here: Any,
        before: JoiningState,
        after: JoiningState,
    ) -> Any:
        """The joining of a code, one state further.

        Raises:
            LostRace: it is not in the state before, not this chat's, or over.
        """
        gone_on = await connection.execute(
            update(joining)
            .where(
                joining.c.hash == code_hash(self._database, LINK, typed),
                joining.c.state == before,
                joining.c.expires_at > context.now,
                here,
            )
            .values(state=after)
            .returning(joining.c.first_chat_id, joining.c.second_chat_id)
        )
        row = gone_on.one_or_none()
        if row is None:
            raise LostRace("it was answered meanwhile")
        return row

    async def _locked(self, connection: AsyncConnection, chat_id: int) -> Person:
        """The person of a chat, whom nothing else changes until this transaction is over.

        Raises:
            LostRace: nobody is there any more.
        """
        found = await connection.scalar(
            select(person.c.id)
            .join(link, link.c.person_id == person.c.id)
            .where(link.c.chat_id == chat_id)
            .with_for_update(of=person)
        )
        known = await self._load(connection, chat_id) if found else None
        if known is None:
            raise LostRace("the person was erased meanwhile")
        return known

    async def _reminds(self, connection: AsyncConnection, chat_ids: Sequence[int]) -> int:
        """The chat that takes over what starts by itself: the chosen one, else one that reaches the person."""
        rows = await connection.execute(
            select(link.c.chat_id, link.c.is_for_reminders, chat.c.channel)
            .join(chat, chat.c.id == link.c.chat_id)
            .where(link.c.chat_id.in_(chat_ids))
            .order_by(link.c.linked_at, link.c.chat_id)
        )
        best = max(
            rows.all(),
            key=lambda row: (row.is_for_reminders, self._topics.reaches(row.channel)),
        )
        return int(best.chat_id)


async def _chats(connection: AsyncConnection, person_id: str) -> list[int]:
    found = await connection.execute(
        select(link.c.chat_id).where(link.c.person_id == person_id).order_by(link.c.chat_id)
    )
    return list(found.scalars())
