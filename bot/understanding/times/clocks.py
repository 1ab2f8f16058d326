"""Finds clock times and stretches between them in a plain text. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.understanding.times.values import DAY, HOUR, Clock, Role, Stretch

QUARTER, HALF = 15, 30
"""Minutes."""

_HOUR = r"(?:[01]?\d|2[0-4])(?!\d)"
_UHR = r"(?: ?(?:uhr|h)(?!\w))"
_EIGHT = r"(?:te(?!\w))?"
"""`halb achte` looks like the eighth."""
_FORMS = (
    rf"(?:halb|1/2|½) (?P<half>{_HOUR}){_EIGHT}",
    rf"(?:dreiviertel|drei viertel|3 viertel|3/4) (?P<three>{_HOUR}){_EIGHT}",
    rf"viertel (?:(?P<side>nach|vor|ueber|auf) )?(?P<quarter>{_HOUR}){_EIGHT}",
    rf"(?P<few>5|10|20|25) (?P<few_side>vor|nach) (?:halb (?P<few_half>{_HOUR})|(?P<few_hour>{_HOUR}))",
    r"(?P<midnight>mitternacht)",
    r"(?P<dialect>8)te(?= bis \d)",
    rf"(?P<hour>{_HOUR})[:.](?P<minute>[0-5]\d)(?!\d|\.\d|,\d)",
    rf"(?P<spoken>{_HOUR}|ein) ?uhr (?P<after>[0-5]?\d)(?!\d|[.,:]\d|\.)(?! ?(?:h|std|stunden?|min\w*|kunden)(?!\w))",
    rf"(?P<full>{_HOUR}){_UHR}|(?P<one>ein) uhr(?!\w)",
    rf"(?P<bare>{_HOUR})(?![.,:]\d|te|\w)",
)
_TIME = re.compile("(?:" + "|".join(_FORMS) + rf"){_UHR}?")
_START = re.compile(
    r"(?<![\w.,:/])(?<!\w-)(?:(?P<lead>von|ab|um|gegen|kurz vor|kurz nach|seit|bis|zwischen)(?: (?:so|ca\.?|etwa|circa|um|gegen|kurz vor|kurz nach))* )?"
    r"(?=\d|½|ein uhr|halb |viertel |dreiviertel |drei viertel |mitternacht)"
)
_BETWEEN = re.compile(
    r"(?:,? aeh,?)* ?(?:-|bis|und(?= \d+ uhr))(?: (?:um|ca\.?|circa|etwa|ungefaehr|so|gegen|zu|kurz (?:vor|nach)|aeh))* ?"
)
_COUNTED = re.compile(
    r"(?: ?-)? ?(?:stk|stueck\w*|kund\w+|patient\w*|bewohner\w*|leuten?|personen|mal|x|jahren?|kg|g|gramm|liter|l|m|cm|mm|qm|m2"
    r"|prozent|%|euro|€|tagen?|wochen?|monaten?|paletten?|paketen?|autos|azubis|stunden?|std|min|minuten|grad|°|seiten?"
    r"|reifen|zimmer|gaesten?|tickets?|te)(?!\w)"
)
_NUMBERED = re.compile(
    r"(?:(?<!\w)(?:lf|kw|nr\.?|§|seite|kapitel|raum|halle|klasse|band|lernfeld|teil|station|s\.|ap|modul|stufe|gruppe))[ -]?$"
)
_WE = r"(?:hab(?:e|en)? (?:ich|wir) |bin ich |sind wir |war |gings? |ging es )?"
_BEGINS = re.compile(
    rf" ?{_WE}(?:los|losgelegt|angefangen|begonnen|gestartet|beginn|anfang|dienstbeginn|gekommen)(?!\w)"
)
_ENDS = re.compile(
    rf" ?{_WE}(?:gegangen|feierabend|schluss|ende|aufgehoert|heim|nach hause|fertig)(?!\w)"
)
_BEGINS_BEFORE = re.compile(
    r"(?:angefangen|begonnen|begann|gestartet|beginn|anfang|los)(?: also| war)?\W*$"
)
_ENDS_BEFORE = re.compile(
    r"(?:endete|geendet|feierabend|schluss|ende|aufgehoert|gegangen|heim)(?: also| war)?\W*$"
)
_ROLES = {"von": Role.BEGIN, "ab": Role.BEGIN, "seit": Role.BEGIN, "bis": Role.END}
SHORTEST_BARE = 180
"""`8-12` is a stretch, `2-3` may be anything (minutes)."""
EARLIEST_BARE = 360
"""`8-10` is one as well: so early a day begins (minutes)."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A clock time in a text; `is_clear` when it cannot be another number."""

    end: int
    minute: int
    is_clear: bool


