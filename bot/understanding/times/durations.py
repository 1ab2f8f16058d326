"""Finds durations in a plain text, with what they are the length of. Pure."""

import re
from collections.abc import Iterator, Mapping

from bot.understanding.times.values import HOUR, Duration, Share

LESSON = 45
"""An Unterrichtsstunde (minutes)."""

_NUMBER = r"\d{1,3}(?:[.,]\d{1,2}| komma \d{1,2})?"
_HOURS = r"(?:st[uo]nd(?:e?n?)?|stdn?\.?|h)(?!\w)"
_MINUTES = r"(?:minuten?|min\.?|mins)(?!\w)"
_ONE = r"(?:eine[rnm]?|a|na|ana|ne[rn]?|'ne[rn]?|ein|einer|der|die|1)"
_HALVES: Mapping[str, float] = {
    "anderthalb": 1.5, "anderthalbe": 1.5, "eineinhalb": 1.5, "einundhalb": 1.5, "einenhalb": 1.5,
    "zweieinhalb": 2.5, "zweiundhalb": 2.5, "dreieinhalb": 3.5, "viereinhalb": 4.5,
    "fuenfeinhalb": 5.5, "sechseinhalb": 6.5, "siebeneinhalb": 7.5, "achteinhalb": 8.5,
    "neuneinhalb": 9.5, "zehneinhalb": 10.5,
}  # fmt: skip
_FORMS = (
    rf"(?P<clock_h>\d{{1,2}}):(?P<clock_m>[0-5]\d) ?{_HOURS}",
    r"(?P<short_h>\d{1,2}) ?h ?(?P<short_m>[0-5]\d(?!\d)|\d(?= ?min))(?: ?min\w*)?",
    rf"(?P<both_h>{_NUMBER}|{_ONE}) ?{_HOURS},? ?(?:und |u\.? )?(?P<both_m>\d{{1,2}}|eine) ?{_MINUTES}",
    rf"(?P<word>{'|'.join(_HALVES)}) ?{_HOURS}",
    rf"(?P<and_half>\d{{1,2}}) (?:ein ?|und ein(?:e)? )?halbe? ?{_HOURS}",
    rf"(?P<mixed>\d{{0,2}}) ?(?:1/2|½) ?{_HOURS}",
    rf"(?P<three>(?:{_ONE} )?(?:dreiviertel|3/4|¾|drei viertel|3 viertel)[ -]?{_HOURS})",
    rf"(?P<quarter>(?:{_ONE} )?(?:viertel|1/4|¼)[ -]?{_HOURS})",
    rf"(?P<half>(?:{_ONE} )?halbe[nrs]? {_HOURS}|(?:{_ONE} )?halbstunde)",
    r"(?P<lessons>\d{1,2}) ?(?:unterrichtsstunden?|schulstunden?|ustd|ue(?!\w))",
    rf"(?P<low>\d{{1,2}}) ?(?:-|bis) ?(?P<high>\d{{1,2}}) ?{_HOURS}",
    rf"(?P<instead>{_NUMBER})(?: ?{_HOURS})? (?:an)?statt {_NUMBER} ?{_HOURS}",
    rf"(?P<hours>{_NUMBER}) ?{_HOURS}",
    rf"(?P<minutes>\d{{1,4}}) ?{_MINUTES}",
    rf"(?P<one>{_ONE}) (?:ganze )?(?:st[uo]nde?|std)(?!\w)\.?",
    r"(?P<some>(?:ein )?(?:paar|einige) (?:stunden|std))(?!\w)",
)
_BODY = re.compile(
    r"(?<![\w.,:/])(?<!\w-)(?:"
    + "|".join(_FORMS)
    + r")(?: (?:und|u) (?P<plus>halbe?|eine halbe)(?!\w))?"
)
_ALL = r"insg\.?|insges\.?|ges\.?|insgesamt|ingesamt|gesamt|gsamt|zusammen|total|alles in allem|in summe|alles zusammen|zs?amm|zsammen"
_ALL_BEFORE = r"summe|alles|macht|sind|das waren|gesamtzeit|gesamtdauer|arbeitszeit"
_PAUSES = r"(?:mittags|fruehstuecks)?pausen?|pausenzeit|mittag"
_OFF = r"minus|abzueglich|abzgl\.?|abz\.?|mit|inkl\.?|inklusive"
_ABOUT = r"ca\.?|circa|etwa|ungefaehr|fast|knapp|rund|gut|so|nur"
_EACH = r"je|jeweils|jeden tag|pro tag|taeglich"
_TOOK = r"davon|dauer|dauerte|gedauert|war|waren|haben|hatte|hatten|aeh|aehm"
_EXTRA = r"laenger|mehr|ueberstunden?(?! (?:ab|genommen|frei))"
_LEAD = re.compile(
    rf"(?<!\w)(?:(?:{_EACH}|{_ABOUT}|{_ALL}|{_ALL_BEFORE}|{_OFF}|{_TOOK}|{_PAUSES})[ :,(]+)+$"
)
_TRAIL = re.compile(
    rf"[ ,]*(?:(?:lang|lange|am tag|gedauert|{_EACH}|{_ALL}|{_PAUSES}|pause gemacht|{_EXTRA})(?!\w)[ ]*)+"
)
LONGEST_SNACK = 45
"""A breakfast that took longer was worked at (minutes)."""
WIDEST_GUESS = 2
"""Between the least and the most in `2-3 h` (hours)."""
_SNACK = re.compile(r" (?:fruehstueck|brotzeit|vesper)(?= ?(?:$|[,.;!?()\n]))")
_WINDOW = 60
"""How far before a duration its words are looked for (characters)."""
_SHARES = (
    (Share.PAUSE, re.compile(r"pause|mittag|abz|minus")),
    (Share.EXTRA, re.compile(_EXTRA)),
    (Share.PART, re.compile(r"davon")),
    (Share.EACH, re.compile(r"(?<!\w)(?:je|jeweils)(?!\w)|jeden tag|(?:am|pro) tag|taeglich")),
    (
        Share.TOTAL,
        re.compile(r"ges|gsamt|insg|zusammen|zs?amm|total|alles|summe|das waren|macht|arbeitszeit"),
    ),
)


