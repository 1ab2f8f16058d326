"""Trains on one file of examples and tests on another: what `lernallianz nlu evaluate` does.

An intent that only the test file has is out of scope. Confidence should be low there: the area under
the curve (AUROC) says how well it tells the two apart, the thresholds what each would keep and refuse.
"""

import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.engine.examples import Example, load_examples
from bot.errors import ConfigurationError
from bot.understanding.training import Lesson, trained

THRESHOLDS = tuple(round(step / 20, 2) for step in range(21))


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a threshold would do.

    Attributes:
        threshold: a confidence; below it a text counts as out of scope.
        in_scope_accuracy: share of texts in scope that are understood rightly at or above it.
        out_of_scope_recall: share of texts out of scope that stay below it; None without such texts.
    """

    threshold: float
    in_scope_accuracy: float
    out_of_scope_recall: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one run; the fields are a contract for scripts.

    Attributes:
        accuracy: share of texts in scope whose first intent is right.
        macro_f1: the mean of the intents' F1.
        auroc_out_of_scope: chance that a text in scope is surer than one out of scope; None without.
        thresholds: the curve.
        milliseconds_p50, milliseconds_p99: of one text.
        train_seconds: of training.
        peak_rss_mb: of the process, training included.
        examples, intents: what was learnt from.
    """

    accuracy: float
    macro_f1: float
    auroc_out_of_scope: float | None
    thresholds: Sequence[Threshold]
    milliseconds_p50: float
    milliseconds_p99: float
    train_seconds: float
    peak_rss_mb: float
    examples: int
    intents: int

    def as_json(self) -> dict[str, object]:
        """The contract's object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Answered:
    """One text of the test file: what it is, what it was taken for, how surely."""

    intent: str
    found: str
    confidence: float


def evaluate(train: Path, test: Path) -> Evaluation:
    """Train on one file and test on another.

    Raises:
        DialogueError: a file cannot be read.
        ConfigurationError: a file is missing or holds no examples.
    """
    learnt_from, asked = _examples(train), _examples(test)
    begun = time.perf_counter()
    classifier = trained([Lesson(each.text, each.intent) for each in learnt_from])
    train_seconds = time.perf_counter() - begun
    answered, milliseconds = [], []
    for example in asked:
        begun = time.perf_counter()
        best = classifier.ranked(example.text)[0]
        milliseconds.append((time.perf_counter() - begun) * 1000)
        answered.append(_Answered(example.intent, best.intent, best.confidence))
    known = {each.intent for each in learnt_from}
    inside = [each for each in answered if each.intent in known]
    outside = [each for each in answered if each.intent not in known]
    return Evaluation(
        accuracy=_rounded(_share(inside)),
        macro_f1=_rounded(macro_f1([(each.intent, each.found) for each in inside])),
        auroc_out_of_scope=_rounded(
            auroc([each.confidence for each in inside], [each.confidence for each in outside])
        )
        if inside and outside
        else None,
        thresholds=[_threshold(step, inside, outside) for step in THRESHOLDS],
        milliseconds_p50=_rounded(statistics.median(milliseconds)),
        milliseconds_p99=_rounded(_quantile(milliseconds, 0.99)),
        train_seconds=_rounded(train_seconds),
        peak_rss_mb=round(_peak_rss() / 1024, 1),
        examples=len(learnt_from),
        intents=len(known),
    )


def macro_f1(answered: Sequence[tuple[str, str]]) -> float:
    """The mean F1 of the intents that are asked for.

    Args:
        answered: by text, what it is and what it was taken for.
    """
    right = Counter(intent for intent, taken in answered if taken == intent)
    asked = Counter(intent for intent, _ in answered)
    found = Counter(taken for _, taken in answered)
    scores = [2 * right[intent] / (asked[intent] + found[intent]) for intent in asked]
    return statistics.fmean(scores) if scores else 0.0


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The chance that one of `inside` is higher than one of `outside`; equal ones count half.

    Source: Mann and Whitney, the rank sum over both.
    """
    ranked = sorted([(value, True) for value in inside] + [(value, False) for value in outside])
    ranks, place = 0.0, 0
    while place < len(ranked):
        equal = place
        while equal < len(ranked) and ranked[equal][0] == ranked[place][0]:
            equal += 1
        mean_rank = (place + equal + 1) / 2
        ranks += mean_rank * sum(is_inside for _, is_inside in ranked[place:equal])
        place = equal
    return (ranks - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside))


def _examples(path: Path) -> Sequence[Example]:
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file")
    examples = load_examples([path]).examples
    if not examples:
        raise ConfigurationError(f"{path} holds no examples")
    return examples


def _share(answered: Sequence[_Answered]) -> float:
    return sum(each.found == each.intent for each in answered) / max(len(answered), 1)


def _threshold(step: float, inside: Sequence[_Answered], outside: Sequence[_Answered]) -> Threshold:
    kept = sum(each.found == each.intent and each.confidence >= step for each in inside)
    refused = sum(each.confidence < step for each in outside)
    return Threshold(
        threshold=step,
        in_scope_accuracy=_rounded(kept / max(len(inside), 1)),
        out_of_scope_recall=_rounded(refused / len(outside)) if outside else None,
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _peak_rss() -> float:
    """Kilobytes; macOS counts in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else peak


def _rounded(value: float) -> float:
    return round(value, 4)
