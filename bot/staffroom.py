"""What the operator does with teams and their staff, also while the assistant runs beside it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import log2
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.action import offer
from bot.bootstrap import open_keys
from bot.calendar_of_germany import STATES
from bot.chosen import payload_of
from bot.clock import Clock
from bot.delivery.post import OutgoingPost
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.delivery.tables import choice
from bot.errors import ConfigurationError, LostRace
from bot.escalation.authority import RIGHTS
from bot.escalation.ending import Ending
from bot.escalation.hours import HoursError, read_hours
from bot.escalation.invitations import OpenInvitation
from bot.escalation.ledger import Ledger
from bot.escalation.office import EscalationOffice, StaffLine, TeamRules, team_id_of
from bot.escalation.pseudonyms import pseudonym
from bot.escalation.staffing import Staffing
from bot.escalation.tables import staff, team
from bot.messages import Address
from bot.people.changes import GiveConsent
from bot.people.codes import ALPHABET, INVITATION, PURPOSES, canonical
from bot.people.service import People
from bot.people.tables import link
from bot.settings import Settings, clock_of
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.texts import load_texts
from bot.turn import Offer, Reply
from knowledge.loader import KnowledgeError, load_library

TELEGRAM = "telegram"
LONGEST_NAME = 80
"""Of a team (characters)."""
TRIES = 5
"""So often something is done again that a turn of the assistant was faster at."""
T = TypeVar("T")
_GROUP = re.compile(r"-\d+")


@dataclass(frozen=True, slots=True)
class TeamForm:
    """How a team works, as an operator types it.

    Attributes:
        hours: as `bot.escalation.hours.read_hours` reads them.
        region: a state's key; empty for everywhere.
        topics: of the articles, with commas between them; empty for all.
        holidays: the key of the state whose public holidays count; empty for those of the region.
        minutes: how long a call stands before others are called.
        telegram_group: the id of a group with topics; empty for none.
    """

    hours: str
    region: str = ""
    topics: str = ""
    holidays: str = ""
    minutes: int = 5
    telegram_group: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that is shown once.

    Attributes:
        code: in groups of four.
        start: the code as a link hands it over.
        expires_at: from then on it is worth nothing (UTC).
        bits: how many bits somebody would have to guess.
    """

    code: str
    start: str
    expires_at: datetime
    bits: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """Somebody who is not on the staff any more.

    Attributes:
        name: what learners saw.
        team: which they were in.
        cases: the numbers of their cases, which wait again.
        has_group: whether their team has a group chat, which they are still in.
    """

    name: str
    team: str
    cases: Sequence[int]
    has_group: bool


