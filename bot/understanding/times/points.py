"""Finds single days and weeks in a plain text, as points whose meaning is still open. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from bot.understanding.times.calendar import NAMES, ONE, Kind, is_public, monday
from bot.understanding.times.values import Edge, Form
from bot.understanding.times.words import MONTHS, RELATIVE, WEEKDAYS

WORK_WEEK, WEEKEND, WEEK = tuple(range(5)), (5, 6), 7
ANY, IMPOSSIBLE = Kind(), Kind(day=32)
HOURS = 24
WEEKS_OF_A_YEAR = 52


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or a week, that a text names.

    Attributes:
        begin: its first character.
        end: after its last one.
        form: how it is said.
        kind: what day, or first day of several, it can be.
        week: the number of a week by ISO 8601, if said.
        days: of which days it consists, counted from the first.
        edge: `ab` or `bis` before it.
        needs_company: it is a day only beside another one (`27. bis 31.12.`).
        is_public: it has the name of a public holiday.
    """

    begin: int
    end: int
    form: Form
    kind: Kind = ANY
    week: int | None = None
    days: tuple[int, ...] = (0,)
    edge: Edge = Edge.NONE
    needs_company: bool = False
    is_public: bool = False

    @property
    def is_open_weekday(self) -> bool:
        """Whether it is a weekday of no week in particular."""
        return self.kind.weekday is not None

    @property
    def lacks_month(self) -> bool:
        """Whether only the day of the month is said."""
        return self.kind.day is not None and self.kind.month is None

    def in_week(self, first: date) -> "Point":
        """The same weekday in a week."""
        return replace(self, kind=Kind(exact=first + (self.kind.weekday or 0) * ONE))


_EDGE = (
    r"(?<!\w)(?<!\d[.,:])"
    r"(?:(?P<edge>ab|seit|bis)(?: (?:zum|einschl\w*\.?|inkl\w*\.?|und mit|heute))*(?: (?:dem|den|der|am))? "
    r"|(?P<lead>am|vom|von|zum|den|der|dem|des) )?"
)
_SHIFTS: Mapping[str, int] = {
    "vorletzte": -2, "letzte": -1, "letze": -1, "vergangene": -1, "vorige": -1, "diese": 0,
    "naechste": 1, "kommende": 1,
}  # fmt: skip
"""Weeks from the present one."""
_WHICH = rf"(?:{'|'.join(_SHIFTS)})"
_WHOLE = r"(?:ganze|komplette|gesamte) "
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAME = "|".join(map(re.escape, sorted(NAMES, key=len, reverse=True)))
_PART = r"(?: (?:morgen|frueh)(?!\w))?"
_FORMS: Mapping[str, str] = {
    "iso": r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?!\d)",
    "date": (
        r"(?P<d>\d\d?)(?:\.|te)(?P<gap> ?)(?P<m>\d\d?)(?:(?P<dot>\.|te)"
        r"(?: ?(?P<y>20\d\d)(?!\d)|(?P<yy>\d\d)(?![\d.,:]))?)?(?!:?\d)"
    ),
    "month": rf"(?P<d>\d\d?)(?:\.|te)? ?(?P<month>{_MONTH})(?!\w)\.?(?: (?P<y>20\d\d)(?!\d))?",
    "day": r"(?P<d>\d\d?)(?P<dot>\.|te)(?![\w-])(?! ?\d)",
    "ago": r"(?P<way>vor|in) (?P<n>\d\d?|eine[mr]?) (?P<unit>tag|woche)e?n?(?!\w)",
    "some": r"(?:die )?(?:letzte|vergangene)[nr]? (?P<n>\d\d?|beiden) (?:arbeits)?tage?n?(?!\w)",
    "week": (
        rf"(?P<the>die |in der )?(?P<all>{_WHOLE})?(?:(?P<which>{_WHICH})[nr]? )?"
        rf"(?P<whole>{_WHOLE})?woche(?!\w)"
    ),
    "weekend": rf"(?:(?P<which>{_WHICH})[snm]? )?wochenende(?!\w)",
    "number": (
        r"(?:in )?(?:der |die )?(?:(?:kw|kalenderwochen?) ?(?P<n>\d\d?)"
        r"(?: ?(?:-|bis) ?(?:zur )?(?:(?:kw|kalenderwoche) ?)?(?P<last>\d\d?)(?! ?(?:uhr|h|std|stunden)(?!\w)))?"
        r"(?!\d|[.,:]\d)"
        r"|(?P<n2>\d\d?)(?:\.|te) ?(?:kw|kalenderwoche)(?!\w))"
    ),
    "weekday": (
        rf"(?:(?P<which>{_WHICH})[rnsm]? )?(?P<weekday>{'|'.join(WEEKDAYS)}|so)(?!\w|\.\w|-(?!{'|'.join(WEEKDAYS)})\w\w\w)"
        rf"(?:\.(?= ?[,a-z\d]))?(?: (?:in )?(?:der )?(?P<after>{_WHICH})[rn]? woche(?!\w))?{_PART}"
    ),
    "relative": rf"(?P<relative>{'|'.join(RELATIVE)}|heutigen (?:tage?s?|{'|'.join(WEEKDAYS)}))(?!\w){_PART}",
    "name": rf"(?P<name>{_NAME})(?!\w)",
}


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(_EDGE + form) for name, form in _FORMS.items()}


