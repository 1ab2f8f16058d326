"""Decides what to do with a ranking of readings. Pure; wrong answers hurt more than questions back.

The thresholds were chosen on `tests/understanding/practice.jsonl` and are judged by `make evaluate` on
other questions.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.events import FAQ, NLU_FALLBACK, Ranked, is_question

OUT_OF_SCOPE = "meta.nicht_zustaendig"
NO_ANSWER = frozenset({NLU_FALLBACK, FAQ + OUT_OF_SCOPE})
"""Readings that say that no article answers: close to our subjects, and far from them."""

SURE = 0.25
"""From this confidence on an answer is given at once."""
CLEAR = 0.22
"""From here on an answer is given if the next best is clearly worse."""
LEAD = 0.06
"""How much better than the next best is clearly better."""
POSSIBLE = 0.04
"""A ranking that begins below says nothing."""
DOUBT = 0.12
"""From here on it is believed that no article answers."""
LIKELY = 0.03
"""From here on an article is worth asking back about."""
MOST_ASKED_BACK = 3
WRONG_AUDIENCE = 0.85
"""What a confidence is multiplied by when the article speaks to others than the person."""

_NOTHING = Ranked(NLU_FALLBACK, 0.0)


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
        ranking: readings, best first; those that are wishes to the assistant are passed over.
        role: the person's role, or None when unknown.
        audiences: by article key, the roles that it speaks to.
    """
    readings = _for_role(ranking, role, audiences or {})
    best, following = (*readings, _NOTHING, _NOTHING)[:2]
    likely = _articles(readings, LIKELY)
    if best.confidence < POSSIBLE:
        return Decision("fallback", confidence=best.confidence)
    if best.intent in NO_ANSWER and (best.confidence >= DOUBT or not likely):
        return _no_answer(best)
    if _is_clear(best, following) and best.intent not in NO_ANSWER:
        others = [key for key in _articles(readings, POSSIBLE / 2) if FAQ + key != best.intent]
        return _decision("answer", _articles([best]), others, best)
    return _decision("clarify", likely, likely, best)


def _is_clear(best: Ranked, following: Ranked) -> bool:
    lead = best.confidence - following.confidence
    return best.confidence >= SURE or (best.confidence >= CLEAR and lead >= LEAD)


def _no_answer(best: Ranked) -> Decision:
    if best.intent == NLU_FALLBACK:
        return Decision("fallback", confidence=best.confidence)
    return Decision("out_of_scope", (OUT_OF_SCOPE,), confidence=best.confidence)


def _decision(outcome: str, keys: Sequence[str], others: Sequence[str], best: Ranked) -> Decision:
    return Decision(
        outcome, tuple(keys[:MOST_ASKED_BACK]), tuple(others[:MOST_ASKED_BACK]), best.confidence
    )


def _articles(readings: Sequence[Ranked], least: float = 0.0) -> list[str]:
    return [
        each.intent.removeprefix(FAQ)
        for each in readings
        if each.intent not in NO_ANSWER and each.confidence >= least
    ]


def _for_role(
    ranking: Sequence[Ranked], role: str | None, audiences: Mapping[str, Collection[str]]
) -> list[Ranked]:
    readings = [each for each in ranking if is_question(each.intent)]
    if role:
        readings = [_weighed(each, role, audiences) for each in readings]
    return sorted(readings, key=lambda each: -each.confidence)


def _weighed(ranked: Ranked, role: str, audiences: Mapping[str, Collection[str]]) -> Ranked:
    audience = audiences.get(ranked.intent.removeprefix(FAQ), ())
    if not audience or role in audience:
        return ranked
    return replace(ranked, confidence=ranked.confidence * WRONG_AUDIENCE)
