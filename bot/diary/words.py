"""What short answers and wishes about the diary name: a day, a week, hours, a place. Pure."""

import re
from datetime import date, timedelta

from bot.diary.ausbildung import Zeitraum, add_months, monday
from bot.diary.nachweis import DayType
from bot.diary.reading import read
from bot.understanding.times import Days, Duration, Edge, Form, Prefer, Stretch, found
from bot.understanding.times.words import MONTHS
from knowledge.text import normalise

_BARE_HOURS = re.compile(r"\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*")
_MOST_HOURS = 24
_BRIEF = 3
"""Words."""
_EMPTY = frozenset({"nein", "es", "waren", "nur", "doch", "sorry", "ca", "so", "ne", "ach", "das"})
"""Words that add nothing to a duration."""
_ADDS = re.compile(
    r"(?:und|noch|ausserdem|dazu|dann noch|zusaetzlich|auch)\b|.*\b(?:noch dazu|kommt dazu)\b"
)
_CORRECTS = re.compile(r"(?:korrektur|korrigier\w*|aender\w*|statt|berichtig\w*|nein)\b")
_WISH = re.compile(
    r"\b(?:wann|wo|hab\w*|ich|such\w*|find\w*|nach|zeig\w*|mir|mal|steht|was|zu[mr]?|alle|eintraege|eintrag|mit|gemacht|"
    r"das|die|der|den|dem|im|in|meinem|berichtsheft|bitte|letzte\w*|zuletzt|ueber|wie|oft|von|vom|schon|irgendwo|geschrieben|stand)\b"
)
_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b(?: (?P<year>20\d\d))?"
)
_OVER_A_WEEKEND = timedelta(days=3)
_BLOCK = re.compile(r"\bblock")
_YES, _NO = (
    re.compile(r"(?:ja|mit|klar|gern)\b"),
    re.compile(r"(?:nein|ohne|keine?n?|ne|nee|nicht)\b"),
)
_SCOPES = (
    ("csv", re.compile(r"\b(?:csv|excel|tabelle)\b")),
    ("json", re.compile(r"\bjson\b")),
    ("plan", re.compile(r"rahmenplan|\banlage 3")),
    ("sichtvermerke", re.compile(r"sichtvermerk")),
    ("all", re.compile(r"\b(?:alles|ganze[ns]?|komplett\w*|gesamt\w*|deckblatt|ganzes)\b")),
)


def named_day(text: str, today: date) -> date | None:
    """The one day that a text names, or None."""
    days = _days(text, today)
    return days[0] if len(days) == 1 else None


def named_week(text: str, today: date) -> date | None:
    """The Monday of the week in which all days that a text names lie, or None."""
    mondays = {monday(day) for day in _days(text, today)}
    return mondays.pop() if len(mondays) == 1 else None


def named_date(text: str, today: date) -> date | None:
    """A day that is written with its date; "heute" counts, "Montag" does not."""
    named = [
        span.meaning
        for span in found(text, today, Prefer.PAST)
        if isinstance(span.meaning, Days) and span.meaning.form in (Form.DATE, Form.RELATIVE)
    ]
    if len(named) != 1 or not named[0].is_possible or len(named[0].days) != 1:
        return None
    return named[0].days[0]


def named_weekdays(text: str) -> frozenset[int]:
    """The days of the week that a text names, Monday is 0."""
    some_monday = date(2026, 11, 16)
    spans = found(text, some_monday + timedelta(days=6), Prefer.PAST)
    return frozenset(
        day.weekday()
        for span in spans
        if isinstance(span.meaning, Days) and span.meaning.form is Form.WEEKDAY
        for day in span.meaning.days
    )


def named_stretches(text: str, today: date) -> tuple[Zeitraum, ...]:
    """The stretches of time that a text names, in order: ranges, weeks, months, `seit 1.9.`.

    Days at most a weekend apart are one stretch. Where the year is not said, the closest one is meant.
    """
    days = {day for span in _spans(text, today, Prefer.FUTURE) for day in span.days}
    for span in _spans(text, today, Prefer.PAST):
        if span.edge is Edge.FROM and len(days) == 1:
            first = span.days[0]
            days |= {first + timedelta(days=count) for count in range((today - first).days + 1)}
    months = [_of_month(match, today) for match in _MONTH.finditer(normalise(text))]
    stretches: list[Zeitraum] = []
    for day in sorted(days):
        if stretches and day - stretches[-1].bis <= _OVER_A_WEEKEND:
            stretches[-1] = Zeitraum(stretches[-1].von, day)
        else:
            stretches.append(Zeitraum(day, day))
    return tuple(stretches or months)


