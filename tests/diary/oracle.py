"""Duckling (Facebook's grammar of times), asked for German; needs the wheel `pyduckling-native-phihos`.

Its bodies are mis-decoded, so only starts and ends of values are used. Ends of its intervals are exclusive.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.understanding.times import Clock, Days, Duration, Prefer, Stretch, found

ZONE = "Europe/Berlin"
ZONES = "/usr/share/zoneinfo"
SECONDS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class Oracle:
    """Reads a phrase as Duckling does, in the form of `ours`."""

    def __init__(self) -> None:
        self._duckling = importlib.import_module("duckling")
        self._zones = self._duckling.load_time_zones(ZONES)
        german = self._duckling.parse_lang("DE")
        self._locale = self._duckling.parse_locale(
            "DE_DE", self._duckling.default_locale_lang(german)
        )
        self._dimensions = self._duckling.parse_dimensions(["time", "duration"])

    def theirs(self, phrase: str, today: date, *, is_day: bool) -> str:
        """What Duckling takes a phrase for; `nothing` when for nothing.

        It is asked in the first minute of the day, so that `8 Uhr` is not the evening.

        Args:
            phrase: a day, a clock time or a duration.
            today: the day on which it is said.
            is_day: of its answer only the day counts.
        """
        start = datetime.combine(today, time(0), ZoneInfo(ZONE))
        moment = self._duckling.parse_ref_time(self._zones, ZONE, int(start.timestamp()))
        context = self._duckling.Context(moment, self._locale)
        answers = self._duckling.parse(phrase, context, self._dimensions, False)
        longest = max(answers, key=lambda answer: answer["end"] - answer["start"], default=None)
        return _theirs(longest, is_day=is_day) if longest else "nothing"


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    grain: str

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "_Point":
        return cls(datetime.fromisoformat(value["value"]), value["grain"])


def _theirs(answer: Mapping[str, Any], *, is_day: bool) -> str:
    value = answer["value"]
    if answer["dim"] == "duration":
        return f"{round(value['normalized']['value'] / 60)} min"
    if value["type"] == "interval":
        return _interval(value, is_day=is_day)
    point = _Point.of(value)
    if point.grain in ("minute", "hour", "second") and not is_day:
        return f"{point.at:%H:%M}"
    if point.grain == "week":
        return _range(point.at.date(), point.at.date() + timedelta(days=4))
    return f"{point.at:%d.%m.%Y}"


def _interval(value: Mapping[str, Any], *, is_day: bool) -> str:
    if "from" not in value or "to" not in value:
        return "open"
    begin, end = _Point.of(value["from"]), _Point.of(value["to"])
    if begin.grain in ("minute", "hour") and not is_day:
        step = timedelta(seconds=SECONDS[begin.grain])
        return f"{begin.at:%H:%M}-{end.at - step:%H:%M}"
    last = end.at if begin.grain == "hour" else end.at - timedelta(days=1)
    return _range(begin.at.date(), last.date())


def _range(first: date, last: date) -> str:
    return f"{first:%d.%m.%Y}-{last:%d.%m.%Y}"


def ours(phrase: str, today: date) -> str:
    """What our grammar takes a phrase for, looking ahead as Duckling does."""
    spans = [
        span
        for span in found(phrase, today, Prefer.FUTURE)
        if not isinstance(span.meaning, Days) or span.meaning.days or not span.meaning.is_possible
    ]
    if not spans:
        return "nothing"
    return max((span.end - span.begin, _ours(span.meaning)) for span in spans)[1]


def _ours(meaning: Days | Clock | Stretch | Duration) -> str:
    match meaning:
        case Duration(minutes):
            return f"{minutes} min"
        case Clock(minute):
            return _clock(minute)
        case Stretch(begin, end):
            return f"{_clock(begin)}-{_clock(end)}"
    return _days(meaning.days)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _days(days: Sequence[date]) -> str:
    if not days:
        return "impossible"
    return f"{days[0]:%d.%m.%Y}" if len(days) == 1 else _range(days[0], days[-1])
