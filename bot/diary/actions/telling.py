"""What was told for the diary, in the slots of its form, and the entries that it makes. Pure.

What was told stays as text with the day it was told on, and is read again at each step: so a draft of the day
before yesterday still means its own days.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.diary.reading import Reading, read
from bot.diary.rules import Proposal, proposal
from bot.events import Event, SlotSet
from bot.people.actions import AFTER_CONSENT
from bot.tracker import Tracker

LONGEST = 1000
"""So many characters of words that nothing is read from are kept as an activity."""
TOLD, CLEAR, PLACE, HOURS, CONFIRMED = (
    "diary_told",
    "diary_clear",
    "diary_place",
    "diary_hours",
    "diary_confirmed",
)
DAY, IS_NEW = "diary_day", "diary_is_new"
SLOTS = (TOLD, CLEAR, PLACE, HOURS, CONFIRMED, DAY, IS_NEW)
KNOWN = "known"
"""In the slots of place and hours: nothing to ask."""
YES, CHANGE, NOTHING = "ja", "aendern", "nichts"
"""In the slot of the confirmation: write it, tell it anew, there is nothing to write."""


def told(tracker: Tracker) -> list[tuple[date, str]]:
    """What the person told so far, each with the day that it calls today."""
    return [(date.fromisoformat(day), text) for day, text in tracker.slot(TOLD) or ()]


def readings(tracker: Tracker) -> list[Reading]:
    """Each told message as it is read."""
    return [listened(text, day) for day, text in told(tracker)]


def listened(text: str, day: date) -> Reading:
    """What was answered when we asked for it: words that nothing is read from are an activity of the day."""
    reading = read(text, day)
    if reading.entries or reading.questions:
        return reading
    return Reading((Entry(day, DayType.BETRIEB, activities=(text.strip()[:LONGEST],)),), (), True)


def entries_of(tracker: Tracker) -> tuple[Entry, ...]:
    """All that was told, with the place and the hours that were said afterwards."""
    entries = tuple(entry for reading in readings(tracker) for entry in reading.entries)
    place, minutes = tracker.slot(PLACE), tracker.slot(HOURS)
    if place not in (None, KNOWN):
        entries = tuple(replace(each, type=DayType(place)) for each in entries)
    if isinstance(minutes, int | float):
        entries = with_minutes(entries, int(minutes))
    return entries


def with_minutes(entries: Sequence[Entry], minutes: int) -> tuple[Entry, ...]:
    """The hours said afterwards go to the one entry that lacks them, or to the only one."""
    lacking = [each for each in entries if each.type.is_training and each.minutes is None]
    meant = lacking if len(lacking) == 1 else list(entries) if len(entries) == 1 else []
    return tuple(replace(each, minutes=minutes) if each in meant else each for each in entries)


def planned(tracker: Tracker, nachweis: Nachweis) -> Proposal:
    """What writing it would change."""
    return proposal(entries_of(tracker), nachweis, is_new=bool(tracker.slot(IS_NEW)))


def says_all(entry: Entry) -> bool:
    """Whether nothing about the place needs to be asked: it was named, or hours were told in one go."""
    return entry.type is not DayType.BETRIEB or entry.minutes is not None


def emptied() -> list[Event]:
    """Nothing is told any more."""
    return [SlotSet(name, None) for name in (*SLOTS, AFTER_CONSENT)]
