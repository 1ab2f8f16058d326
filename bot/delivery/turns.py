"""Turns: lease one conversation, load, run the turn, write its outcome in one short transaction.

A message that raises is tried three times and then set aside; one that kills the process, ten times.
What happens if a worker dies: the lease runs out (at once on SQLite, which has one process), and the
next worker runs the turn from its start; nothing of it was written.
"""

import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.delivery.choices import Pressed, choice_of, offers_of, pressed_choice, take_choice
from bot.delivery.codec import incoming_from_json
from bot.delivery.retention import KEPT_CONVERSATION, still_kept
from bot.delivery.rows import Destination, write_replies
from bot.delivery.signal import Signal
from bot.delivery.tables import conversation, incoming, outgoing
from bot.delivery.typing import ShowTyping, typing
from bot.delivery.workers import Workers
from bot.errors import LostRace, StorageUnavailable
from bot.messages import Address, Capabilities, Choice, Due, Edit, IncomingMessage, Reaction
from bot.people.tables import chat
from bot.ports import TurnTaker
from bot.storage.changes import Appliers, ChangeContext, LoadsPeople, LoadsStanding
from bot.storage.database import Database
from bot.storage.types import UtcDateTime
from bot.tracker import from_json, to_json
from bot.turn import Offer, Outcome, Owner, Reply, Situation