def only_minutes(text: str) -> int | None:
    """How long, when a text says nothing else; a bare figure means hours."""
    bare = _BARE_HOURS.fullmatch(text)
    if bare:
        hours = float(f"{bare[1]}.{bare[2] or 0}")
        return round(hours * 60) if 0 < hours <= _MOST_HOURS else None
    spans = found(text, date(2026, 1, 1))
    if not spans and is_brief(text) and not re.search(r"\d", text):
        # "acht", asked for hours.
        text = f"{text.strip(' .!')} Stunden"
        spans = found(text, date(2026, 1, 1))
    if len(spans) != 1:
        return None
    span, meaning = spans[0], spans[0].meaning
    rest = normalise(f"{text[: span.begin]} {text[span.end :]}")
    if not isinstance(meaning, Duration | Stretch) or set(re.findall(r"\w+", rest)) - _EMPTY:
        return None
    return meaning.minutes or None


def is_brief(text: str) -> bool:
    """Whether an answer is so short that it is hardly a question of its own."""
    return len(text.split()) <= _BRIEF


def with_hours(text: str, answer: str) -> str:
    """The text with its first duration put as in the answer; with none, the answer stands behind it."""
    for span in found(text, date(2026, 1, 1)):
        if isinstance(span.meaning, Duration | Stretch):
            hours = f"{answer} h" if _BARE_HOURS.fullmatch(answer) else answer
            return text[: span.begin] + hours + text[span.end :]
    return f"{text} {answer}"


def place_of(text: str) -> DayType | None:
    """The place of training that an answer names, or None."""
    words = normalise(text)
    if re.search(r"\bbetrieb|\barbeit|\bfirma", words):
        return DayType.BETRIEB
    types = {entry.type for entry in read(text, date(2026, 1, 1)).entries}
    types = {each for each in types if each in (DayType.SCHULE, DayType.UNTERWEISUNG)}
    return types.pop() if len(types) == 1 else None


def adds_on(text: str) -> bool:
    """Whether a message adds to what was told, instead of telling it anew."""
    return bool(_ADDS.match(normalise(text)))


def corrects(text: str) -> bool:
    """Whether a message wants to replace what stands there."""
    return bool(_CORRECTS.match(normalise(text)))


def without_wish(text: str) -> str:
    """The words to search for, without those of the wish to search."""
    left = _WISH.sub(" ", normalise(text))
    return " ".join(re.findall(r"[\w-]+", left))


def named_scope(text: str) -> str | None:
    """Which file is wanted, when a text names it."""
    words = normalise(text)
    return next((scope for scope, pattern in _SCOPES if pattern.search(words)), None)


def is_block_school(text: str) -> bool:
    """Whether school comes in blocks."""
    return bool(_BLOCK.search(normalise(text)))


def yes_or_no(text: str) -> str | None:
    """`ja`, `nein`, or None."""
    words = normalise(text)
    if _YES.match(words):
        return "ja"
    return "nein" if _NO.match(words) else None


def _days(text: str, today: date) -> list[date]:
    return [day for span in _spans(text, today, Prefer.PAST) for day in span.days]


def _spans(text: str, today: date, prefer: Prefer) -> list[Days]:
    meanings = [span.meaning for span in found(text, today, prefer)]
    return [each for each in meanings if isinstance(each, Days) and each.is_possible and each.days]


def _of_month(match: re.Match[str], today: date) -> Zeitraum:
    """A whole month; without a year the last one that has begun."""
    number = MONTHS[match["month"]]
    year = int(match["year"] or today.year - (number > today.month))
    first = date(year, number, 1)
    return Zeitraum(first, add_months(first, 1) - timedelta(days=1))
