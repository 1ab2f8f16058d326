"""Duckling, asked what hours and weekdays a phrase names; needs the wheel `pyduckling-native-phihos`.

It knows no rhythm: of `jeden Freitag um 3` it sees one Friday, which is compared with the weekday of our plan.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.reminders.phrases import read_plan
from bot.reminders.plan import Unit

ZONE = "Europe/Berlin"
ZONES = "/usr/share/zoneinfo"
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")

CLOCK = ("hour", "minute")
"""What is said so exactly is a time of day."""
DAYS_ASKED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """The hours and the weekdays that a phrase names, as people write them; in the order of the clock and the week."""

    hours: tuple[str, ...]
    days: tuple[str, ...]


class Oracle:
    """Reads a phrase as Duckling does."""

    def __init__(self) -> None:
        self._duckling = importlib.import_module("duckling")
        self._zones = self._duckling.load_time_zones(ZONES)
        german = self._duckling.parse_lang("DE")
        self._locale = self._duckling.parse_locale(
            "DE_DE", self._duckling.default_locale_lang(german)
        )
        self._dimensions = self._duckling.parse_dimensions(["time"])

    def theirs(self, phrase: str, now: datetime) -> Named:
        """What Duckling finds in a phrase, each value by its beginning.

        It is asked on several days: a weekday that was named is the same on all of them.

        Args:
            phrase: any text.
            now: when it is said, aware.
        """
        hours = {f"{at:%H:%M}" for at, grain in self._points(phrase, now) if grain in CLOCK}
        days = set(range(7))
        for later in range(DAYS_ASKED):
            asked = self._points(phrase, now + timedelta(days=later))
            days &= {at.weekday() for at, _ in asked}
        return Named(tuple(sorted(hours)), tuple(WEEKDAYS[day] for day in sorted(days)))

    def _points(self, phrase: str, now: datetime) -> list[tuple[datetime, str]]:
        """The beginnings of what is found, each with its grain."""
        moment = self._duckling.parse_ref_time(self._zones, ZONE, int(now.timestamp()))
        context = self._duckling.Context(moment, self._locale)
        answers = self._duckling.parse(phrase, context, self._dimensions, False)
        return [_point(answer["value"]) for answer in answers]


def _point(value: Mapping[str, Any]) -> tuple[datetime, str]:
    point = value.get("from") or value["to"] if value["type"] == "interval" else value
    return datetime.fromisoformat(point["value"]), point["grain"]


def ours(phrase: str, now: datetime) -> Named | None:
    """What our grammar finds, of plans with one hour or one weekday at most; None for others."""
    wish = read_plan(phrase, now)
    if wish is None or len(wish.rules) > 1 or wish.rules[0].rhythm.unit is not Unit.WEEKS:
        return None
    (rule,) = wish.rules
    days = sorted(rule.rhythm.weekdays) if wish.says_days else []
    if len(days) > 1:
        return None
    hours = [f"{rule.minute // 60:02}:{rule.minute % 60:02}"] if wish.says_time else []
    return Named(tuple(hours), tuple(WEEKDAYS[day] for day in days))
