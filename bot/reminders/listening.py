"""Hears wishes about reminders and nudges among questions: they are believed only when they are plain.

Whoever tells working hours ("wir fangen um 6 an, freitag frei") names days and times, too, and wishes nothing.
"""

import re
from dataclasses import replace

from bot.diary.listening import LOG
from bot.events import NLU_FALLBACK, Parse, Ranked
from bot.people.zones import zone_named
from bot.ports import ReadsMessages
from bot.tracker import RANG_AT, Tracker
from knowledge.text import normalise

WISHES = frozenset(
    {
        "set_reminder",
        "change_reminder",
        "delete_reminder",
        "pause_reminders",
        "resume_reminders",
        "snooze_reminder",
        "free_today",
        "set_quiet_hours",
        "set_zone",
        "important_dates",
        "subscribe_nudges",
        "nudges_less",
        "nudges_more",
        "pause_nudges",
        "stop_nudges",
        "change_nudge_days",
    }
)
ANSWERS = frozenset({"snooze_reminder", "free_today"})
"""What makes sense only after a reminder, or when it names one."""
SURE = 0.6
"""From this confidence on such a wish is believed whatever its words."""
_WORDS = re.compile(
    r"erinner|errinn|\bwecker|\bweck mich|bescheid|stups|\bmeld|anschreib|schreib mi|schick|nachricht|\btipp|\bimpuls|\binfos?\b"
    r"|\babo|abbestell|^seltener|^oefter|ruhezeit|\bpause|reminder|\bping|\bpush|benachrichtig|zeitzone|uhrzeit|wichtigen? termine (?:kommen|hab|steh|mein|in mein|von mein)"
)


class WishParser:
    """Leaves out a wish about reminders or nudges that is not plain.

    Args:
        parser: understands messages in their conversation.
    """

    def __init__(self, parser: ReadsMessages) -> None:
        self._parser = parser

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""
        parse = await self._parser.parse(text, tracker)
        return parse if tracker.slot(RANG_AT) else heard(parse)


def heard(parse: Parse) -> Parse:
    """The same parse, or its best reading that is no such wish."""
    is_sure = parse.confidence >= SURE and parse.intent not in ANSWERS
    names_place = parse.intent == "set_zone" and zone_named(parse.text) is not None
    is_plain = is_sure or names_place or _WORDS.search(normalise(parse.text))
    if parse.intent not in WISHES or is_plain:
        return parse
    if parse.intent == "free_today":
        # Without a reminder before it, it is an entry like any other: shown back first.
        return replace(parse, intent=LOG)
    best, *others = [each for each in parse.ranking if each.intent not in WISHES] or [
        Ranked(NLU_FALLBACK, 0.0)
    ]
    return replace(
        parse, intent=best.intent, confidence=best.confidence, alternatives=tuple(others)
    )
