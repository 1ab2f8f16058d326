"""Hears when a message tells what was done, among questions and wishes."""

from dataclasses import replace
from datetime import date, datetime

from bot.clock import day_in_germany
from bot.diary.nachweis import DayType
from bot.diary.reading import Reading, read
from bot.events import FAQ, NLU_FALLBACK, Parse, Ranked
from bot.ports import ReadsMessages
from bot.tracker import Tracker

LOG = "log_entries"
"""The intent of a message that tells what was done."""
SURE_OF_WISH = 0.25
"""From this confidence on a wish to the assistant is believed, whatever looks like an entry in it."""
SURE_OF_QUESTION = 0.45
"""From this confidence on a question is believed, unless the classifier finds an entry at least half as likely."""
FAINT = 0.05
"""So much the classifier must take a message for an entry, when only its words look like one."""
SOME_DAY = date(2026, 11, 20)
"""Where only counts whether something is told, and not when."""
TWO_WORDS = 2
"""A day and what it was; with more words a question may be meant."""
PLAIN = frozenset(
    {NLU_FALLBACK, LOG, "inform", "announce", "react", "affirm", "thank", "complain", "greet"}
)
"""What a short report is easily taken for."""


class DiaryParser:
    """Reads a message as an entry where it tells what was done; else as it is understood without the diary.

    Args:
        parser: understands questions and wishes in their conversation.
    """

    def __init__(self, parser: ReadsMessages) -> None:
        self._parser = parser

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""
        parse = await self._parser.parse(text, tracker)
        return heard(parse, _day(tracker.said_at))


def heard(parse: Parse, today: date) -> Parse:
    """The same parse, or one of an entry.

    Who tells hours or several days is writing the diary. Where only the words look like an entry ("heute gekündigt
    worden"), it is one when the classifier finds so, too: nobody in trouble shall be shown a diary.

    Args:
        parse: what was understood without the diary.
        today: any day near the present; only whether something is told counts here.
    """
    is_asked = parse.text.rstrip().endswith("?")
    is_wish = not parse.intent.startswith(FAQ) and parse.base_intent not in PLAIN
    if is_wish and parse.confidence >= SURE_OF_WISH:
        return parse
    reading = read(parse.text, today)
    is_told = reading.is_entry and not is_asked
    likely = max((each.confidence for each in parse.ranking if each.intent == LOG), default=0.0)
    is_open = parse.intent == LOG or parse.confidence < SURE_OF_QUESTION
    is_short = len(parse.text.split()) <= TWO_WORDS
    is_plain = (is_open and _is_plain(reading)) or (
        (is_open or is_short) and _is_past_absence(reading, today)
    )
    if is_told and (is_plain or likely >= max(FAINT, parse.confidence / 2)):
        others = tuple(each for each in parse.ranking if each.intent != LOG)
        return replace(parse, intent=LOG, alternatives=others)
    return _without_log(parse)


def is_report(text: str) -> bool:
    """Whether a text plainly reports a day at work: hours with what was done in them."""
    return not text.rstrip().endswith("?") and _has_hours(read(text, SOME_DAY))


def _is_plain(reading: Reading) -> bool:
    """Whether what was read leaves no doubt: hours with what was done in them, or several days."""
    return _has_hours(reading) or len({entry.day for entry in reading.entries}) > 1


def _has_hours(reading: Reading) -> bool:
    return any(
        entry.minutes is not None and (entry.activities or entry.type is not DayType.BETRIEB)
        for entry in reading.entries
    )


def _is_past_absence(reading: Reading, today: date) -> bool:
    """Whether nothing but a day's type is told of days that are over: `mittwoch krank`.

    Of today it may as well be a question ("heute krank"): what to do now.
    """
    return bool(reading.entries) and all(
        entry.day < today and entry.type is not DayType.BETRIEB and not entry.activities
        for entry in reading.entries
    )


def _without_log(parse: Parse) -> Parse:
    """The best reading that is no entry."""
    if parse.intent != LOG:
        return parse
    first, *others = [each for each in parse.ranking if each.intent != LOG] or [
        Ranked(NLU_FALLBACK, 0.0)
    ]
    return replace(
        parse, intent=first.intent, confidence=first.confidence, alternatives=tuple(others)
    )


def _day(moment: datetime | None) -> date:
    return day_in_germany(moment) if moment else SOME_DAY
