"""Finds on which days of a calendar a text wants silence: `nicht in den Schulwochen`. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping

from bot.reminders.phrases.words import one_of
from bot.reminders.plan import Without
from bot.understanding.times.words import WEEKDAYS

Span = tuple[int, int]
OTHER = "other"
"""Named beside a denial as well, but in no calendar (`im Urlaub nicht`)."""

_NOUNS: Mapping[str, str] = {
    Without.SCHOOL_WEEKS: (
        r"(?:berufs)?schulwochen?|block(?:schule|unterricht|wochen?|phasen?)|(?:berufs)?schulbl(?:o|oe)cke?n?|schulphasen?|bloecken?|block"
    ),
    Without.SCHOOL_HOLIDAYS: r"(?:\w{2,12})?ferien(?:zeit|tage?n?|wochen?)?",
    Without.SCHOOL_DAYS: r"(?:berufs)?schultage?n?|(?:berufs)?schule|bs|bs-tage?n?|unterricht",
    Without.PUBLIC_HOLIDAYS: r"(?:gesetzlichen )?feiertage?[ns]?",
    OTHER: r"urlaub\w*|krank\w*|frei(?:e[nm]?)?(?: hab\w*)?",
}
_NOUN = re.compile(
    r"(?<!\w)(?:"
    + "|".join(f"(?P<{noun}>{pattern})" for noun, pattern in _NOUNS.items())
    + r")(?!\w)"
)
_ONLY = re.compile(
    r"(?<!\w)(?:nur )?(?:(?:in|an) )?(?:den )?betriebs(?P<what>wochen?|tage?n?|phasen?)(?!\w)"
    r"|(?<!\w)nur (?:wenn ich |an tagen )?(?:im |in dem )?(?P<firm>betrieb)(?: bin)?(?!\w)"
)
_DENIAL = (
    r"(?:(?:auch |aber |bloss |nur |gar |bitte )*(?:nicht|nichts|nix|kein\w*|nie|niemals)|ausser"
    r"|ausgenommen|ohne|abgesehen von|mit ausnahme(?: von| der)?"
    r"|bis auf|ausgeschlossen|auslassen|aussetzen|ueberspringen|weglassen|ruhe|pause|pausieren|still\w*|skippen|frei|raus)"
)
_SMALL = one_of(
    r"""
    auch an am im in der den die dem bei beim wenn falls ist sind hab\w* ich wir waehrend zu zur zum
    da dann bitte mich mir einem einer grad\w* mehr brauch\w* soll\w* erinner\w* es ichs will
    moecht\w* natuerlich ja jeweils von lass\w* eh aber werden meine[nrm]? unsere[nrm]?
    """
)
_FILLER = rf"(?:[,(]? ?{_SMALL}(?!\w))*"
_DENIED_BEFORE = re.compile(rf"(?<!\w){_DENIAL}{_FILLER} ?$")
_DENIED_AFTER = re.compile(rf"{_FILLER},? ?(?:{_DENIAL})(?!\w)")
_DAYS = rf"(?:{'|'.join(WEEKDAYS)}|wochenende)[ns]?"
_LISTED_BEHIND = re.compile(
    rf"(?<!\w){_DENIAL}{_FILLER} ?{_DAYS}(?: ?(?:,|und|oder|/) ?{_FILLER} ?{_DAYS})* ?(?:,|und|oder){_FILLER} ?$"
)
"""Denied together with weekdays, which need the denial as well (`nicht am Wochenende und in den Ferien`)."""
_LISTED_BEFORE = re.compile(rf"{_DAYS} ?(?:,|und|oder){_FILLER} ?$")
_LIST = re.compile(rf" ?(?:,|und|oder|u\.?|/|&|\+|sowie|noch)?{_FILLER} ?")
_WINDOW = 70
"""How far from its noun a denial stands (characters)."""


def without_found(text: str) -> tuple[frozenset[Without], tuple[Span, ...]]:
    """On which days a plain text wants silence, and where it says so."""
    nouns = list(_NOUN.finditer(text))
    spans: dict[int, Span] = {}
    for place, noun in enumerate(nouns):
        span = _denied(text, noun)
        if span:
            spans[place] = span
    _spread(text, nouns, spans)
    found = {_meaning(nouns[place]) for place in spans}
    only = list(_ONLY.finditer(text))
    found |= {_of_firm(match) for match in only}
    places = (*spans.values(), *(match.span() for match in only))
    return frozenset(what for what in found if what), places


def _meaning(noun: re.Match[str]) -> Without | None:
    return None if noun.lastgroup == OTHER else Without(noun.lastgroup or "")


def _of_firm(found: re.Match[str]) -> Without:
    is_day = found["firm"] or (found["what"] or "").startswith("tag")
    return Without.SCHOOL_DAYS if is_day else Without.SCHOOL_WEEKS


def _denied(text: str, noun: re.Match[str]) -> Span | None:
    start = max(0, noun.start() - _WINDOW)
    before = _DENIED_BEFORE.search(text[start : noun.start()])
    if before:
        return start + before.start(), noun.end()
    if _LISTED_BEHIND.search(text[start : noun.start()]):
        return noun.span()
    after = _DENIED_AFTER.match(text, noun.end(), noun.end() + _WINDOW)
    if after and _LISTED_BEFORE.search(text[start : noun.start()]):
        return noun.span()
    return (_with_lead(text, noun.start()), after.end()) if after else None


_LEAD = re.compile(rf"(?<!\w){_FILLER} ?$")


def _with_lead(text: str, begin: int) -> int:
    start = max(0, begin - _WINDOW)
    lead = _LEAD.search(text[start:begin])
    return start + lead.start() if lead else begin


def _spread(text: str, nouns: list[re.Match[str]], spans: dict[int, Span]) -> None:
    """What is listed beside a denied noun is denied as well (`nicht in den Ferien und an Feiertagen`)."""
    _spread_to(text, nouns, spans, range(1, len(nouns)), lambda place: place - 1)
    _spread_to(text, nouns, spans, range(len(nouns) - 2, -1, -1), lambda place: place + 1)


def _spread_to(
    text: str,
    nouns: list[re.Match[str]],
    spans: dict[int, Span],
    places: Iterable[int],
    beside: Callable[[int], int],
) -> None:
    for place in places:
        other = beside(place)
        first, last = sorted((place, other))
        gap = (nouns[first].end(), nouns[last].start())
        if place not in spans and other in spans and _LIST.fullmatch(text, *gap):
            spans[place] = nouns[place].span()