_COUNTED = re.compile(
    r" ?(?:mal|lehrjahr|ausbildungsjahr|stock|og|eg|klasse|station|schicht|schritt|teil|stunde"
    r"|block|lf|lernfeld|woche|monat|tag|std|uhr|h|min)(?!\w)"
)
_FOR = re.compile(r"(?<!\w)fuer $")
_CLOCK_BEFORE = re.compile(r"(?:(?<!\d)\d\d?(?:[.:]\d\d)?|uhr) ?(?:- ?)?$")
_CLOCK_AFTER = re.compile(r" ?(?:uhr|h|std|stunden)(?!\w)")
_NO_TOMORROW = re.compile(r"(?:guten|am|jeden|den|der|fruehen|heute|gestern|moin|einen) ?$")
_SUNDAY_BEFORE = re.compile(
    rf"(?:(?:{'|'.join(WEEKDAYS)})\.? ?(?:,|und|u\.?|\+|&|-|/)? ?|^\W*|[\n,;.!:+] ?|\d ?(?:h|std|stunden?)\.? ?)$"
)
_NO_SUNDAY = re.compile(
    r"\W*$|\W*(?:ein\w*|ne|nen|was|viel|halt|richtig|jetzt|heute|gestern|vorgestern|ich|hab\w*|war\w*"
    r"|das|dass|und (?!montag)|dann|weit|wie|ungefaehr|gegen|\d+ uhr|ca|sehr|lang\w*|gut|schoen|ab|also|aeh"
    r"|bin|am|kann|bitte|da|schnell|geht|gings?|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|leute|feierabend|fertig|nun|langsam|genug|muss|moin|hallo|hi|hey)(?!\w)"
)


_HOURS_AT_END = re.compile(r" ?\d+(?:[.,]\d+)? ?(?:h|stdn?|stunden?)\.? ?(?:$|[,.;!\n])")
"""`so 9 Std.` at the end of what is told is `about nine hours`, when no Saturday was named."""


def _exact(year: int, month: int, day: int) -> Kind:
    try:
        return Kind(exact=date(year, month, day))
    except ValueError:
        return IMPOSSIBLE


def _iso(found: re.Match[str], point: Point, _today: date) -> Point | None:
    return replace(point, kind=_exact(*(int(found[part]) for part in ("y", "m", "d"))))


def _date(found: re.Match[str], point: Point, _today: date) -> Point | None:
    text, day, month = found.string, int(found["d"]), int(found["m"])
    year = found["y"] or (found["yy"] and f"20{found['yy']}")
    is_led = found["lead"] in ("am", "vom", "den", "zum") and not found["gap"]
    is_title = text.startswith(":", found.end()) and month in MONTHS.values()
    is_sure = bool(found["dot"]) or is_led or (not found["gap"] and (day > HOURS or is_title))
    begin = found.end("edge") if found["edge"] == "bis" else found.start()
    is_clock = _CLOCK_AFTER.match(text, found.end()) or (
        not year and _CLOCK_BEFORE.search(text[max(0, found.start() - 8) : found.start()])
    )
    if not is_sure or is_clock or begin < 0:
        return None
    kind = _exact(int(year), month, day) if year else Kind(day=day, month=month)
    return replace(point, kind=kind if month and day else IMPOSSIBLE)


def _month(found: re.Match[str], point: Point, _today: date) -> Point | None:
    day, month = int(found["d"]), MONTHS[found["month"]]
    kind = _exact(int(found["y"]), month, day) if found["y"] else Kind(day=day, month=month)
    return replace(point, kind=kind if day else IMPOSSIBLE)


def _day(found: re.Match[str], point: Point, _today: date) -> Point | None:
    text, day = found.string, int(found["d"])
    is_last = not text[found.end() :].strip()
    is_clock = found["dot"] == "." and is_last and day <= HOURS and found["edge"] is not None
    if _COUNTED.match(text, found.end()) or is_clock or not day:
        return None
    is_led = found["edge"] is not None or found["lead"] in ("am", "vom")
    return replace(point, kind=Kind(day=day), needs_company=not is_led)


def _ago(found: re.Match[str], point: Point, today: date) -> Point | None:
    count = int(found["n"]) if found["n"].isdecimal() else 1
    days = count * (WEEK if found["unit"] == "woche" else 1)
    shift = timedelta(days=days if found["way"] == "in" else -days)
    return replace(point, kind=Kind(exact=today + shift))


def _some(found: re.Match[str], point: Point, today: date) -> Point | None:
    count = int(found["n"]) if found["n"].isdecimal() else 2
    back: list[int] = []
    ago = 0
    while len(back) < count:
        ago += 1
        if (today - ago * ONE).weekday() in WORK_WEEK:
            back.append(-ago)
    return replace(point, kind=Kind(exact=today), days=tuple(reversed(back))) if back else None


