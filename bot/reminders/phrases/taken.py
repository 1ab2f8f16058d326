"""What of the pieces of a text holds: some is denied (`freitags nicht`), some taken back (`nee, dienstags`). Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.reminders.phrases.values import AtTime, OnDays, Piece
from bot.reminders.phrases.words import one_of

_BOUNDARY = re.compile(
    r"[;!?\n()]|,(?! ?(?:nicht|ausser|kein\w*|nur nicht|nie) ?$)|(?<!\d)\.(?= |$)"
    r"|(?<!\w)(?:aber|sondern|weil|denn|damit|dafuer|stattdessen|lieber|sonst|jedoch|allerdings)(?!\w)"
)
_I_SAY = re.compile(r"(?P<before>\w{1,20}) (?P<i>ich)(?= \w)")
_BEFORE_I = re.compile(
    one_of(
        """
        kann hab habe will brauch brauche moechte bin muss wenn weil da dass arbeite schaffe schaff
        wo wird krieg kriege mag soll lese les
        """
    )
)
"""Behind these words `ich` goes on with a clause (`freitags kann ich nicht`); else it begins one."""
_DENIAL = re.compile(
    r"(?<!\w)(?:(?P<not>nicht|nichts|nix|nie|niemals|kein\w*|ungern)|(?P<except>ausser|ausgenommen|ohne|bis auf|abgesehen von)"
    r"|(?P<instead>anstatt|statt|anstelle von|als)|(?P<late>(?:zu|so) (?:frueh|spaet|knapp)|schlecht|bloed|doof))(?!\w)"
)
_NO_DENIAL = re.compile(
    r"nicht (?:nur|mehr vergess\w*|vergess\w*|zu vergess\w*|verpass\w*|verschwitz\w*|wahr|schon wieder|wieder vergess\w*|immer|jeden)"
    r"|kein\w* (?:ahnung|problem|stress|ding|plan|thema|peil)|nie (?:dran|daran)"
)
LONGEST_LEAD = 30
"""So far before a denial the words stand that make it a question (characters)."""
_POLITE = re.compile(
    r"(?<!\w)(?:vergiss|kannst|koenntest|willst|wuerdest|magst|koennt|warum|wieso)(?: du| ihr| mich| mir)* $"
)
_SMALL = one_of(
    r"""
    mehr am an um im in der den dem die immer schon erst unbedingt gleich auch bitte ganz gerade
    mich mir so gegen vor nach nur auf ab jetzt von mit dass du ihr
    erinnerung\w* nachricht\w* benachrichtigung\w*
    """
)
_CLOSE = re.compile(rf"[ ,:]*(?:{_SMALL}[ ,:]+)*")
_AND = re.compile(
    r"\.? ?(?:und|oder|u\.?|/|&|\+|-|sowie|noch|,) ?(?:auch )?(?:am |an |um |den |in |der )*"
)
_COMMA = re.compile(r" ?, ?")
_CONTRAST = re.compile(r"(?<!\w)(?:sondern|lieber|stattdessen|dafuer|besser)(?!\w)")
_SLIPPED = one_of(
    r"nee nein noe ne aehm? quatsch stopp? falsch sorry moment vielmehr korrektur warte meint?\w* auf"
)
_AROUND_SLIP = one_of(
    r"""
    hm ah ach oh oops ups halt mal ich doch lieber das war es besser am an um bitte uhr so sollte
    ist den die der jeden dann immer oder bzw natuerlich sag\w* wir eher gegen mach zu dir
    """
)
_SLIP = re.compile(rf"(?:[^\w]*(?:{_SLIPPED}|{_AROUND_SLIP})(?!\w))*[^\w]*")
_HARD_WORD = re.compile(rf"(?<!\w)(?:{_SLIPPED}|doch (?:lieber|besser|eher))(?!\w)|->")
LONGEST_SLIP = 80
"""So far behind what it takes back a correction stands at most (characters)."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is meant, and the days that are not."""

    pieces: tuple[Piece, ...]
    denied: tuple[OnDays, ...]