async def set_team(settings: Settings, name: str, form: TeamForm) -> TeamRules:
    """Make a team, or change how it works.

    Raises:
        ConfigurationError: something of it cannot be.
    """
    name = _line(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ConfigurationError(f"a team's name has 1 to {LONGEST_NAME} characters")
    rules = _rules(form, await asyncio.to_thread(_topics, settings))
    async with _opened(settings) as database:
        await EscalationOffice(database).set_team(name, rules)
    return rules


async def teams(settings: Settings) -> Mapping[str, TeamRules]:
    """How each team works, by its name."""
    async with _opened(settings) as database:
        return await EscalationOffice(database).teams()


async def remove_team(settings: Settings, name: str) -> None:
    """Delete a team that nobody is in; whose case is open there hears that nobody has time.

    Raises:
        ConfigurationError: there is no such team, or somebody is in it.
    """
    news = Reply(str(load_texts("escalation")["news"]["waited_too_long"]))
    async with _opened(settings) as database:
        staffing = staffing_in(database, clock_of(settings))

        async def remove(connection: AsyncConnection) -> None:
            await staffing.dissolve(connection, await team_id_of(connection, _line(name)), news)

        await _written(database, remove)


async def invite(settings: Settings, role: str, team_name: str, name: str) -> Invitation:
    """Invite somebody into a team.

    Args:
        settings: where everything is.
        role: `coach` or `lead`.
        team_name: of the team.
        name: what learners see.

    Raises:
        ConfigurationError: there is no such role or team, or no name.
    """
    now = clock_of(settings)()
    rules = PURPOSES[INVITATION]
    async with _opened(settings) as database:
        code = await EscalationOffice(database).invite(role, _line(team_name), _line(name), now)
    bits = int(rules.length * log2(len(ALPHABET)))
    return Invitation(code, canonical(code), now + rules.lifetime, bits)


async def staff_lines(settings: Settings) -> Sequence[StaffLine]:
    """Who is on the staff now."""
    async with _opened(settings) as database:
        return await EscalationOffice(database).staff()


async def open_invitations(settings: Settings) -> Sequence[OpenInvitation]:
    """The invitations that nobody has taken yet."""
    async with _opened(settings) as database:
        return await EscalationOffice(database).invitations(clock_of(settings)())


async def withdraw(settings: Settings, which: str) -> OpenInvitation:
    """Withdraw an invitation that nobody has taken yet; what it was.

    Args:
        settings: where everything is.
        which: its key, or the name that it is for.

    Raises:
        ConfigurationError: there is none, or several are meant.
    """
    async with _opened(settings) as database:
        return await EscalationOffice(database).withdraw(which.strip(), clock_of(settings)())


async def substitute(settings: Settings, staff_id: int, other: int | None) -> None:
    """Say who stands in for a member of staff; None for nobody.

    Raises:
        ConfigurationError: they are not two of one team.
    """
    async with _opened(settings) as database:
        await EscalationOffice(database).set_substitute(staff_id, other)


async def revoke(settings: Settings, staff_id: int) -> Revoked:
    """End somebody's seat at once, and tell them: their cases wait again, no button of the staff works for them any more.

    Raises:
        ConfigurationError: there is no such member of staff.
    """
    async with _opened(settings) as database:
        staffing = staffing_in(database, clock_of(settings))

        async def end(connection: AsyncConnection) -> Revoked:
            query = (
                select(staff.c.name, team.c.name.label("team"), team.c.group_address)
                .join(team, team.c.id == staff.c.team_id)
                .where(staff.c.id == staff_id, staff.c.revoked_at.is_(None))
            )
            found = (await connection.execute(query)).one_or_none()
            if found is None:
                raise ConfigurationError(f"there is no member of staff {staff_id}")
            news, in_topic = partial(_revoked, found.team), partial(_orphaned, found.name)
            numbers = await staffing.revoke(connection, staff_id, news, in_topic)
            await _forget_buttons(connection, staff_id)
            return Revoked(found.name, found.team, numbers, bool(found.group_address))

        return await _written(database, end)


def _revoked(team_name: str, cases: Sequence[str]) -> Reply:
    """What somebody hears who is not on the staff any more."""
    words = load_texts("escalation")["staff"]
    back = str(words["revoked_cases"]).format(who=", ".join(cases)) if cases else ""
    return Reply(str(words["revoked"]).format(team=team_name, cases=back))


def _orphaned(name: str, number: int) -> Reply:
    """What a group reads in the topic of a case whose coach is not on the staff any more."""
    texts = load_texts("escalation")
    claim = offer(str(texts["labels"]["claim"]), "claim_case", case=number)
    who = pseudonym(number, load_texts("pseudonyms")["names"])
    words = str(texts["staff"]["orphaned_in_topic"]).format(name=name, who=who)
    return Reply(words, (replace(claim, settles=True),))


async def _forget_buttons(connection: AsyncConnection, staff_id: int) -> None:
    """What the staff's buttons in somebody's own chats stand for is known no more."""
    own = (
        select(link.c.chat_id)
        .join(staff, staff.c.person_id == link.c.person_id)
        .where(staff.c.id == staff_id)
    )
    rows = await connection.execute(
        select(choice.c.token, choice.c.offer).where(choice.c.chat_id.in_(own))
    )
    tokens = [row.token for row in rows if payload_of(Offer(**row.offer))[0] in RIGHTS]
    await connection.execute(delete(choice).where(choice.c.token.in_(tokens)))


# --- what was typed ----------------------------------------------------------------------------


def _rules(form: TeamForm, known_topics: Sequence[str]) -> TeamRules:
    region, holidays = form.region.lower(), form.holidays.lower()
    topics = tuple(filter(None, (each.strip() for each in form.topics.split(","))))
    _known([region, holidays], ("", *STATES))
    _known(topics, known_topics)
    if form.telegram_group and not _GROUP.fullmatch(form.telegram_group):
        raise ConfigurationError(f"{form.telegram_group} is no id of a group such as -1001234567")
    try:
        spans = read_hours(form.hours)
    except HoursError as error:
        raise ConfigurationError(str(error)) from error
    return TeamRules(
        region=region or None,
        topics=topics,
        spans=spans,
        state=holidays or region or None,
        minutes=form.minutes,
        group=Address(TELEGRAM, form.telegram_group) if form.telegram_group else None,
    )


def _known(typed: Iterable[str], known: Sequence[str]) -> None:
    for each in typed:
        if each not in known:
            raise ConfigurationError(f"{each} is none of {', '.join(filter(None, known))}")


def _topics(settings: Settings) -> Sequence[str]:
    """What articles are about."""
    try:
        library = load_library(settings.knowledge_dir)
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error
    return sorted({each.topic for each in library.articles.values()})


def _line(text: str) -> str:
    return " ".join(text.split())


# --- the database ------------------------------------------------------------------------------


def staffing_in(database: Database, clock: Clock) -> Staffing:
    """Who works in which team, outside a running assistant."""
    names = load_texts("pseudonyms")["names"]
    texts = load_texts("escalation")
    ledger = Ledger(database, clock, OutgoingPost(), lambda number: pseudonym(number, names))
    return Staffing(
        database=database,
        ledger=ledger,
        ending=Ending(ledger, str(texts["staff"]["not_waiting"])),
        give_consent=People(database, forget_chats, tell).appliers[GiveConsent],
        erased=Reply(str(texts["staff"]["erased"])),
        orphaned=Reply(str(texts["news"]["orphaned"])),
    )


async def _written(database: Database, step: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """What a step gives whose transaction went through; again where a turn of the assistant was faster."""
    for _ in range(TRIES):
        try:
            async with database.write() as connection:
                return await step(connection)
        except LostRace:
            continue
    raise ConfigurationError("the cases are being changed just now; try again")


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    ring, _ = open_keys(settings)
    # In a thread: what else writes in this process must be able to finish.
    await asyncio.to_thread(migrate, settings.database)
    async with Database(settings.database, ring) as database:
        yield database
