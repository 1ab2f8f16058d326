"""Measures the crisis rules on one half of the phrases: `python -m tests.crisis.measure seen`.

The unseen half is looked at three times in all; each run is reported in docs/measurements/crisis.md.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from bot.understanding.crisis import assess

FOLDER = Path(__file__).parent


def rows(half: str) -> list[dict[str, str]]:
    """The phrases of a half."""
    lines = (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def measured(half: str) -> dict[str, float]:
    """Counts and shares, acute and distress apart."""
    found: Counter[tuple[str, str]] = Counter()
    about = 0
    for row in rows(half):
        assessment = assess(row["text"])
        level = assessment.level if assessment else "none"
        found[row["level"], level] += 1
        about += assessment is not None and assessment.about == row["about"]
    acute = sum(found["acute", level] for level in ("acute", "distress", "none"))
    distress = sum(found["distress", level] for level in ("acute", "distress", "none"))
    caught_acute = acute - found["acute", "none"]
    caught_distress = distress - found["distress", "none"]
    return {
        "acute phrases": acute,
        "acute recognised as a crisis": caught_acute,
        "acute recognised as acute": found["acute", "acute"],
        "distress phrases": distress,
        "distress recognised as a crisis": caught_distress,
        "distress taken for acute": found["distress", "acute"],
        "recall": round((caught_acute + caught_distress) / max(acute + distress, 1), 3),
        "recall acute as acute": round(found["acute", "acute"] / max(acute, 1), 3),
        "recall distress": round(caught_distress / max(distress, 1), 3),
        "harmless taken for acute": found["none", "acute"],
        "harmless taken for distress": found["none", "distress"],
        "addressee right, of those recognised": about,
    }


def main() -> None:
    """Print the figures; for the seen half also what went wrong."""
    half = sys.argv[1]
    for name, value in measured(half).items():
        sys.stdout.write(f"{name:40} {value}\n")
    if half == "seen":
        for row in rows(half):
            assessment = assess(row["text"])
            level = assessment.level if assessment else "none"
            about = assessment.about if assessment else None
            if (level, about) != (row["level"], row["about"]):
                sys.stdout.write(
                    f"{row['level']}/{row['about']} -> {level}/{about}: {row['text']}\n"
                )


if __name__ == "__main__":
    main()