def _groups(text: str, pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces of one kind, in lists (`Mo, Mi und Fr`)."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        last = groups[-1][-1] if groups else None
        is_listed = (
            last is not None
            and type(last) is type(piece)
            and _AND.fullmatch(text, last.end, piece.begin)
        )
        if is_listed:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _taken_back(text: str, groups: Sequence[list[Piece]]) -> set[Piece]:
    """The pieces behind which somebody says that something else was meant."""
    back: set[Piece] = set()
    for place, group in enumerate(groups[1:], start=1):
        said = _same_before(groups, place)
        if said is None:
            continue
        between = _without(text, groups[said][-1].end, group[0].begin, groups[said + 1 : place])
        if len(between) <= LONGEST_SLIP and _HARD_WORD.search(between) and _SLIP.fullmatch(between):
            back.update(groups[said])
    return back


LONGEST_LOOK_BACK = 3
"""So many groups back a correction reaches."""


def _same_before(groups: Sequence[list[Piece]], place: int) -> int | None:
    kind = type(groups[place][0])
    places = range(place - 1, max(-1, place - 1 - LONGEST_LOOK_BACK), -1)
    return next((back for back in places if type(groups[back][0]) is kind), None)


def _without(text: str, begin: int, end: int, groups: Iterable[list[Piece]]) -> str:
    """The words between two places that belong to no piece."""
    parts: list[str] = []
    for group in groups:
        parts.append(text[begin : group[0].begin])
        begin = group[-1].end
    return " ".join((*parts, text[begin:end]))


def _boundaries(text: str) -> list[int]:
    """Where clauses begin."""
    marks = [found.start() for found in _BOUNDARY.finditer(text)]
    said = (found for found in _I_SAY.finditer(text) if not _BEFORE_I.fullmatch(found["before"]))
    return sorted([*marks, *(found.start("i") for found in said)])


def _denied(text: str, groups: Sequence[list[Piece]]) -> set[Piece]:
    denied: set[Piece] = set()
    bounds = [0, *_boundaries(text)]
    begins = [group[0].begin for group in groups]
    for found in _DENIAL.finditer(text):
        if not _is_denial(text, found):
            continue
        after = bisect_left(begins, found.end())
        is_close = (
            after < len(groups)
            and not (found["not"] and text.startswith(",", found.end()))
            and _CLOSE.fullmatch(text, found.end(), begins[after])
        )
        if is_close and not found["late"]:
            denied.update(_ahead(text, groups, after, is_list=found["not"] is None))
        elif found["not"] or found["late"] or found["except"] == "ausgenommen":
            clause = bounds[bisect_right(bounds, found.start()) - 1]
            denied.update(_behind(groups, clause, after, _kinds(text, found.end(), groups[after:])))
    return denied


def _is_denial(text: str, found: re.Match[str]) -> bool:
    if _NO_DENIAL.match(text, found.start()):
        return False
    begin = found.start()
    return not (found["not"] and _POLITE.search(text, max(0, begin - LONGEST_LEAD), begin))


def _kinds(text: str, begin: int, groups: Sequence[list[Piece]]) -> set[type]:
    """What the other side of a contrast speaks of (`sondern um 4`: of times)."""
    found = _CONTRAST.search(text, begin, begin + LONGEST_SLIP)
    if not found:
        return set()
    return {type(group[0]) for group in groups[:3] if group[0].begin >= found.end()}


def _ahead(
    text: str, groups: Sequence[list[Piece]], place: int, *, is_list: bool
) -> Iterable[Piece]:
    group = groups[place]
    instead = _kinds(text, group[-1].end, groups[place + 1 :])
    if instead and type(group[0]) not in instead:
        following = groups[place + 1 : place + 2]
        return following[0] if following else ()
    if is_list:
        return group
    commas = (
        number
        for number, (left, right) in enumerate(pairwise(group), start=1)
        if _COMMA.fullmatch(text, left.end, right.begin)
    )
    return group[: next(commas, len(group))]


def _behind(
    groups: Sequence[list[Piece]], clause: int, place: int, instead: set[type]
) -> Iterator[Piece]:
    """In the same clause what the other side replaces; else the last days, or times."""
    near = [group for group in groups[max(0, place - 3) : place] if group[0].begin >= clause]
    kinds = instead or {OnDays if any(type(group[0]) is OnDays for group in near) else AtTime}
    for kind in kinds:
        last = [group for group in near if type(group[0]) is kind][-1:]
        yield from (piece for group in last for piece in group)


def held(text: str, pieces: Iterable[Piece]) -> Held:
    """The pieces of a plain text without those that are denied or taken back."""
    ordered = sorted(pieces, key=lambda piece: piece.begin)
    groups = _groups(text, ordered)
    back = _taken_back(text, groups)
    left = [group for group in groups if not back.issuperset(group)]
    denied = _denied(text, left)
    return Held(
        tuple(piece for piece in ordered if piece not in back and piece not in denied),
        tuple(piece for piece in ordered if piece in denied and not isinstance(piece, AtTime)),
    )
