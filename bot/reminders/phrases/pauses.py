"""Reads for how long reminders shall stop: `bis 4.1.`, `zwei Wochen Ruhe`, `in den Osterferien nicht`. Pure."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from bot.reminders.phrases.values import Pause
from bot.understanding.times import Days, Edge, Form, Prefer, Span, found
from bot.understanding.times.calendar import ONE, Kind, easter, monday
from bot.understanding.times.plain import Plain, folded
from bot.understanding.times.words import MONTHS

SATURDAY = 5
MIDDLE = 15
"""The middle of a month."""
_WEEK = timedelta(days=7)

_EVENT = re.compile(
    r"(?<!\w)(?P<name>(?:oster|pfingst|sommer|herbst|weihnachts|winter|faschings|fruehjahrs|semester)?ferien|schulferien"
    r"|(?:berufs)?schulblock|block(?:schule|unterricht)|schulwochen?|(?:zwischen|abschluss)?pruefung(?:en)?|urlaub)(?:ende|s?zeit)?(?!\w)"
)
_COUNT = r"(?:(?P<n>\d\d?)|(?P<one>ein|eine[nmr]?|'?ne[nr]?)|(?P<few>paar))"
_SPAN = re.compile(
    rf"(?<!\w){_COUNT} (?:ganze[nr]? )?(?P<unit>tage?|wochen?|monate?)n?(?!\w)(?! (?:vorher|vor|im voraus))"
)
_REST = re.compile(
    r"(?<!\w)(?:(?P<this>diese[nrs]?|die|rest(?:liche[nr]?)?(?: der| des| vom)?|ende (?:der|des|dieser|dieses|vom)|den rest (?:der|des|vom))"
    r"|(?P<end_of>ende )?(?P<next>naechste[nrs]?|kommende[nrs]?)) (?P<unit>woche|monate?s?|jahre?s?)(?!\w)"
    r"|(?<!\w)(?P<end>wochenende|wochenend|monatsende|jahresende)(?!\w)"
)
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = re.compile(
    rf"(?<!\w)(?P<lead>bis (?:zum )?(?:nach )?|im (?:ganzen )?|(?:den )?ganzen |ueber den )(?:(?P<part>ende|mitte|anfang) )?(?P<month>{_MONTH_NAMES})(?!\w)"
)
_FEAST = re.compile(
    r"(?<!\w)(?P<lead>bis (?P<after>nach )?(?:zu )?|ueber |an )?(?P<name>weihnachten|ostern|pfingsten|feiertagen?|neue[ns]? jahr|neujahr|silvester|jahreswechsel)(?!\w)"
)
_DAY = re.compile(
    r"(?<!\w)bis (?:zum )?(?P<within>(?:einschl\w*|inkl\w*)\.? )?(?:zum )?(?P<day>[12]?\d|3[01])(?:te[nrms]?|\.)(?! ?[\w:])"
)
_UNTIL = re.compile(r"(?<!\w)bis(?!\w)")
_WITHIN = re.compile(r"einschl|inkl|und mit|eingeschlossen")
_NOT_ON = re.compile(
    r"(?<!\w)(?:nicht|kein\w*|nix|ruhe|pause|still|frei|urlaub|krank\w*|weg)(?!\w)"
)


def read_pause(text: str, now: datetime) -> Pause | None:
    """Until when somebody wants no reminders; None when a text does not say it.

    Args:
        text: any text.
        now: when it is said, in the zone of the person.
    """
    plain = Plain.of(text).text
    event = _EVENT.search(plain)
    today = now.date()
    if event and event["name"] != "urlaub":
        return Pause(None, event["name"])
    readings: tuple[Callable[[], date | None], ...] = (
        lambda: _until_day(text, today),
        lambda: _until_day_of_month(plain, today),
        lambda: _until_feast(plain, today),
        lambda: _until_month(plain, today),
        lambda: _after_span(plain, today),
        lambda: _after_rest(plain, today),
        lambda: _after_day(text, today),
    )
    until = next((day for reading in readings if (day := reading()) and day > today), None)
    if until:
        return Pause(until)
    return Pause(None, event["name"]) if event else None


def _days(text: str, today: date) -> list[tuple[Span, Days]]:
    return [
        (span, span.meaning)
        for span in found(text, today, Prefer.FUTURE)
        if isinstance(span.meaning, Days)
        and span.meaning.days
        and "wochenende" not in folded(text[span.begin : span.end])
    ]


_BACK = re.compile(r"(?:ab|erst|wieder)\W*(?:am|ab|zum)?\W*$")
_BACK_AFTER = re.compile(r"\W*(?:\w+ ){0,3}wieder(?!\w)")


def _until_day(text: str, today: date) -> date | None:
    """A day after `bis`, or on which it goes on (`ab Montag wieder`)."""
    for span, days in reversed(_days(text, today)):
        around = folded(text[max(0, span.begin - 12) : span.begin])
        said, after = folded(text[span.begin : span.end]), folded(text[span.end : span.end + 30])
        is_until = days.edge is Edge.UNTIL or re.search(r"(?<!\w)bis\W*(?:zum |zur )?$", around)
        is_back = days.edge is Edge.FROM or _BACK.search(around) or _BACK_AFTER.match(after)
        is_range = len(days.days) > 1 and days.form is not Form.WEEK
        if not (is_until or is_back or is_range):
            continue
        if is_range and not is_until:
            return _later(days.days[-1], days, today) + ONE
        is_within = _WITHIN.search(said) or _WITHIN.match(after.strip(" ,("))
        return _later(days.days[0], days, today) + (ONE if is_within else 0 * ONE)
    return None


def _until_day_of_month(plain: str, today: date) -> date | None:
    said = _DAY.search(plain)
    day = Kind(day=int(said["day"])).next(today + ONE) if said else None
    return day + ONE if said and day and said["within"] else day


def _later(day: date, days: Days, today: date) -> date:
    """The same weekday, or day of the year, when it comes after today."""
    if day > today:
        return day
    if days.form is Form.WEEKDAY:
        return day + _WEEK * ((today - day).days // 7 + 1)
    if days.form is Form.RELATIVE:
        return day
    return Kind(day=day.day, month=day.month).next(today + ONE) or day


def _until_feast(plain: str, today: date) -> date | None:
    feast = _FEAST.search(plain)
    if not feast:
        return None
    is_over = bool(feast["after"]) or not (feast["lead"] or "").startswith("bis")
    for year in (today.year, today.year + 1):
        first, after = _feast(feast["name"], year)
        day = after if is_over else first
        if day > today:
            return day
    return None


def _feast(name: str, year: int) -> tuple[date, date]:
    """The first day of a feast, and the first one after it."""
    movable: Mapping[str, tuple[int, int]] = {"ostern": (-2, 2), "pfingsten": (49, 51)}
    if name in movable:
        first, after = movable[name]
        return easter(year) + first * ONE, easter(year) + after * ONE
    if name in ("weihnachten", "feiertage", "feiertagen"):
        return date(year, 12, 24), date(year, 12, 27)
    if name == "silvester":
        return date(year, 12, 31), date(year + 1, 1, 1)
    return date(year, 1, 1), date(year, 1, 2)


def _until_month(plain: str, today: date) -> date | None:
    said = _MONTH.search(plain)
    if not said:
        return None
    month = MONTHS[said["month"]]
    year = today.year + (month < today.month)
    if said["part"] == "ende" or not said["lead"].startswith("bis") or "nach" in said["lead"]:
        return _month_after(date(year, month, 1))
    day = date(year, month, MIDDLE if said["part"] == "mitte" else 1)
    return day if day > today else day.replace(year=year + 1)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _after_span(plain: str, today: date) -> date | None:
    """So long from today."""
    said = _SPAN.search(plain)
    if not said or said["few"]:
        return None
    count = int(said["n"]) if said["n"] else 1
    unit = said["unit"]
    if unit.startswith("monat"):
        month = today.month - 1 + count
        year, number = today.year + month // 12, month % 12 + 1
        return date(year, number, min(today.day, monthrange(year, number)[1]))
    return today + timedelta(days=count * (7 if unit.startswith("woche") else 1))


def _after_rest(plain: str, today: date) -> date | None:
    """After a week, month or year, or the next one; `bis nächste Woche` ends where it begins."""
    said = _REST.search(plain)
    if not said:
        return None
    is_until = _UNTIL.search(plain, 0, said.start()) is not None
    if said["end"] and said["end"].startswith("wochenend") and is_until:
        return Kind(weekday=SATURDAY).next(today + ONE)
    unit = said["unit"] or {"w": "woche", "m": "monat", "j": "jahr"}[said["end"][0]]
    steps = 2 if said["next"] and (said["end_of"] or not is_until) else 1
    day = today
    for _ in range(steps):
        day = _next_unit(unit, day)
    return day


def _next_unit(unit: str, day: date) -> date:
    if unit.startswith("woche"):
        return monday(day) + _WEEK
    return _month_after(day) if unit.startswith("monat") else date(day.year + 1, 1, 1)


def _after_day(text: str, today: date) -> date | None:
    """The day after the last one on which it shall be quiet (`heute nicht mehr`)."""
    days = _days(text, today)
    if not days or not _NOT_ON.search(folded(text)):
        return None
    return _later(days[-1][1].days[-1], days[-1][1], today) + ONE
