"""Measures how crises are recognised: `python -m tests.crisis.measure NAME|unseen|left-out`.

A name is one of the files that were learnt from; `left-out` trains without each writer in turn and
measures with their phrases. The unseen half is looked at three times in all; each run is reported in
docs/measurements/crisis.md.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.models import (
    Everyday,
    crisis_lessons,
    open_crisis_detector,
    open_library,
    open_understanding,
)
from bot.settings import load
from bot.understanding.crisis.detector import Assessment, CrisisDetector
from bot.understanding.crisis.rules import load_rules
from bot.understanding.crisis.training import NONE, PHRASES, trained_classifier

FOLDER = Path(__file__).parent
OWN = ("practice", "practice_3", "practice_4", "practice_5")
"""Written by the author of the rules; says little about others."""


def rows(name: str) -> list[dict[str, Any]]:
    """The phrases of a file: text, level, about."""
    folder = FOLDER if name == "unseen" else PHRASES
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def measured(
    phrases: Sequence[dict[str, Any]], assess: Callable[[str], Assessment | None]
) -> dict[str, float]:
    """Counts and shares, acute and distress apart."""
    found: Counter[tuple[str, str]] = Counter()
    about = 0
    for row in phrases:
        assessment = assess(row["text"])
        level = assessment.level if assessment else NONE
        found[row["level"], level] += 1
        about += assessment is not None and assessment.about == row["about"]
    acute = sum(found["acute", level] for level in ("acute", "distress", NONE))
    distress = sum(found["distress", level] for level in ("acute", "distress", NONE))
    caught = acute + distress - found["acute", NONE] - found["distress", NONE]
    return {
        "acute phrases": acute,
        "acute recognised as a crisis": acute - found["acute", NONE],
        "acute recognised as acute": found["acute", "acute"],
        "distress phrases": distress,
        "distress recognised as a crisis": distress - found["distress", NONE],
        "distress taken for acute": found["distress", "acute"],
        "recall": round(caught / max(acute + distress, 1), 3),
        "recall acute as acute": round(found["acute", "acute"] / max(acute, 1), 3),
        "harmless phrases": sum(found[NONE, level] for level in ("acute", "distress", NONE)),
        "harmless taken for acute": found[NONE, "acute"],
        "harmless taken for distress": found[NONE, "distress"],
        "addressee right, of those recognised": about,
    }


@cache
def everyday() -> Everyday:
    """What the assistant takes for surely everyday."""
    understanding, library = open_understanding(load()), open_library(load()).current
    return Everyday(lambda: understanding, lambda: library)


def shipped_detector() -> CrisisDetector:
    """The detector that the assistant uses."""
    return open_crisis_detector(load(), everyday())


def left_out(name: str) -> dict[str, float]:
    """A writer's phrases, measured with a classifier that never saw them (the rules may have)."""
    names = [path.stem for path in sorted(PHRASES.glob("*.jsonl")) if path.stem != name]
    phrases = [(row["text"], row["level"]) for each in names for row in rows(each)]
    learnt = replace(crisis_lessons(load()), phrases=phrases)
    detector = CrisisDetector(load_rules(), trained_classifier(learnt), everyday())
    return measured(rows(name), detector.assess)


def main() -> None:
    """Print the figures: rules alone, and rules and classifier."""
    name = sys.argv[1]
    if name == "left-out":
        for path in sorted(PHRASES.glob("*.jsonl")):
            if path.stem not in OWN:
                sys.stdout.write(f"\n{path.stem}\n")
                _print(left_out(path.stem))
        return
    both = measured(rows(name), shipped_detector().assess)
    alone = measured(rows(name), CrisisDetector(load_rules()).assess)
    sys.stdout.write("rules and classifier\n")
    _print(both)
    sys.stdout.write("\nrules alone\n")
    _print(alone)


def _print(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        sys.stdout.write(f"{name:40} {value}\n")


if __name__ == "__main__":
    main()
