"""What all actions of the diary need: the record, the words, the day, and whether anything may be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.action import ActionCall
from bot.clock import day_in_germany
from bot.diary.ausbildung import monday
from bot.diary.calendar import public_holidays
from bot.diary.nachweis import Entry, Nachweis
from bot.diary.rules import gaps
from bot.diary.service import Diaries
from bot.diary.show import DiaryTexts
from bot.diary.words import named_week
from bot.people.actions import AFTER_CONSENT, GRANTED, has_consent


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the diary's actions work.

    Attributes:
        diaries: what is kept.
        texts: how things are called.
    """

    diaries: Diaries
    texts: DiaryTexts

    async def nachweis(self, call: ActionCall) -> Nachweis:
        """The person's record; an empty one before the first consent."""
        person = call.situation.person
        return await self.diaries.load(person.person_id) if person else Nachweis()

    async def undoable(self, call: ActionCall) -> Mapping[date, tuple[Entry, ...]]:
        """By day, what stood there before the last writing."""
        person = call.situation.person
        return await self.diaries.undoable(person.person_id) if person else {}

    def today(self, call: ActionCall) -> date:
        """The day that the person writes, where they are."""
        zone = call.profile("zone")
        now = call.situation.now
        return now.astimezone(ZoneInfo(zone)).date() if zone else day_in_germany(now)

    def gaps(self, nachweis: Nachweis, call: ActionCall) -> list[date]:
        """What is missing until today; public holidays of the state are none."""
        zeitraum = nachweis.ausbildung.zeitraum
        today = self.today(call)
        free = public_holidays(call.profile("state"), zeitraum, today) if zeitraum else frozenset()
        return gaps(nachweis, today, free)


def may_keep(call: ActionCall) -> bool:
    """Whether entries may be written: with consent, or as drafts while a parent is asked.

    Also in the turn of the yes itself, before anything of it is stored.
    """
    person = call.situation.person
    is_waiting = person is not None and person.waits_until is not None
    return has_consent(call) or is_waiting or call.tracker.slot(AFTER_CONSENT) == GRANTED


def day_entity(call: ActionCall, name: str = "day") -> date | None:
    """The day that a button named."""
    value = call.entity(name)
    return date.fromisoformat(str(value)) if value else None


def week_named(call: ActionCall, today: date) -> date | None:
    """The Monday of the week that a button or the message names; None when neither does."""
    named = day_entity(call, "week")
    parse = call.tracker.latest_message
    return monday(named) if named else named_week(parse.text if parse else "", today)


def week_asked(call: ActionCall, today: date) -> date:
    """The Monday of the week that is named, else of the present one."""
    return week_named(call, today) or monday(today)