LEASE = timedelta(seconds=60)
MOST_TRIES = 3
MOST_STARTS = 10
RETRY_AFTER = (0.1, 0.3)
"""Seconds to wait before the second and third try."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """One leased conversation with the message to work off."""

    incoming_id: int
    chat_id: int
    tries: int
    starts: int
    version: int
    turn: str
    message: IncomingMessage
    state: Mapping[str, Any] | None
    expires_at: datetime | None
    owner: Owner
    offered_by: int | None


class TurnWorkers:
    """Works off what the inbox stored, as an async context manager.

    Args:
        database: open.
        turn_taker: decides what to say and change.
        people: loads who wrote.
        standings: loads how a message stands to the cases that humans work on.
        appliers: by change, how it reaches the tables.
        capabilities: what a channel can show.
        apology: what a person hears when their message was set aside.
        clock: the present moment.
        wake_delivery: called after replies were committed.
        show_typing: shows in a chat that an answer is being prepared.
        drafts: the slots that outlive a conversation of a person.
        on_set_aside: told the turn's id and the error's type when a message was set aside.
        workers: how many turns run at the same time.
    """

    def __init__(
        self,
        *,
        database: Database,
        turn_taker: TurnTaker,
        people: LoadsPeople,
        standings: LoadsStanding,
        appliers: Appliers,
        capabilities: Callable[[str], Capabilities],
        apology: str,
        clock: Clock,
        wake_delivery: Callable[[], None],
        show_typing: ShowTyping,
        drafts: Collection[str] = (),
        on_set_aside: Callable[[str, str], None] = lambda turn, error: None,
        workers: int = 4,
    ) -> None:
        self.signal = Signal()
        self.recent_milliseconds: deque[float] = deque(maxlen=1000)
        """How long the last turns took, from claim to commit."""
        self._database = database
        self._turn_taker = turn_taker
        self._people = people
        self._standings = standings
        self._appliers = appliers
        self._capabilities = capabilities
        self._apology = apology
        self._clock = clock
        self._wake_delivery = wake_delivery
        self._show_typing = show_typing
        self._drafts = drafts
        self._on_set_aside = on_set_aside
        self._workers = Workers(
            step=self.work_once, release=self._release, signal=self.signal, count=workers
        )

    async def __aenter__(self) -> Self:
        """Start the workers."""
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await connection.execute(update(conversation).values(turn_holder=None))
        self._workers.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the turns that were begun, then stop."""
        await self._workers.end()

    async def work_once(self, holder: str) -> bool:
        """Run one turn, if any is due.

        Returns:
            Whether there was one.
        """
        begun = time.perf_counter()
        async with self._database.write() as connection:
            job = await self._claim(connection, holder)
        if job is None:
            return False
        structlog.contextvars.bind_contextvars(turn=job.turn)
        try:
            await self._run(job, holder)
        except StorageUnavailable:
            raise
        except LostRace:
            log.info("lost race")
            await self._release(holder)
        except Exception as error:
            await self._failed(job, holder, type(error).__name__)
        finally:
            structlog.contextvars.unbind_contextvars("turn")
            self.recent_milliseconds.append((time.perf_counter() - begun) * 1000)
        return True

    async def _claim(self, connection: AsyncConnection, holder: str) -> _Job | None:
        now = self._clock()
        found = (
            (
                await connection.execute(
                    _next_turn(is_locking=not self._database.is_sqlite), {"now": now}
                )
            )
            .mappings()
            .one_or_none()
        )
        if found is None:
            return None
        lease = {"turn_holder": holder, "turn_until": now + LEASE}
        await connection.execute(
            update(conversation).where(conversation.c.chat_id == found["chat_id"]).values(lease)
        )
        await connection.execute(
            update(incoming).where(incoming.c.id == found["id"]).values(starts=found["starts"] + 1)
        )
        address = Address(found["channel"], found["address"])
        return _Job(
            incoming_id=found["id"],
            chat_id=found["chat_id"],
            tries=found["tries"],
            starts=found["starts"] + 1,
            version=found["version"],
            turn=uuid.uuid4().hex[:12],
            message=incoming_from_json(found["payload"], found["kind"], address),
            state=found["state"],
            expires_at=found["expires_at"],
            owner=Owner(found["owner"]),
            offered_by=found["offered_by"],
        )

    async def _run(self, job: _Job, holder: str) -> None:
        if job.starts > MOST_STARTS:
            await self._set_aside(job, holder, "killed the process")
            return
        job = await self._as_pressed(job)
        situation = await self._load(job)
        async with typing(self._show_typing, situation.message.address):
            outcome = await self._turn_taker.turn(situation)
        context = ChangeContext(
            chat_id=job.chat_id,
            person_id=situation.person.person_id if situation.person else None,
            now=situation.now,
        )
        async with self._database.write() as connection:
            await self._still_so(connection, job, situation)
            for change in outcome.changes:
                await self._appliers[type(change)](connection, context, change)
            await self._write(connection, job, holder, outcome, context)
            for step in context.after_replies:
                await step()
        self._wake_delivery()
        for step in context.after_commit:
            await step()
        log.info("turn", kind=type(job.message.content).__name__, replies=len(outcome.replies))

    async def _still_so(self, connection: AsyncConnection, job: _Job, situation: Situation) -> None:
        """Hold that nobody took over, or let go, while the turn was thinking.

        Raises:
            LostRace: somebody did.
        """
        now = await self._standings.load(connection, job.chat_id, situation.message, situation.now)
        if now != situation.standing:
            raise LostRace("a human took over, or let go")

    async def _as_pressed(self, job: _Job) -> _Job:
        """A reaction with the number of a choice presses it."""
        content = job.message.content
        if not isinstance(content, Reaction):
            return job
        async with self._database.read() as connection:
            pressed = await choice_of(connection, job.chat_id, content)
        return replace(job, message=replace(job.message, content=pressed)) if pressed else job

    async def _load(self, job: _Job) -> Situation:
        content = job.message.content
        async with self._database.read() as connection:
            person = await self._people.who_wrote(connection, job.chat_id, job.message)
            offers: tuple[Offer, ...] = ()
            offered_by = None
            if job.offered_by is not None:
                offers = await offers_of(connection, job.offered_by)
                offered_by = await connection.scalar(
                    select(outgoing.c.external_id).where(outgoing.c.id == job.offered_by)
                )
            pressed = Pressed()
            if isinstance(content, Choice):
                pressed = await pressed_choice(connection, job.chat_id, content, self._clock())
            meant_before = None
            if isinstance(content, Edit):
                meant_before = await connection.scalar(
                    select(incoming.c.meaning).where(
                        incoming.c.chat_id == job.chat_id,
                        incoming.c.external_key == self._key(job, content.target),
                    )
                )
            now = self._clock()
            standing = await self._standings.load(connection, job.chat_id, job.message, now)
        state = still_kept(job.state, job.expires_at, now, self._drafts if person else ())
        return Situation(
            message=job.message,
            now=now,
            tracker=from_json(state),
            owner=Owner.HUMAN if standing.is_human else job.owner,
            person=person,
            offers=offers,
            chosen=pressed.offer,
            capabilities=self._capabilities(job.message.address.channel),
            offered_by=offered_by,
            is_double_tap=pressed.is_double_tap,
            meant_before=meant_before,
            standing=standing,
        )

    def _key(self, job: _Job, external_id: str) -> str:
        return self._database.ring.keyed_hash(job.message.address.channel, external_id)

    async def _write(
        self,
        connection: AsyncConnection,
        job: _Job,
        holder: str,
        outcome: Outcome,
        context: ChangeContext,
    ) -> None:
        values = {
            "state": to_json(outcome.tracker),
            # That a human speaks is known from the case alone, so that nobody is silenced by a stale word.
            "owner": Owner.ASSISTANT if outcome.owner is Owner.HUMAN else outcome.owner,
            "version": job.version + 1,
            "turn_holder": None,
            "turn_until": None,
            "expires_at": _expiry(job, context.now),
        }
        written = await connection.execute(
            update(conversation)
            .where(
                conversation.c.chat_id == job.chat_id,
                conversation.c.turn_holder == holder,
                conversation.c.version == job.version,
            )
            .values(values)
        )
        if written.rowcount != 1:
            raise LostRace("another turn changed the conversation first")
        await _finish(connection, job, "done", outcome.meaning)
        content = job.message.content
        if isinstance(content, Choice):
            await take_choice(connection, job.chat_id, content, context.now)
        if isinstance(content, Edit):
            # The next edit is compared with this one.
            await connection.execute(
                update(incoming)
                .where(incoming.c.external_key == self._key(job, content.target))
                .values(meaning=outcome.meaning or None)
            )
        await write_replies(connection, self._destination(job, context.now), outcome.replies)

    def _destination(self, job: _Job, now: datetime) -> Destination:
        length = self._capabilities(job.message.address.channel).length
        return Destination(job.chat_id, job.message.external_id, now, length)

    async def _failed(self, job: _Job, holder: str, error: str) -> None:
        """Count a raise; after the third the message is set aside and the person hears it."""
        log.error("turn failed", error=error, tries=job.tries + 1, exc_info=False)
        if job.tries + 1 >= MOST_TRIES:
            await self._set_aside(job, holder, error)
            return
        wait = RETRY_AFTER[job.tries]
        async with self._database.write() as connection:
            await connection.execute(
                update(incoming)
                .where(incoming.c.id == job.incoming_id)
                .values(tries=job.tries + 1, next_try_at=self._clock() + timedelta(seconds=wait))
            )
            await _let_go(connection, holder)
        self.signal.set_later(wait)

    async def _set_aside(self, job: _Job, holder: str, error: str) -> None:
        async with self._database.write() as connection:
            await _finish(connection, job, "set_aside")
            to = self._destination(job, self._clock())
            await write_replies(connection, to, [Reply(text=self._apology)])
            await _let_go(connection, holder)
        log.error("message set aside", error=error)
        self._on_set_aside(job.turn, error)
        self._wake_delivery()
        self.signal.set()

    async def _release(self, holder: str) -> None:
        async with self._database.write() as connection:
            await _let_go(connection, holder)