def _week(found: re.Match[str], point: Point, today: date) -> Point | None:
    if not any(found[part] for part in ("which", "whole", "all")) and found["the"] != "die ":
        return None
    if _FOR.search(found.string[max(0, found.start() - 8) : found.start()]):
        return None
    first = monday(today) + WEEK * _SHIFTS[found["which"] or "diese"] * ONE
    return replace(point, kind=Kind(exact=first), days=WORK_WEEK)


def _weekend(found: re.Match[str], point: Point, today: date) -> Point | None:
    which = found["which"]
    if which and _SHIFTS[which] >= 0:
        first = monday(today) + WEEK * _SHIFTS[which] * ONE
    else:
        is_over = today.weekday() in WORK_WEEK or which is not None
        first = monday(today) - (WEEK if is_over else 0) * ONE
    return replace(point, form=Form.DATE, kind=Kind(exact=first), days=WEEKEND)


def _number(found: re.Match[str], point: Point, _today: date) -> Point | None:
    first = int(found["n"] or found["n2"])
    more = (int(found["last"] or first) - first) % WEEKS_OF_A_YEAR
    days = tuple(WEEK * week + day for week in range(more + 1) for day in WORK_WEEK)
    return replace(point, week=first, days=days)


def _weekday(found: re.Match[str], point: Point, today: date) -> Point | None:
    word, text = found["weekday"], found.string
    before = text[max(0, found.start() - 20) : found.start()]
    if word == "so":
        is_led = found["lead"] == "am" or (found["edge"] == "bis" and before.strip())
        is_day = is_led or _SUNDAY_BEFORE.search(before)
        joined = re.search(rf"(?:{'|'.join(WEEKDAYS)})\.? ?(?:und|u\.?|\+|&|-|/) ?$", before)
        is_about = _HOURS_AT_END.match(text, found.end()) and "samstag" not in text[: found.start()]
        if (
            not is_day
            or is_about
            or (_NO_SUNDAY.match(text, found.end()) and not (joined or is_led))
        ):
            return None
        word = "sonntag"
    number = WEEKDAYS.index(word)
    return replace(point, kind=_weekday_kind(number, found["which"], found["after"], today))


def _weekday_kind(number: int, which: str | None, after: str | None, today: date) -> Kind:
    """`letzten Freitag` is before today, `Freitag letzter Woche` is in that week."""
    this_week = monday(today) + number * ONE
    if after or which == "diese":
        return Kind(exact=this_week + WEEK * _SHIFTS[after or "diese"] * ONE)
    if not which:
        return Kind(weekday=number)
    if _SHIFTS[which] > 0:
        return Kind(exact=Kind(weekday=number).next(today + ONE))
    back = WEEK * (-_SHIFTS[which] - 1) * ONE
    return Kind(exact=(Kind(weekday=number).latest(today - ONE) or today) - back)


def _relative(found: re.Match[str], point: Point, today: date) -> Point | None:
    word, before = found["relative"], found.string[max(0, found.start() - 8) : found.start()]
    if word == "morgen" and (found["lead"] or _NO_TOMORROW.search(before)):
        return None
    return replace(point, kind=Kind(exact=today + RELATIVE.get(word, 0) * ONE))


def _name(found: re.Match[str], point: Point, _today: date) -> Point | None:
    return replace(point, kind=Kind(name=found["name"]), is_public=is_public(found["name"]))


_Build = Callable[[re.Match[str], Point, date], Point | None]
_BUILDERS: Mapping[str, tuple[Form, _Build]] = {
    "iso": (Form.DATE, _iso),
    "date": (Form.DATE, _date),
    "month": (Form.DATE, _month),
    "day": (Form.DATE, _day),
    "ago": (Form.RELATIVE, _ago),
    "some": (Form.SOME_DAYS, _some),
    "week": (Form.WEEK, _week),
    "weekend": (Form.DATE, _weekend),
    "number": (Form.WEEK, _number),
    "weekday": (Form.WEEKDAY, _weekday),
    "relative": (Form.RELATIVE, _relative),
    "name": (Form.HOLIDAY, _name),
}
_EDGES: Mapping[str | None, Edge] = {"ab": Edge.FROM, "seit": Edge.FROM, "bis": Edge.UNTIL}


def _all(text: str, today: date) -> Iterator[Point]:
    for name, pattern in _patterns().items():
        form, build = _BUILDERS[name]
        for found in pattern.finditer(text):
            edge = _EDGES.get(found["edge"], Edge.NONE)
            point = build(found, Point(found.start(), found.end(), form, edge=edge), today)
            if point:
                yield point


def points(text: str, today: date) -> list[Point]:
    """The days and weeks that a plain text names, in their order; the longest reading of each."""
    taken: list[Point] = []
    for point in sorted(_all(text, today), key=lambda point: (point.begin, -point.end)):
        if not taken or point.begin >= taken[-1].end:
            taken.append(point)
    return taken
