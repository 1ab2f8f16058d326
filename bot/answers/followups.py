"""Understands messages that go on from the last question: "und in Teilzeit?", "17", "wer zahlt das". Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.answers.rules import OUT_OF_SCOPE, decide
from bot.events import FAQ, Entity, Parse, Ranked, is_question
from knowledge.text import normalise

LONGEST = 12
"""A longer message stands for itself (words)."""
STANDS_ALONE = 0.8
"""From this confidence on a message is believed whatever it begins with."""
FAINT = 0.02
"""What a reading is worth that the message alone does not have."""
SAME_TOPIC, SAME_ARTICLE = 2.0, 0.35
"""How much likelier an article of the last one's topic is than others, and how much less that very article: who
writes on wants to know something else. Chosen on the half of `tests/understanding/follow_ups.jsonl` that was looked at.
"""
GOES_ON = "goes_on"
"""The entity of a message that only makes sense with the question before it, and names nothing new."""
_BEGINS = re.compile(
    r"(?:und|aber|oder|auch|ja aber|ok und|okay und|was ist mit|was ist wenn|wie ist das|wie ist es|wie siehts|wie sieht es|"
    r"gilt das|geht das|darf ich das|muss ich das|bei mir)\b"
)
_POINTS_BACK = re.compile(
    r"\b(?:da|dann|dafuer|dabei|davon|dazu|darauf|damit|dagegen|daran|darueber|dadurch|dort|deswegen)\b|"
    r"\bdas(?: denn| dann| da| auch| jetzt| ueberhaupt| sein| so| was)?$|\bauch$"
)
_ONLY_FIGURE = re.compile(r"\s*\d{1,2}\s*(?:jahre?)?\W*")


def goes_on(alone: Parse, *, is_asked: bool = False) -> bool:
    """Whether a message may only be understood together with the last question.

    It points back ("bis wann muss das da sein"), names nothing but a circumstance ("17"), or might mean several
    things. Wishes to the assistant ("und tschüss") stand for themselves, and so does what is very surely understood.

    Args:
        alone: the message as it is read alone.
        is_asked: a form asks for something; what only names a circumstance ("Köchin") is its answer then.
    """
    if not is_question(alone.intent) or len(alone.text.split()) > LONGEST:
        return False
    if not is_asked and _is_bare(alone):
        return True
    if _points_back(alone.text):
        return alone.confidence < STANDS_ALONE
    return not is_asked and decide(alone.ranking).outcome == "clarify"


def joined(last: Parse, alone: Parse) -> str:
    """Both as one question; what the new one names again (an age, a state) goes from the old one."""
    named = {entity.name for entity in alone.entities}
    question = last.text
    for entity in last.entities:
        if entity.name in named:
            question = question.replace(str(entity.value), " ")
    return f"{question.rstrip(' ?.!')} {alone.text}"


def merged(
    alone: Parse, both: Parse, last_article: str = "", topics: Mapping[str, str] | None = None
) -> Parse:
    """The articles that fit both the message alone and the two questions together, best first.

    Args:
        alone: the message.
        both: the message behind the last question.
        last_article: the key of the article that was shown last; empty if none was.
        topics: by article key, its topic.
    """
    own = {each.intent: each.confidence for each in alone.ranking}
    known = topics or {}
    fits = [
        (
            each,
            each.confidence
            * (own.get(each.intent, 0.0) + FAINT)
            * _nearness(each.intent.removeprefix(FAQ), last_article, known),
        )
        for each in both.ranking
        if each.intent.startswith(FAQ) and each.intent != FAQ + OUT_OF_SCOPE
    ]
    most = max((worth for _, worth in fits), default=0.0)
    if not most:
        return alone
    top = max(alone.confidence, both.confidence)
    ranked = sorted(
        (Ranked(each.intent, top * worth / most) for each, worth in fits),
        key=lambda each: -each.confidence,
    )
    best, *others = ranked
    mark = () if alone.entities else (Entity(GOES_ON, True),)
    return replace(
        alone,
        intent=best.intent,
        confidence=best.confidence,
        alternatives=tuple(others),
        entities=(*both.entities, *mark),
    )


def _nearness(key: str, last_article: str, topics: Mapping[str, str]) -> float:
    if key == last_article:
        return SAME_ARTICLE
    is_same_topic = key in topics and topics[key] == topics.get(last_article)
    return SAME_TOPIC if is_same_topic else 1.0


def _points_back(text: str) -> bool:
    words = normalise(text).strip(" ?.!")
    return bool(_BEGINS.match(words) or _POINTS_BACK.search(words))


def _is_bare(parse: Parse) -> bool:
    """Whether nothing but a circumstance is named: an age, a state, an occupation."""
    if _ONLY_FIGURE.fullmatch(parse.text):
        return True
    named = sum(len(str(entity.value).split()) for entity in parse.entities)
    return bool(named) and len(parse.text.split()) <= named + 2
