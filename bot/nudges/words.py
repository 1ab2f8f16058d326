"""What parents type when they are asked about their child's class and their topics. Pure."""

import re
from collections.abc import Mapping

from bot.nudges.subscription import Days
from knowledge.text import normalise

_ORDINALS = {
    "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "siebte": 7, "siebente": 7, "achte": 8,
    "neunte": 9, "zehnte": 10, "elfte": 11, "zwoelfte": 12, "dreizehnte": 13,
}  # fmt: skip
_NUMBER = re.compile(
    r"\b(\d{1,2})[a-g]?\b(?! jahre?\b)|\b("
    + "|".join(sorted(_ORDINALS, key=len, reverse=True))
    + r")[nrsm]?\b"
)
_TRAINING = re.compile(r"lehrjahr|ausbildungsjahr|jahr der|lehre\b|ausbildung|azubi|lehrling")
_YEARS, _CLASSES = range(1, 5), range(7, 14)
_LAST_CLASS = re.compile(r"\babi(?:tur)?\b")
_BEGINNING = re.compile(
    r"\b(?:faengt|beginnt|startet|begonnen|angefangen|neu)\b.*(?:ausbildung|lehre)"
    r"|(?:ausbildung|lehre)\b.*\b(?:faengt|beginnt|startet|begonnen|angefangen|neu)\b"
)
_WEEKDAYS = re.compile(r"\b(?:werktag\w*|unter der woche|wochentag\w*|montag\w*|abends)\b")
_ALL = re.compile(r"\b(?:alle[sn]?|egal|ganz egal|jedes)\b")


def stage_named(text: str) -> str | None:
    """Where a child is, as a text says it: `k8` for "in der achten", `a2` for "zweites Lehrjahr"; else None."""
    words = normalise(text)
    is_training = bool(_TRAINING.search(words))
    for found in _NUMBER.finditer(words):
        number = int(found[1]) if found[1] else _ORDINALS[found[2]]
        if number in _YEARS and (is_training or found[1] is None):
            return f"a{number}"
        if number in _CLASSES and not is_training:
            return f"k{number}"
    if _LAST_CLASS.search(words):
        return "k13"
    return "a1" if _BEGINNING.search(words) else None


def days_named(text: str) -> Days:
    """On which days of the week, as a text says it; at the weekend when it says nothing else."""
    return Days.WEEKDAYS if _WEEKDAYS.search(normalise(text)) else Days.WEEKEND


def topics_named(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """The topics that a text names; all of them for "alles".

    Args:
        text: any text.
        names: by topic, how it is called.
    """
    words = normalise(text)
    if _ALL.search(words):
        return frozenset(names)
    stems = {topic: {topic, *normalise(name).split()[:1]} for topic, name in names.items()}
    return frozenset(
        topic
        for topic, known in stems.items()
        if any(re.search(rf"\b{re.escape(stem[:6])}", words) for stem in known)
    )