@cache
def _next_turn(*, is_locking: bool) -> Any:
    """The next message of a free conversation at `:now`: urgent ones first, else each chat's oldest."""
    now = bindparam("now", type_=UtcDateTime)
    earlier = incoming.alias()
    is_first = ~exists().where(
        earlier.c.chat_id == incoming.c.chat_id,
        earlier.c.state == "waiting",
        earlier.c.id < incoming.c.id,
    )
    query = (
        select(
            incoming.c.id,
            incoming.c.chat_id,
            incoming.c.kind,
            incoming.c.payload,
            incoming.c.tries,
            incoming.c.starts,
            conversation.c.state,
            conversation.c.owner,
            conversation.c.version,
            conversation.c.offered_by,
            conversation.c.expires_at,
            chat.c.channel,
            chat.c.address,
        )
        .join(conversation, conversation.c.chat_id == incoming.c.chat_id)
        .join(chat, chat.c.id == incoming.c.chat_id)
        .where(
            incoming.c.state == "waiting",
            incoming.c.next_try_at <= now,
            or_(conversation.c.turn_holder.is_(None), conversation.c.turn_until < now),
            or_(incoming.c.is_urgent, is_first),
        )
        .order_by(incoming.c.is_urgent.desc(), incoming.c.id)
        .limit(1)
    )
    return query.with_for_update(of=conversation, skip_locked=True) if is_locking else query


def _expiry(job: _Job, now: datetime) -> datetime:
    """When what was said is forgotten; what starts by itself makes nobody remember it longer."""
    is_unasked = isinstance(job.message.content, Due)
    if is_unasked and job.expires_at is not None and job.expires_at > now:
        return job.expires_at
    return now + KEPT_CONVERSATION


async def _finish(connection: AsyncConnection, job: _Job, state: str, meaning: str = "") -> None:
    values = {"state": state, "payload": None, "meaning": meaning or None}
    await connection.execute(
        update(incoming).where(incoming.c.id == job.incoming_id).values(values)
    )


async def _let_go(connection: AsyncConnection, holder: str) -> None:
    await connection.execute(
        update(conversation)
        .where(conversation.c.turn_holder == holder)
        .values(turn_holder=None, turn_until=None)
    )
