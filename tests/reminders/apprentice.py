"""An apprentice at the assistant: each thing that they do is done there, and noted for the judge."""

import heapq
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.messages import Choice, OutgoingText, typed
from bot.plans.tables import plan
from tests.reminders.judge import (
    NIGHT,
    BeginsForm,
    Days,
    Deed,
    Deletes,
    EndsForm,
    GoesTo,
    IsDown,
    IsFreeOn,
    SetsQuiet,
    Snoozes,
    Trains,
    Wants,
    Writes,
    WritesWeekly,
)
from tests.support import Stage

BERLIN = ZoneInfo("Europe/Berlin")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOOKED_AT = 3
"""Messages."""
TASKS = ("Inventur", "Rechnungen geprüft", "Postausgang", "Angebote geschrieben")
NAMED = re.compile(r"(?:Mo|Di|Mi|Do|Fr|Sa|So), (\d+)\.(\d+)\.(\d{4})?")
MORE = re.compile(r"und (\d+) (?:mehr|weitere)")

Act = Callable[["Life"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Heard:
    """A reminder that came: when (UTC), what it named, the newest first, and how many more it counted."""

    at: datetime
    named: Days
    more: int


@dataclass
class Life:
    """One apprentice at the assistant.

    Attributes:
        stage: where.
        now: the last full five minutes (UTC).
        heeds_on: on which days a reminder is answered.
        chance: decides how.
        zone: whose wall clock they live by.
        quiet: their quiet hours; at first those that hold by default.
        deeds: what they did, for the judge.
        heard: the reminders that came.
        is_down_until: the assistant does not run before this moment.
    """

    stage: Stage
    now: datetime
    heeds_on: Callable[[date], bool]
    chance: random.Random
    zone: ZoneInfo = BERLIN
    quiet: tuple[time, time] = NIGHT
    deeds: list[tuple[datetime, Deed]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    is_down_until: datetime = LONG_AGO
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)
    _seen: int = 0

    def plan(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._acts, (at.astimezone(UTC), next(self._number), act))

    async def live(self, until: datetime) -> None:
        """Do everything at its time, and let ring what is due."""
        while True:
            due = await self._next_due()
            rings_at = until if due is None else max(due, self.is_down_until)
            acts_at = self._acts[0][0] if self._acts else until
            if min(rings_at, acts_at) >= until:
                return
            # What was put off by an hour rings a moment after the full minute, and still comes first.
            if rings_at < acts_at + MINUTE:
                self._pass_to(rings_at)
                await self.stage.house.ring()
            else:
                self._pass_to(acts_at)
                await self._act(heapq.heappop(self._acts)[2])
            await self._listen()

    async def _act(self, act: Act) -> None:
        if self.now >= self.is_down_until:
            await act(self)

    def _pass_to(self, moment: datetime) -> None:
        left = moment - self.stage.house.clock()
        if left > timedelta():
            self.stage.clock.set_forward(left)
        self.now = max(self.now, full(moment))

    async def _next_due(self) -> datetime | None:
        async with self.stage.house.database.read() as connection:
            due: datetime | None = await connection.scalar(select(func.min(plan.c.next_due_at)))
        return due

    async def _listen(self) -> None:
        await self.stage.settled()
        new, self._seen = self.stage.memory.sent[self._seen :], len(self.stage.memory.sent)
        for message in new:
            content = message.content
            if isinstance(content, OutgoingText) and _has(content, "In 1 Stunde"):
                today = self.local().date()
                named = tuple(_named(content.text, today))[:: 2 if "KW" in content.text else 1]
                more = MORE.search(content.text)
                heard = Heard(self.stage.house.clock(), named, int(more[1]) if more else 0)
                self.heard.append(heard)
                self.react(heard, content)

    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    async def say(self, text: str) -> None:
        await self.stage.memory.says("kim", typed(text))
        await self.stage.settled()

    async def press(self, label: str) -> None:
        """Press the last button whose label begins so, on one of the last messages."""
        for message in reversed(self.stage.memory.sent[-LOOKED_AT:]):
            if isinstance(message.content, OutgoingText):
                for button in message.content.buttons:
                    if button.label.startswith(label):
                        await self.stage.memory.says("kim", Choice(button.token))
                        await self.stage.settled()
                        return
        raise AssertionError(f"no button {label!r}")

    def note(self, deed: Deed) -> None:
        self.deeds.append((self.now, deed))

    def react(self, heard: Heard, content: OutgoingText) -> None:
        """Answer a reminder in one way or another, or not at all."""
        if not self.heeds_on(self.local().date()):
            return
        way, soon = self.chance.random(), self.now + 5 * MINUTE
        is_free_offered = _has(content, "Heute frei")
        if way < 0.4:
            self.plan(soon + 5 * MINUTE, lambda life: write(life, *heard.named))
        elif way < 0.6:
            self.plan(soon, in_an_hour)
        elif way < 0.65 and is_free_offered:
            self.plan(soon, free_today)
        elif way < 0.7 and self.local().time() < time(18, 30):
            self.plan(soon, this_evening)


def full(moment: datetime) -> datetime:
    """The last full five minutes: a ringing comes a moment after its time."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _has(content: OutgoingText, label: str) -> bool:
    return any(button.label == label for button in content.buttons)


def _named(text: str, today: date) -> Iterator[date]:
    for found in NAMED.finditer(text):
        day, month, year = (int(each) if each else today.year for each in found.groups())
        yield date(year, month, day)


async def write(life: Life, *days: date, what: str = "") -> None:
    told = [f"am {day:%d.%m.%Y} {what or life.chance.choice(TASKS) + ' 8h'}" for day in days]
    await life.say(f"heute {what}" if what else ", ".join(told))
    await life.press("Ja, speichern")
    life.note(Writes(days, is_training=not what))


def wrote(*days: date, what: str = "") -> Act:
    return lambda life: write(life, *days, what=what)


async def in_an_hour(life: Life) -> None:
    await life.press("In 1 Stunde")
    await snooze(life, life.now + 60 * MINUTE)


async def this_evening(life: Life) -> None:
    await life.say("erinner mich heute abend um 7 nochmal")
    await snooze(life, datetime.combine(life.local().date(), time(19), life.zone))


async def snooze(life: Life, until: datetime) -> None:
    """Quiet hours of one's own yield to nothing; those by default to a second yes."""
    begin, end = life.quiet
    there = until.astimezone(life.zone).time()
    is_quiet = begin <= there < end if begin <= end else there >= begin or there < end
    if not is_quiet:
        life.note(Snoozes(until))
    elif life.quiet is NIGHT and life.chance.random() < 0.5:
        await life.press("Trotzdem")
        life.note(Snoozes(until, is_despite_default=True))


async def tonight(life: Life) -> None:
    await life.say("erinner mich um 21 Uhr nochmal")
    await life.press("Trotzdem")
    at_nine = datetime.combine(life.local().date(), time(21), life.zone)
    life.note(Snoozes(at_nine, is_despite_default=True))


async def free_today(life: Life) -> None:
    await life.press("Heute frei")
    life.note(Writes((life.local().date(),), is_training=False))


def master_data(begin: date, end: date, blocks: Sequence[tuple[date, date]]) -> Act:
    async def act(life: Life) -> None:
        await life.say("/ausbildung")
        await life.press("Angaben machen")
        for answer in ("Kaufmann für Büromanagement", f"{begin:%d.%m.%Y}", f"{end:%d.%m.%Y}"):
            await life.say(answer)
        for label in ("Überspringen", "Überspringen", "Täglich", "Blockunterricht"):
            await life.press(label)
        await life.say(", ".join(f"{first:%d.%m.%Y} bis {last:%d.%m.%Y}" for first, last in blocks))
        await life.press("Ja, mit Stunden")
        await life.say("Beispiel, Kim")
        await life.press("Ja, ich bin 16 oder 17")
        await life.say("/einstellungen")
        await life.press("Bundesland")
        await life.press("Hessen")
        life.note(Trains(begin, end, tuple(blocks)))

    return act


def wants(told: str, deed: Wants) -> Act:
    async def act(life: Life) -> None:
        await life.say("/erinnerung")
        await life.say(told)
        if deed.is_despite_default:
            await life.press("Ja, trotzdem")
        await life.press("Ja, passt")
        life.note(deed)

    return act


def changes(label: str, told: str, deed: Wants) -> Act:
    async def act(life: Life) -> None:
        await life.say("/erinnerungen")
        await life.press(label)
        await life.press("Andere Zeit")
        await life.say(told)
        await life.press("Ja, passt")
        life.note(deed)

    return act


def deletes(label: str, name: str) -> Act:
    async def act(life: Life) -> None:
        await life.say("/erinnerungen")
        await life.press(label)
        await life.press("Löschen")
        life.note(Deletes(name))

    return act


def says(told: str, deed: Deed) -> Act:
    async def act(life: Life) -> None:
        await life.say(told)
        life.note(deed)

    return act


def sets_quiet(told: str, hours: tuple[time, time]) -> Act:
    async def act(life: Life) -> None:
        await life.say(told)
        life.quiet = hours
        life.note(SetsQuiet(hours))

    return act


def goes_to(told: str, zone: str) -> Act:
    async def act(life: Life) -> None:
        await life.say(told)
        life.zone = ZoneInfo(zone)
        life.note(GoesTo(zone))

    return act


def is_down(until: datetime) -> Act:
    async def act(life: Life) -> None:
        life.is_down_until = until
        life.note(IsDown(until))

    return act


async def begins_form(life: Life) -> None:
    await life.say("heute Inventur 8h")
    life.note(BeginsForm())


async def answers_form(life: Life) -> None:
    await life.press("Ja, speichern")
    life.note(EndsForm())
    life.note(Writes((life.local().date(),)))


def part_time(before: Trains, end: date, name: str, weekday: int) -> Act:
    async def act(life: Life) -> None:
        await life.say("/ausbildung")
        await life.press("Neues Ende")
        await life.press("Teilzeit")
        await life.say(f"{end:%d.%m.%Y}")
        life.note(replace(before, end=end))
        await life.say("/ausbildung")
        await life.press("Weitere Angaben")
        await life.press("Freie Wochentage")
        await life.say(name)
        life.note(IsFreeOn(life.local().date(), frozenset({weekday})))

    return act


async def writes_weekly(life: Life) -> None:
    await life.say("/ausbildung")
    await life.press("Nachweis")
    await life.press("Wöchentlich")
    life.note(WritesWeekly())


def leave(first: date, last: date) -> Act:
    days = [first + number * DAY for number in range((last - first).days + 1)]
    days = [day for day in days if day.weekday() < 5]

    async def act(life: Life) -> None:
        await life.say(f"vom {first:%d.%m.%Y} bis {last:%d.%m.%Y} Urlaub")
        await life.press("Ja, speichern")
        life.note(Writes(tuple(days), is_training=False))

    return act