def _decimal(number: str) -> float:
    return float(number.replace(" komma ", ".").replace(",", "."))


def _hours(parts: Mapping[str, str]) -> float | None:
    match parts:
        case {"clock_h": hours, "clock_m": minutes} | {"short_h": hours, "short_m": minutes}:
            return int(hours) + int(minutes) / HOUR
        case {"both_h": hours, "both_m": minutes}:
            whole = _decimal(hours) if hours[0].isdecimal() else 1.0
            return whole + (int(minutes) if minutes.isdecimal() else 1) / HOUR
        case {"word": word}:
            return _HALVES[word]
        case {"and_half": number} | {"hours": number} | {"instead": number}:
            return _decimal(number) + (0.5 if "and_half" in parts else 0.0)
        case {"lessons": number}:
            return int(number) * LESSON / HOUR
        case {"minutes": number}:
            return int(number) / HOUR
    fixed = {"three": 0.75, "quarter": 0.25, "half": 0.5, "one": 1.0}
    return next((fixed[name] for name in parts if name in fixed), None)


def _length(found: re.Match[str]) -> int | None:
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    if "mixed" in parts:
        return int(parts["mixed"] or 0) * HOUR + HOUR // 2
    hours = _hours(parts)
    if hours is None:
        return None
    return round((hours + (0.5 if "plus" in parts else 0.0)) * HOUR)


def _share(words: str) -> Share:
    return next((share for share, pattern in _SHARES if pattern.search(words)), Share.OWN)


def _is_clock(found: re.Match[str]) -> bool:
    """Whether `9-15h` is a stretch on the clock, unlike `2-3 h`."""
    return found["low"] is not None and abs(int(found["high"]) - int(found["low"])) > WIDEST_GUESS


def _free_from(is_free: list[bool], begin: int, end: int) -> int:
    """From where on everything up to a place is free."""
    while end > begin and is_free[end - 1]:
        end -= 1
    return end


def durations_found(text: str, is_free: list[bool]) -> Iterator[tuple[int, int, Duration]]:
    """The durations in the free places of a plain text, with the words that belong to them.

    Args:
        text: the plain text.
        is_free: by character, whether it means nothing else yet.
    """
    done = 0
    for found in _BODY.finditer(text):
        if not all(is_free[found.start() : found.end()]) or _is_clock(found):
            continue
        start = _free_from(is_free, max(done, found.start() - _WINDOW), found.start())
        lead = _LEAD.search(text[start : found.start()])
        length = _length(found)
        is_short = length is not None and length <= LONGEST_SNACK
        snack = _SNACK.match(text, found.end()) if is_short else None
        trail = snack or _TRAIL.match(text, found.end())
        begin = start + lead.start() if lead else found.start()
        end = trail.end() if trail else found.end()
        if not all(is_free[found.end() : end]):
            end = found.end()
        done = end
        words = f"{text[begin : found.start()]} {text[found.end() : end]}"
        yield (
            begin,
            begin + len(text[begin:end].rstrip(" ,")),
            Duration(length, Share.PAUSE if snack else _share(words)),
        )
