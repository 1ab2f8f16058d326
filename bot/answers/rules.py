"""Decides what to do with a ranking of readings. Pure; wrong answers hurt more than questions back.

The thresholds were chosen on practice questions and are judged by `make evaluate` on others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.events import FAQ, Ranked

OUT_OF_SCOPE = "meta.nicht_zustaendig"

SURE = 0.30
"""From this confidence on an answer is given at once."""
CLEAR = 0.18
"""From here on an answer is given if the next best is clearly worse."""
LEAD = 0.10
"""How much better than the next best is clearly better."""
POSSIBLE = 0.06
"""From here on a reading is worth asking back about."""
MOST_ASKED_BACK = 3
WRONG_AUDIENCE = 0.85
"""What a confidence is multiplied by when the article speaks to others than the person."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do: `answer`, `clarify`, `fallback` or `out_of_scope` (the words of `ask --jsonl`).

    Attributes:
        outcome: one of the four.
        keys: the article to show, or those to ask back about, best first.
        alternatives: up to three further keys, best first.
        confidence: 0 to 1.
    """

    outcome: str
    keys: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    confidence: float = 0.0


def decide(
    ranking: Sequence[Ranked],
    *,
    role: str | None = None,
    audiences: Mapping[str, Collection[str]] | None = None,
) -> Decision:
    """Decide from the whole ranking.

    Args:
        ranking: readings, best first; those that are no articles are passed over.
        role: the person's role, or None when unknown.
        audiences: by article key, the roles that it speaks to.
    """
    articles = _for_role(ranking, role, audiences or {})
    if not articles or articles[0].confidence < POSSIBLE:
        confidence = articles[0].confidence if articles else 0.0
        return Decision("fallback", confidence=confidence)
    best, *others = articles
    following = others[0].confidence if others else 0.0
    is_clear = best.confidence >= SURE or (
        best.confidence >= CLEAR and best.confidence - following >= LEAD
    )
    if is_clear:
        return _answer(best, others)
    return _ask_back(articles)


def _answer(best: Ranked, others: Sequence[Ranked]) -> Decision:
    key = best.intent.removeprefix(FAQ)
    return Decision(
        outcome="out_of_scope" if key == OUT_OF_SCOPE else "answer",
        keys=(key,),
        alternatives=_keys(each for each in others if each.confidence >= POSSIBLE / 2)[:3],
        confidence=best.confidence,
    )


def _ask_back(articles: Sequence[Ranked]) -> Decision:
    if articles[0].intent == FAQ + OUT_OF_SCOPE:
        return Decision("fallback", confidence=articles[0].confidence)
    likely = [each for each in articles if each.confidence >= POSSIBLE * 0.75]
    keys = tuple(key for key in _keys(likely) if key != OUT_OF_SCOPE)
    return Decision(
        outcome="clarify",
        keys=keys[:MOST_ASKED_BACK],
        alternatives=keys[:MOST_ASKED_BACK],
        confidence=articles[0].confidence,
    )


def _keys(ranked: Iterable[Ranked]) -> tuple[str, ...]:
    return tuple(each.intent.removeprefix(FAQ) for each in ranked)


def _for_role(
    ranking: Sequence[Ranked], role: str | None, audiences: Mapping[str, Collection[str]]
) -> list[Ranked]:
    articles = [each for each in ranking if each.intent.startswith(FAQ)]
    if role:
        articles = [_weighed(each, role, audiences) for each in articles]
    return sorted(articles, key=lambda each: -each.confidence)


def _weighed(ranked: Ranked, role: str, audiences: Mapping[str, Collection[str]]) -> Ranked:
    audience = audiences.get(ranked.intent.removeprefix(FAQ), ())
    if not audience or role in audience:
        return ranked
    return replace(ranked, confidence=ranked.confidence * WRONG_AUDIENCE)