def _number(said: str) -> int:
    return 1 if said == "ein" else int(said)


def _minute(found: re.Match[str]) -> int:  # noqa: C901
    parts = {name: value for name, value in found.groupdict().items() if value}
    match parts:
        case {"half": hour}:
            return int(hour) * HOUR - HALF
        case {"three": hour}:
            return int(hour) * HOUR - QUARTER
        case {"quarter": hour, "side": side} if side in ("nach", "ueber"):
            return int(hour) * HOUR + QUARTER
        case {"quarter": hour, "side": "vor"}:
            return int(hour) * HOUR - QUARTER
        case {"quarter": hour}:
            return int(hour) * HOUR - HOUR + QUARTER
        case {"few": few, "few_side": side}:
            full = int(parts.get("few_half") or parts["few_hour"]) * HOUR
            base = full - HALF if "few_half" in parts else full
            return base + int(few) * (1 if side == "nach" else -1)
        case {"hour": hour, "minute": minute} | {"spoken": hour, "after": minute}:
            return _number(hour) * HOUR + int(minute)
        case {"full": hour} | {"bare": hour} | {"dialect": hour} | {"one": hour}:
            return _number(hour) * HOUR
    return DAY


def _moment(text: str, place: int) -> _Moment | None:
    found = _TIME.match(text, place)
    if not found:
        return None
    minute = _minute(found) % (DAY + 1)
    is_clear = not found["bare"] or "uhr" in found[0]
    return _Moment(found.end(), minute, is_clear)


def _is_stretch(text: str, lead: str | None, first: _Moment, last: _Moment) -> bool:
    if not last.is_clear and _COUNTED.match(text, last.end):
        return False
    if lead in ("von", "zwischen", "ab", "um") or first.is_clear or last.is_clear:
        return True
    is_long = not 0 <= last.minute - first.minute < SHORTEST_BARE
    return is_long or EARLIEST_BARE <= first.minute < last.minute


def _role(text: str, found: re.Match[str], moment: _Moment) -> Role | None:
    """What a time alone is; None when it may as well be another number."""
    lead = found["lead"]
    if not moment.is_clear and _COUNTED.match(text, moment.end):
        return None
    before = text[max(0, found.start() - 20) : found.start()]
    is_led = lead in ("um", "gegen") or (lead is None and moment.is_clear)
    if _ENDS.match(text, moment.end) or (is_led and _ENDS_BEFORE.search(before)):
        return Role.END
    if _BEGINS.match(text, moment.end) or (is_led and _BEGINS_BEFORE.search(before)):
        return Role.BEGIN
    if lead is None and not moment.is_clear:
        return None
    return _ROLES.get(lead or "", Role.POINT)


def clocks_found(text: str, is_free: list[bool]) -> Iterator[tuple[int, int, Clock | Stretch]]:
    """The clock times and stretches in the free places of a plain text.

    Args:
        text: the plain text.
        is_free: by character, whether it means nothing else yet.
    """
    place = 0
    while found := _START.search(text, place):
        place = max(found.end(), place + 1)
        first = _moment(text, found.end())
        if not first or not all(is_free[found.start() : first.end]):
            continue
        before = text[max(0, found.start() - 12) : found.start()]
        if _NUMBERED.search(before) and ":" not in text[found.end() : first.end]:
            continue
        between = _BETWEEN.match(text, first.end)
        last = _moment(text, between.end()) if between else None
        if last and all(is_free[first.end : last.end]) and found["lead"] != "bis":
            place = last.end
            if _is_stretch(text, found["lead"], first, last):
                yield found.start(), last.end, Stretch.between(first.minute, last.minute)
            continue
        role = _role(text, found, first)
        if role:
            place = first.end
            yield found.start(), first.end, Clock(first.minute, role)
