"""Whether a message tells what was done at all, or only why one was not at work. Pure."""

from collections.abc import Sequence

from bot.diary.reading import day_words, words
from bot.diary.reading.clauses import Clause
from bot.diary.reading.pieces import Kind, Piece
from bot.diary.reading.talk import is_participle
from bot.diary.reading.told import Told
from bot.understanding.times import Days


def _is_evident_alone(one: Told) -> bool:
    """Whether undated words tell what was done: a time, a type, a participle, or a list of nouns."""
    if one.has(Kind.TIME, Kind.TYPE, Kind.SAME_TIME):
        return True
    named = [piece for piece in one.pieces if piece.kind in (Kind.WORD, Kind.SHIFT)]
    if any(is_participle(piece.word) and piece.word not in words.MOODS for piece in named):
        return True
    telling = [clause for clause in one.clauses if clause.has_words]
    return len(telling) > 1 and all(_is_short(clause) for clause in telling)


LONGEST_NOUN = 4
"""Of so many words is a thing in a list that tells a day without a verb."""


def _is_short(clause: Clause) -> bool:
    said = [piece.word for piece in clause.pieces]
    return len(said) <= LONGEST_NOUN and not any(
        word in words.MOODS or word in ("ich", "du") for word in said
    )


def is_evident(all_told: Sequence[Told], *, is_answer: bool) -> bool:
    """Whether it tells what was done.

    Args:
        all_told: what is told.
        is_answer: no sentence of the message was a question or a remark.
    """
    if not is_answer and not any(one.has(Kind.TIME) or one.day for one in all_told):
        return False
    return any(_is_told(one) for one in all_told)


def _is_told(one: Told) -> bool:
    """Whether something is told with a day, or evident without."""
    if one.is_unsure:
        return True
    if one.is_undated:
        return _is_evident_alone(one)
    days = one.day.meaning if one.day else None
    is_holiday = isinstance(days, Days) and days.is_public_holiday
    return is_holiday or one.has(Kind.WORD, Kind.TYPE, Kind.TIME, Kind.SHIFT, Kind.SAME_TIME)


def worth(all_told: Sequence[Told]) -> list[Told]:
    """What is told, without a greeting before the first day."""
    first = all_told[0]
    if (
        len(all_told) > 1
        and first.is_undated
        and not first.is_unsure
        and not _is_evident_alone(first)
    ):
        return list(all_told[1:])
    return list(all_told)


def only_doctor(one: Told) -> Piece | None:
    """A visit to a doctor, when nothing else is told of the day."""
    said = [piece for piece in one.pieces if piece.kind not in (Kind.FILLER, Kind.PART)]
    doctors = [piece for piece in said if piece.word in day_words.DOCTORS]
    others = [p for p in said if p.word not in day_words.DOCTORS and p.word not in words.MOODS]
    return doctors[0] if doctors and not others else None


_AT_WORK = frozenset({Kind.TYPE, Kind.TIME, Kind.CLOCK, Kind.SAME_TIME, Kind.SHIFT})


def only_at_home(one: Told) -> Piece | None:
    """That one was at home, when nothing is told that was done (`wegen Schnee zuhause`)."""
    home = next((piece for piece in one.pieces if piece.word in words.HOME), None)
    has_worked = any(
        piece.kind in _AT_WORK or (is_participle(piece.word) and piece.word not in words.STAYING)
        for piece in one.pieces
    )
    return None if has_worked else home
