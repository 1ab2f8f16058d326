"""Understands questions that go on from the last one: "und in Teilzeit?", "und mit 17?". Pure."""

import re
from dataclasses import replace

from bot.events import FAQ, NLU_FALLBACK, Parse, Ranked
from knowledge.text import normalise

LONGEST = 8
"""A longer question stands for itself (words)."""
FAINT = 0.02
"""What a reading is worth that the follow-up alone does not have."""
_BEGINS = re.compile(
    r"(?:und|aber|oder|auch|ja aber|ok und|okay und|was ist mit|was ist wenn|wie ist das|wie ist es|wie siehts|wie sieht es|"
    r"gilt das|geht das|darf ich das|muss ich das|bei mir)\b"
)


def follows_up(text: str) -> bool:
    """Whether a text may go on from the last question."""
    words = normalise(text)
    return len(words.split()) <= LONGEST and _BEGINS.match(words) is not None


def is_question(parse: Parse) -> bool:
    """Whether a text asks for an article, as far as it is understood."""
    return parse.intent.startswith(FAQ) or parse.intent == NLU_FALLBACK


def joined(last: Parse, alone: Parse) -> str:
    """Both questions as one; what the new one names again (an age, a state) goes from the old one."""
    named = {entity.name for entity in alone.entities}
    question = last.text
    for entity in last.entities:
        if entity.name in named:
            question = question.replace(str(entity.value), " ")
    return f"{question.rstrip(' ?.!')} {alone.text}"


def merged(alone: Parse, both: Parse) -> Parse:
    """The readings that fit both the follow-up alone and the two questions together, best first.

    A wish to the assistant itself ("und tschüss") is no question that goes on.
    """
    if not is_question(alone):
        return alone
    own = {each.intent: each.confidence for each in alone.ranking}
    fits = [(each, each.confidence * (own.get(each.intent, 0.0) + FAINT)) for each in both.ranking]
    most = max((worth for _, worth in fits), default=0.0)
    if not most:
        return alone
    top = max(alone.confidence, both.confidence)
    ranked = sorted(
        (Ranked(each.intent, top * worth / most) for each, worth in fits),
        key=lambda each: -each.confidence,
    )
    best, *others = ranked
    return replace(
        alone,
        intent=best.intent,
        confidence=best.confidence,
        alternatives=tuple(others),
        entities=both.entities,
    )
