"""Cuts a message into pieces: days, times, type words, what separates, and words. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import lru_cache
from itertools import takewhile

from bot.diary.nachweis import DayType
from bot.diary.reading import day_words, phrases, words
from bot.understanding.times import Clock, Days, Duration, Meaning, Prefer, Stretch, found
from bot.understanding.times.plain import folded
from bot.understanding.times.words import meant


class Kind(Enum):
    """What a piece of a message is."""

    DAY = auto()
    TIME = auto()
    CLOCK = auto()
    SAME_TIME = auto()
    TYPE = auto()
    WORD = auto()
    FILLER = auto()
    SHIFT = auto()
    PART = auto()
    AND = auto()
    THEN = auto()
    REST = auto()
    LINK = auto()
    COMMA = auto()
    COLON = auto()
    OPEN = auto()
    STOP = auto()
    UNSURE = auto()
    FORGOTTEN = auto()
    COUNTED_DAYS = auto()


SEPARATORS = frozenset(
    {
        Kind.AND,
        Kind.THEN,
        Kind.REST,
        Kind.LINK,
        Kind.COMMA,
        Kind.COLON,
        Kind.OPEN,
        Kind.STOP,
        Kind.PART,
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a message.

    Attributes:
        kind: what it is.
        begin: its first character.
        end: after its last one.
        word: its text, folded.
        meaning: of a day with the past preferred, of a time.
        ahead: of a day with the future preferred.
        type: of a type word, or of a word that hints at one.
        is_kept: a type word that is an activity as well.
    """

    kind: Kind
    begin: int
    end: int
    word: str = ""
    meaning: Meaning | None = None
    ahead: Days | None = None
    type: DayType | None = None
    is_kept: bool = False


_WORD = re.compile(
    r"(?P<item>(?<!\S)(?<![Ll][Ff] )\d{1,2}\)(?=\s)|(?m:^)\d{1,2}\.(?=\s+[^\W\d]))|(?P<word>\d+,\d+\w*|\w+(?:[./'’]\w+)*(?:-\w+)*(?:\+\+|#)?(?:-(?=\s|,))?(?:(?<=\w\.\w)\.)?)|(?P<other>[^\w\s]|\n)"
)
_FLOOR = re.compile(rf" ?(?:{phrases.FLOORS})(?!\w)")
_LERNFELD = re.compile(r"lf\d*")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
"""`sooo` is `so`."""
_NEAR = 4
"""So many words before a type somebody else may stand."""
_OWN_ABSENCES = frozenset({DayType.KRANK, DayType.URLAUB})
_STOPS = frozenset(".!?;\n")
_MARKS: Mapping[str, Kind] = {
    ",": Kind.COMMA, ":": Kind.COLON, "(": Kind.OPEN, ")": Kind.COMMA, "+": Kind.AND, "&": Kind.AND, "/": Kind.COMMA,
    "-": Kind.COMMA, "–": Kind.COMMA, "—": Kind.COMMA, "•": Kind.COMMA, "*": Kind.COMMA, "|": Kind.COMMA, "→": Kind.COMMA,
    "[": Kind.OPEN, "]": Kind.COMMA, ">": Kind.COMMA, "=": Kind.COLON,
}  # fmt: skip


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[Kind, DayType | None, bool, re.Pattern[str]], ...]:
    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")

    typed = ((day_words.TYPE_PHRASES, False), (day_words.KEPT_PHRASES, True))
    return (
        (Kind.FORGOTTEN, None, False, compiled(phrases.FORGOTTEN)),
        (Kind.UNSURE, None, False, compiled(phrases.UNSURE)),
        (Kind.COUNTED_DAYS, None, False, compiled(phrases.COUNTED_DAYS)),
        (Kind.SAME_TIME, None, False, compiled(phrases.SAME_TIME)),
        (Kind.REST, None, False, compiled(phrases.REST_PHRASE)),
        (Kind.PART, None, False, compiled(phrases.HALF_DAY)),
        *(
            (Kind.TYPE, day_type, is_kept, compiled(pattern))
            for phrases, is_kept in typed
            for pattern, day_type in phrases
        ),
        *((Kind.FILLER, None, False, compiled(pattern)) for pattern in phrases.PHRASES),
    )


@lru_cache(maxsize=20_000)
def type_of(word: str) -> DayType | None:
    """What day a word is for, if it is a type word."""
    if word in day_words.TYPES:
        return day_words.TYPES[word]
    known = meant(word, day_words.SLIPPERY)
    return day_words.TYPES[known] if known else None


@lru_cache(maxsize=20_000)
def hint_of(word: str) -> DayType | None:
    """What day a word hints at that is an activity as well."""
    last = word.rsplit("-", 1)[-1]
    if _LERNFELD.fullmatch(word):
        return DayType.SCHULE
    known = day_words.HINTS.get(word) or day_words.HINTS.get(last)
    if known or word in day_words.NO_HINTS or word in day_words.TYPES:
        return known
    return next((kind for end, kind in day_words.HINT_ENDINGS.items() if word.endswith(end)), None)


