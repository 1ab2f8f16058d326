"""Which of the offered choices a typed text picks: by number, label, a plain yes or no, or an age. Pure.

A choice's payload is Rasa's `/intent{json}`; a typed one is text, never a payload.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.people.profile import UNDER_16, age_band
from bot.turn import Offer
from knowledge.text import normalise

_ANSWERS = {
    "ja": (
        frozenset(["ja", "jo", "joa", "jap", "jep", "jup", "yes", "klar"]),
        frozenset(["bitte", "gern", "gerne", "mach", "das", "klar", "ok", "okay", "passt"]),
    ),
    "nein": (
        frozenset(["nein", "ne", "nee", "noe", "nope"]),
        frozenset(["danke", "doch", "lieber", "nich", "nicht"]),
    ),
}
"""By the answer, the words that begin it, and those that may follow; as `normalise` writes them."""
_QUANTITY = re.compile(r"\d+(?:,\d+)? [a-z]")
_PAYLOAD = re.compile(r"/(?P<intent>[\w./-]+)(?P<values>\{.*\})?", re.DOTALL)
_AGE = re.compile(
    r"(?P<no>ne+|nein|noe)?(?:ja|jo|jap)?[ ,]*(?:ich )?(?:bin )?(?:(?:doch|schon|erst|grad|gerade|halt) )*"
    r"(?P<years>[1-9]\d)(?: jahre?)?(?: alt)?"
)


def payload_of(offer: Offer) -> tuple[str, Mapping[str, Any]]:
    """The intent that an offer stands for, and its entities.

    Raises:
        ValueError: the payload is not `/intent{json}`; our own data are wrong.
    """
    found = _PAYLOAD.fullmatch(offer.payload)
    if not found:
        raise ValueError("an offer's payload is not /intent{json}")
    return found["intent"], json.loads(found["values"]) if found["values"] else {}


def chosen_by_text(text: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that a text picks, when it is plain which.

    That is a number, a label, the beginning of exactly one label, a plain yes or no, or an age where an age group is
    asked for. Where choices are quantities ("8 Stunden"), a number means itself and not a position.
    """
    typed = normalise(text).strip(" .!)")
    if not typed:
        return None
    labels = [normalise(offer.label) for offer in offers]
    if typed.isdecimal() and not any(map(_QUANTITY.match, labels)):
        position = int(typed)
        if 0 < position <= len(offers):
            return offers[position - 1]
        return _by_age(typed, offers)
    if typed in labels:
        return offers[labels.index(typed)]
    typed = _plain_answer(typed)
    begun = [
        offer
        for offer, label in zip(offers, labels, strict=True)
        if re.match(re.escape(typed) + r"(?![\w]|[.,]\d)", label)
    ]
    return begun[0] if len(begun) == 1 else _by_age(typed, offers)


def _plain_answer(typed: str) -> str:
    """`ja` or `nein` for what means nothing else (`jo`, `ja mach`, `nee lieber nicht`); else the text itself."""
    first, *more = re.split(r"[ ,]+", typed)
    for answer, (words, others) in _ANSWERS.items():
        if first in words and set(more) <= others:
            return answer
    return typed


def _by_age(typed: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer for the age group of an age (`bin 17`, `nein, 15`); None when ages are not asked for."""
    found = _AGE.fullmatch(typed)
    if not found:
        return None
    band = age_band(found["years"])
    if found["no"] and band != UNDER_16:
        return None
    fitting = [offer for offer in offers if _band(offer) == band]
    return fitting[0] if len(fitting) == 1 else None


def _band(offer: Offer) -> object:
    _, values = payload_of(offer)
    return values.get("value") if values.get("setting") == "age_band" else values.get("age_band")
