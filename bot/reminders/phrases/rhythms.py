"""Finds days that come again in a plain text: weekdays, each second week, days of a month. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.reminders.phrases.values import OnDays
from bot.reminders.plan import EVERY_DAY, LAST, MONDAY_TO_FRIDAY, Parity, Rhythm, Unit
from bot.understanding.times.words import MONTHS, WEEKDAYS

WEEKEND = frozenset({5, 6})
MIDDLE = 15
"""The middle of a month."""
LONGEST_LEAD = 25
"""So far before a day the words stand that change it (characters)."""
MOST_NTH = 4
_OFTEN: Mapping[int, frozenset[int]] = {
    1: frozenset({4}),
    2: frozenset({1, 3}),
    3: frozenset({0, 2, 4}),
    4: frozenset({0, 1, 2, 3}),
    5: MONDAY_TO_FRIDAY,
    6: frozenset(range(6)),
    7: EVERY_DAY,
}
"""Who says only how often in a week: the last working day of the week, or days spread over it."""

_NAMES = "|".join(WEEKDAYS)
_PARTS = r"(?:nach|vor)?mittags?|abends?|morgens?|frueh"
_DAY = rf"(?:(?:{_NAMES})(?:s(?!\w)|(?!\w)|(?={_PARTS}))\.?)"
_SUNDAY = r"so(?!\w)\.?"
_LIST = r"(?: ?(?:,|und|u\.?|/|&|\+|oder|sowie) ?)(?:am |den |der |zum )?"
_ORDER = r"(?:[1-5](?:te[nrms]?|\.)|letzte[nrms]?)"
_MONTH_DAY = r"(?:[12]?\d|3[01])(?:\.|te[nrms]?)"
_MONTHLY = r"(?:im|in jedem|eines jeden|jedes|jeden|eines|des|pro|vom|von jedem|im jeweiligen) monate?s?(?!\w)"
_EACH = r"(?:jede[nrsm]?|alle)"
_WEEK = r"(?:(?:kalender)?wochen?|kws?)"
_EVERY = rf"(?:alle (?P<n>\d\d?)|{_EACH} (?P<nth>\d\d?)(?:\.|te[nrms]?)|{_EACH} (?P<other>andere[nrms]?))"
_LEAD = r"(?:(?:immer )?(?:am|an|zum|den|der|dem|jede[nmr]?|jeweils|immer) ){0,4}"
_BEFORE_HOUR = (
    r"(?:um|gegen|ab|nach|halb|(?:drei)?viertel|abends|mittags|morgens|nachmittags|jede[nr]?"
    r"|taeglich|\d|[a-z]{2,3} \d)"
)
_FORMS: Mapping[str, str] = {
    "nth": rf"(?P<lead>{_LEAD})(?P<orders>{_ORDER}(?:{_LIST}{_ORDER}){{0,5}}) (?P<day>{_NAMES})s?(?!\w)(?P<month> {_MONTHLY})?",
    "month_days": (
        rf"(?P<lead>{_LEAD})(?P<days>{_MONTH_DAY}(?:{_LIST}{_MONTH_DAY}){{0,7}})"
        rf"(?! ?(?:\d|{'|'.join(MONTHS)}|{_NAMES}|tag|woche|mal))(?P<month> {_MONTHLY})?"
    ),
    "month_end": (
        rf"(?:am |zum |jede[ns] )?(?:monats(?:ende|letzte[nrs]?|schluss)|(?:am )?ende {_MONTHLY}|ende (?:vom )?monat"
        rf"|letzte[nrm]? (?:(?:arbeits|werk|kalender)?tag|tag) {_MONTHLY}|ultimo)"
    ),
    "month_begin": rf"(?:am |zum )?(?:monats(?:anfang|erste[nr]?|beginn)|(?:am )?anfang {_MONTHLY}|anfang (?:vom )?monat)",
    "month_middle": rf"(?:am |zum )?(?:monatsmitte|mitte {_MONTHLY}|mitte (?:vom )?monat)",
    "every_days": rf"{_EVERY} tage?n?(?!\w)",
    "every_weeks": rf"{_EVERY} {_WEEK}(?!\w)",
    "takt": (
        r"(?:(?P<word>zwei|drei|vier|2|3|4)[ -]?(?:woechentlich|woechig|wochen-?(?:takt|rhythmus))"
        r"|(?:14|vierzehn)-?taegi?g?lich|(?:14|vierzehn)-?taegig)\w*"
    ),
    "weekly": r"jede woche|woechentlich|wochenweise",
    "monthly": r"jeden monat|monatlich|(?:1 ?mal|1 ?x|einmal) (?:im|pro|jeden) monat",
    "often": r"(?:(?P<times>\d) ?(?:mal|x)|(?P<word>ein|zwei|drei|vier|fuenf)mal) (?:die|pro|in der|jede|je|a) woche",
    "parity": (
        rf"(?:(?:immer )?(?:in|an|jede[nr]?) )?(?:(?:allen|den|der|jeder) )?(?P<odd>un)?gerade[nrs]?"
        rf"(?: {_WEEK}(?!\w)|(?<=geraden)(?!\w))"
    ),
    "each_day": (
        r"(?:jede[nrms]?|jedn) (?:einzelnen )?tag(?!\w)|(?:all)?taeglich|tae?gl\.?|alle tage(?!\w)"
        rf"|(?:am|pro) tag(?!\w)|daily|jede[nrms]? (?=(?:{_PARTS})(?!\w))"
    ),
    "work": (
        r"werktags|werktaeglich|wochentags|arbeitstaeglich|(?:an |am |jeden |alle )?(?:den )?(?:werk|arbeits|wochen)tage?n?(?!\w)"
        r"|(?:unter|innerhalb|waehrend) der woche|in der woche"
    ),
    "weekend": r"(?:am |an |jedes |jeden )?(?:den )?(?:wochenenden?s?|we)(?!\w)",
    "rest": (
        rf"sonst(?= (?:immer |auch |so )?{_BEFORE_HOUR}(?!\w))"
        r"|(?:an )?(?:den |die )?(?:anderen|restlichen|uebrigen) (?:werk|arbeits|wochen)?tagen?(?!\w)"
    ),
    "range": rf"(?:von |zwischen )?(?P<first>{_DAY}) ?(?:-|bis(?: zum| einschliesslich| inkl\w*\.?)?) ?(?P<last>{_DAY}|{_SUNDAY})",
    "day": rf"(?P<lead>{_LEAD})(?P<day>{_DAY})",
    "sunday": rf"{_LEAD}{_SUNDAY}",
}  # fmt: skip
_NUMBERS: Mapping[str, int] = {"ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fuenf": 5}
_GREETED = re.compile(r"(?<!\w)(?:schoen\w*|gut\w*|erhol\w*) $")
_FROM_BEFORE = re.compile(r"(?<!\w)ab (?:dem )?$")
_UNTIL_BEFORE = re.compile(r"(?<!\w)(?:bis|seit)(?: zum)? $")


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(rf"(?<!\w)(?:{form})") for name, form in _FORMS.items()}


def _figures(said: str) -> list[int]:
    return [int(figure) for figure in re.findall(r"\d+", said)]


def _every(found: re.Match[str]) -> int:
    return 2 if found["other"] else int(found["n"] or found["nth"])


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBERS[word]


def weekly(*days: int) -> Rhythm:
    """Each week on some weekdays."""
    return Rhythm(weekdays=frozenset(days))


def _nth(found: re.Match[str]) -> tuple[Rhythm, ...]:
    """`jeden ersten Montag` is of the month, `jeden zweiten` each other week unless a month is said."""
    day = frozenset({WEEKDAYS.index(found["day"])})
    orders = _figures(found["orders"]) + [LAST] * ("letzte" in found["orders"])
    is_monthly = found["month"] or "monat" in found.string
    if is_monthly or len(orders) > 1 or (orders[0] in (1, LAST) and "je" in found["lead"]):
        nths = [order if order <= MOST_NTH else LAST for order in orders]
        return tuple(Rhythm(Unit.MONTHS, weekdays=day, nth=nth) for nth in nths)
    if orders[0] == LAST:
        return (Rhythm(weekdays=day),)
    return (Rhythm(every=orders[0], weekdays=day),)


def _month_days(found: re.Match[str]) -> tuple[Rhythm, ...]:
    days = frozenset(_figures(found["days"]))
    is_each = "jed" in found["lead"] or "immer" in found["lead"]
    is_monthly = found["month"] or is_each or (found["lead"] and "monat" in found.string)
    return (Rhythm(Unit.MONTHS, month_days=days),) if is_monthly and 0 not in days else ()


def _day_of_month(day: int) -> Callable[[re.Match[str]], tuple[Rhythm, ...]]:
    return lambda _found: (Rhythm(Unit.MONTHS, month_days=frozenset({day})),)


def _fixed(rhythm: Rhythm) -> Callable[[re.Match[str]], tuple[Rhythm, ...]]:
    return lambda _found: (rhythm,)


def _every_days(found: re.Match[str]) -> tuple[Rhythm, ...]:
    every = _every(found)
    return (Rhythm(Unit.DAYS, every) if every > 1 else weekly(*EVERY_DAY),) if every else ()


def _every_weeks(found: re.Match[str]) -> tuple[Rhythm, ...]:
    return (Rhythm(every=_every(found)),) if _every(found) else ()


def _often(found: re.Match[str]) -> tuple[Rhythm, ...]:
    times = _number(found["times"] or found["word"])
    return (weekly(*_OFTEN[times]),) if times in _OFTEN else ()


def _takt(found: re.Match[str]) -> tuple[Rhythm, ...]:
    return (Rhythm(every=_number(found["word"] or "2")),)


def _parity(found: re.Match[str]) -> tuple[Rhythm, ...]:
    return (Rhythm(parity=Parity.ODD if found["odd"] else Parity.EVEN),)


def _weekday(said: str) -> int:
    return next((day for day, name in enumerate(WEEKDAYS) if said.startswith(name)), 6)


def _range(found: re.Match[str]) -> tuple[Rhythm, ...]:
    first, last = _weekday(found["first"]), _weekday(found["last"])
    return (weekly(*((first + step) % 7 for step in range((last - first) % 7 + 1))),)


def _day(found: re.Match[str]) -> tuple[Rhythm, ...]:
    begin = found.start()
    if _UNTIL_BEFORE.search(found.string, max(0, begin - LONGEST_LEAD), begin):
        return ()
    return (weekly(_weekday(found["day"])),)


_SUNDAY_BEFORE = re.compile(rf"(?:{_NAMES})s?\.?{_LIST}$|(?:am|jeden) $")


def _sunday(found: re.Match[str]) -> tuple[Rhythm, ...]:
    """`so` is a day beside another one, or after `am` and `jeden`."""
    begin = found.end() - len(found[0].split(" ")[-1])
    is_day = _SUNDAY_BEFORE.search(found.string, max(0, begin - LONGEST_LEAD), begin)
    return (weekly(6),) if is_day else ()


_Build = Callable[[re.Match[str]], tuple[Rhythm, ...]]
_BUILDERS: Mapping[str, _Build] = {
    "nth": _nth,
    "month_days": _month_days,
    "month_end": _day_of_month(LAST),
    "month_begin": _day_of_month(1),
    "month_middle": _day_of_month(MIDDLE),
    "every_days": _every_days,
    "every_weeks": _every_weeks,
    "takt": _takt,
    "weekly": _fixed(Rhythm()),
    "monthly": _fixed(Rhythm(Unit.MONTHS)),
    "often": _often,
    "parity": _parity,
    "each_day": _fixed(weekly(*EVERY_DAY)),
    "work": _fixed(weekly(*MONDAY_TO_FRIDAY)),
    "weekend": _fixed(weekly(*WEEKEND)),
    "rest": _fixed(weekly(*MONDAY_TO_FRIDAY)),
    "range": _range,
    "day": _day,
    "sunday": _sunday,
}
_GENERAL = frozenset({"each_day", "work", "rest"})


def _all(text: str) -> Iterator[OnDays]:
    for name, pattern in _patterns().items():
        for found in pattern.finditer(text):
            before = max(0, found.start() - LONGEST_LEAD), found.start()
            if _GREETED.search(text, *before):
                continue
            rhythms = _BUILDERS[name](found)
            if rhythms:
                is_start = bool(_FROM_BEFORE.search(text, *before))
                yield OnDays(found.start(), found.end(), rhythms, name in _GENERAL, is_start)


def rhythms_found(text: str) -> list[OnDays]:
    """The days that a plain text names, in their order; the longest reading of each."""
    taken: list[OnDays] = []
    for days in sorted(_all(text), key=lambda days: (days.begin, -days.end)):
        if not taken or days.begin >= taken[-1].end:
            taken.append(days)
    return [days for days in taken if not days.is_start or _is_needed(days, taken)]


def _is_needed(start: OnDays, days: Sequence[OnDays]) -> bool:
    """Whether the day on which it begins is the one that comes again (`ab Montag alle zwei Wochen`)."""
    others = [other for other in days if other is not start]
    return bool(others) and all(other.is_open for other in others)
