"""Tells what was done from questions, commands, wishes and complaints. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.diary.reading import phrases, words
from bot.diary.reading.pieces import Kind, Piece

_PARTICIPLE = re.compile(
    r"(?:\w*ge\w{2,}(?:t|en|n)|(?:ver|be|ent|er|zer|ueber|unter|vorbe)\w{3,}(?:t|en)|wiederholt|\w{3,}iert"
    r"|g[bdfghklmnprstvwz]\w{2,}(?:t|en|n))$"
)
"""Also as Bavarians and Swabians write it (`gschweißt`)."""


@lru_cache(maxsize=20_000)
def is_participle(word: str) -> bool:
    """Whether a folded word says that something was done (`gemacht`, `repariert`)."""
    if word in words.NO_PARTICIPLES or not _PARTICIPLE.match(word):
        return False
    return word.endswith(words.STRONG_ENDINGS) or not word.endswith(words.NOUN_ENDINGS)


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})")


def _says(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).search(text))


def _first(sentence: Sequence[Piece]) -> str:
    named = (
        piece.word
        for piece in sentence
        if piece.word
        and piece.word not in words.ADDRESSES
        and piece.kind is not Kind.COMMA
        and not _is_request(piece)
    )
    return next(named, "")


def _is_request(piece: Piece) -> bool:
    """Whether it only asks to write down what follows (`trag bitte für heute ... ein`)."""
    return piece.kind is Kind.FILLER and piece.word.partition(" ")[0] in words.REQUESTS


def _tells(sentence: Sequence[Piece]) -> bool:
    """Whether it says how long, or when something was done."""
    has_time = any(piece.kind in (Kind.TIME, Kind.SAME_TIME) for piece in sentence)
    has_work = any(piece.kind in (Kind.WORD, Kind.TYPE) for piece in sentence)
    return has_time and has_work


def is_talk(sentence: Sequence[Piece], text: str, *, asks: bool) -> bool:
    """Whether a sentence is anything but telling what was done.

    Args:
        sentence: its pieces.
        text: its text, folded.
        asks: a question mark follows.
    """
    first = _first(sentence)
    begins = first in words.QUESTION_WORDS or first in words.COMMANDS or first in words.ASKING_VERBS
    if begins or _says(phrases.TAILS, text) or _says(phrases.HABITS, text):
        return True
    is_dated = any(piece.kind is Kind.DAY for piece in sentence)
    wonders = any(piece.kind is Kind.UNSURE for piece in sentence)
    if asks and not (is_dated and (wonders or _tells(sentence))):
        return True
    if _tells(sentence):
        return False
    said = {piece.word for piece in sentence}
    private = words.PRIVATE if is_dated else words.PRIVATE | words.OWN
    is_typed = any(piece.kind is Kind.TYPE for piece in sentence)
    is_timed = any(piece.kind is Kind.CLOCK for piece in sentence)
    if said & private and not (is_typed or is_timed or said & words.SHOWN):
        return True
    is_about_others = any(p.word in words.OTHERS for p in sentence[:4]) and not any(
        p.word in ("ich", "wir", "mit") for p in sentence[:4]
    )
    return is_about_others or _says(phrases.COMPLAINTS, text) or _says(phrases.WISHES, text)
