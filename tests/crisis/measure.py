"""Measures how crises are recognised: `python -m tests.crisis.measure NAME|unseen|left-out`.

A name is one of the files that were learnt from; `left-out` trains without some writers in
turn and measures with their phrases. The unseen half is looked at three times in all; each run is reported in
docs/measurements/crisis.md.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

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
from bot.understanding.crisis.training import (
    NONE,
    PHRASES,
    Phrase,
    all_phrases,
    read_phrases,
    trained_classifier,
)

FOLDER = Path(__file__).parent
OWN = ("practice", "practice_3", "practice_4", "practice_5")
"""Written by the author of the rules; says little about others."""
AT_ONCE = 4
"""So many writers are left out at a time; one by one takes half an hour."""


def phrases_of(name: str) -> list[Phrase]:
    """The phrases of a file."""
    folder = FOLDER if name.startswith("unseen") else PHRASES
    return read_phrases(folder / f"{name}.jsonl")


def measured(
    phrases: Sequence[Phrase], assess: Callable[[str], Assessment | None]
) -> dict[str, float]:
    """Counts and shares, acute and distress apart."""
    found: Counter[tuple[str, str]] = Counter()
    about = 0
    for phrase in phrases:
        assessment = assess(phrase.text)
        level = assessment.level if assessment else NONE
        found[phrase.level, level] += 1
        about += assessment is not None and assessment.about == phrase.about
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


def left_out(*names: str) -> dict[str, dict[str, float]]:
    """By writer, their phrases measured with a classifier that saw none of these writers (the rules may have)."""
    learnt = replace(crisis_lessons(load()), phrases=all_phrases(without=names))
    detector = CrisisDetector(load_rules(), trained_classifier(learnt), everyday())
    return {name: measured(phrases_of(name), detector.assess) for name in names}


def main() -> None:
    """Print the figures: rules alone, and rules and classifier."""
    name = sys.argv[1]
    if name == "left-out":
        total: Counter[str] = Counter()
        names = [path.stem for path in sorted(PHRASES.glob("*.jsonl")) if path.stem not in OWN]
        for first in range(0, len(names), AT_ONCE):
            for each, figures in left_out(*names[first : first + AT_ONCE]).items():
                total.update(figures)
                _print_row(each, figures)
        _print_row("all", total)
        return
    both = measured(phrases_of(name), shipped_detector().assess)
    alone = measured(phrases_of(name), CrisisDetector(load_rules()).assess)
    sys.stdout.write("rules and classifier\n")
    _print(both)
    sys.stdout.write("\nrules alone\n")
    _print(alone)


def _print_row(name: str, figures: Mapping[str, float]) -> None:
    """A row of the table in docs/measurements/crisis.md."""
    acute, distress = figures["acute phrases"], figures["distress phrases"]
    heard = figures["acute recognised as a crisis"] + figures["distress recognised as a crisis"]
    cells = (
        name,
        f"{heard:.0f} of {acute + distress:.0f}",
        f"{figures['acute recognised as acute']:.0f} of {acute:.0f}",
        f"{figures['distress taken for acute']:.0f} of {distress:.0f}",
        *(f"{figures[f'harmless taken for {level}']:.0f}" for level in ("acute", "distress")),
        f"{figures['harmless phrases']:.0f}",
        f"{figures['addressee right, of those recognised']:.0f}",
    )
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def _print(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        sys.stdout.write(f"{name:40} {value}\n")


if __name__ == "__main__":
    main()