_KINDS: tuple[tuple[frozenset[str], Kind], ...] = (
    (words.ANDS, Kind.AND),
    (words.THENS, Kind.THEN),
    (words.RESTS, Kind.REST),
    (words.PARTS, Kind.PART),
    (words.CALLS, Kind.COMMA),
    (words.SHIFTS, Kind.SHIFT),
    (words.FILLERS, Kind.FILLER),
)


def _is_negated(before: Sequence[Piece]) -> bool:
    """Whether `keine` or `für die` stands before."""
    between = words.ARTICLES | words.PREPOSITIONS
    for piece in reversed(before[-3:]):
        if piece.word in day_words.NEGATIONS:
            return True
        if piece.word not in between:
            return False
    return False


def _is_of_another(before: Sequence[Piece]) -> bool:
    """Whether the chef is sick or on leave, not oneself (`weil Chefin krank war`)."""
    clause = takewhile(lambda piece: piece.kind not in SEPARATORS, reversed(before[-_NEAR:]))
    near = [piece.word for piece in clause]
    return bool(set(near) & words.OTHERS) and not set(near) & words.SELF


def _word(begin: int, end: int, text: str, before: Sequence[Piece]) -> Piece:
    word = _STRETCHED.sub(r"\1", folded(text))
    day_type, hint = type_of(word), hint_of(word)
    is_negated = _is_negated(before)
    if day_type in _OWN_ABSENCES and _is_of_another(before):
        return Piece(Kind.FILLER, begin, end, word)
    is_shout = word == "au" and text != "AU" and not any(p.type is DayType.KRANK for p in before)
    if day_type and not is_negated and not is_shout:
        return Piece(
            Kind.TYPE, begin, end, word, type=day_type, is_kept=word in day_words.KEPT_TYPES
        )
    if hint and not is_negated:
        return Piece(Kind.WORD, begin, end, word, type=hint)
    kind = next((kind for known, kind in _KINDS if word in known), Kind.WORD)
    return Piece(kind, begin, end, word)


def _timed(text: str, today: date) -> Iterator[Piece]:
    ahead = {span.begin: span.meaning for span in found(text, today, Prefer.FUTURE)}
    for span in found(text, today, Prefer.PAST):
        later = ahead.get(span.begin)
        kind = Kind.TIME
        if isinstance(span.meaning, Days):
            kind = Kind.DAY if span.meaning.days or not span.meaning.is_possible else Kind.FILLER
        elif isinstance(span.meaning, Clock):
            kind = Kind.CLOCK
        yield Piece(
            kind,
            span.begin,
            span.end,
            folded(text[span.begin : span.end]),
            span.meaning,
            later if isinstance(later, Days) else None,
        )


def _phrased(text: str, taken: list[Piece]) -> list[Piece]:
    """The pieces with the phrases that stand between them."""
    plain = _Folded.of(text)
    is_free = [True] * (len(text) + 1)
    pieces = list(taken)
    for piece in taken:
        is_free[piece.begin : piece.end] = [False] * (piece.end - piece.begin)
    for kind, day_type, is_kept, pattern in _phrases():
        for match in pattern.finditer(plain.text):
            begin, end = plain.places[match.start()], plain.places[match.end() - 1] + 1
            if all(is_free[begin:end]):
                is_free[begin:end] = [False] * (end - begin)
                piece = Piece(kind, begin, end, match[0], type=day_type, is_kept=is_kept)
                pieces.append(piece)
    return sorted(pieces, key=lambda piece: piece.begin)


@dataclass(frozen=True, slots=True)
class _Folded:
    """A folded text and, by its characters, where they stand in the original."""

    text: str
    places: list[int]

    @classmethod
    def of(cls, text: str) -> "_Folded":
        parts = [folded(char) for char in text]
        return cls("".join(parts), [place for place, part in enumerate(parts) for _ in part])


def _is_abbreviated(text: str, place: int, before: Sequence[Piece]) -> bool:
    """Whether a full stop ends no sentence (`u.`, `2. OG`)."""
    if text[place] != "." or not before or before[-1].end != place:
        return False
    word = before[-1].word
    is_ordinal = word.isdecimal() and bool(_FLOOR.match(folded(text[place + 1 : place + 20])))
    is_named = len(before) > 1 and before[-2].word in words.TITLES
    is_initial = len(word) == 1 and (is_named or text[place - 1].isupper())
    return word in words.ABBREVIATED or is_ordinal or is_initial


def pieces(text: str, today: date) -> list[Piece]:
    """The pieces of a message, in their order."""
    known = _phrased(text, list(_timed(text, today)))
    result: list[Piece] = []
    place = 0
    for piece in (*known, None):
        end = piece.begin if piece else len(text)
        for token in _WORD.finditer(text, place, end):
            if token["word"]:
                result.append(_word(token.start(), token.end(), token[0], result))
                continue
            kind = Kind.STOP if token["item"] or token[0] in _STOPS else _MARKS.get(token[0])
            if kind and not _is_abbreviated(text, token.start(), result):
                result.append(Piece(kind, token.start(), token.end(), token[0]))
        if piece:
            result.append(piece)
            place = piece.end
    return result


def is_time(piece: Piece) -> bool:
    """Whether it says how long something took."""
    return piece.kind in (Kind.TIME, Kind.SAME_TIME) and isinstance(
        piece.meaning, Stretch | Duration | None
    )
