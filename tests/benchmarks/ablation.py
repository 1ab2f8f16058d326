"""What each part of understanding is worth, and how the number of examples tells: `make ablation`.

Each variant is trained anew and asked the evaluation set and the practice questions, without any decision: the share
whose first intent is right, whose first three hold it, and how well confidence tells what nothing answers (AUROC).
*swapped*: the same questions with two words mistyped, the same ones each time. Writes docs/measurements/understanding.md
between its two marks.
"""

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.events import FAQ, NLU_FALLBACK
from bot.models import lessons_of, open_library
from bot.nlu import auroc
from bot.settings import ROOT, load
from bot.understanding.concepts import NO_CONCEPTS, Concepts, load_concepts
from bot.understanding.intents import IntentClassifier
from bot.understanding.spelling import Spelling
from bot.understanding.training import Lesson, trained
from knowledge.loader import Library
from tests.understanding.evaluate import PRACTICE, questions

PAGE = ROOT / "docs" / "measurements" / "understanding.md"
MARKS = ("<!-- ablation -->", "<!-- end of ablation -->")
OUT_OF_SCOPE = FAQ + "meta.nicht_zustaendig"
SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to learn."""

    name: str
    lessons: Sequence[Lesson]
    concepts: Concepts
    corrects: bool = True


def variants(lessons: Sequence[Lesson], concepts: Concepts) -> Iterator[Variant]:
    """All parts; each part left out; fewer examples."""
    yield Variant("all parts", lessons, concepts)
    yield Variant("without concepts", lessons, NO_CONCEPTS)
    yield Variant("without the articles' sentences", [e for e in lessons if e.worth == 1], concepts)
    yield Variant(
        "sentences worth as much as questions", [replace(e, worth=1.0) for e in lessons], concepts
    )
    yield Variant("without correcting swapped letters", lessons, concepts, corrects=False)
    yield Variant(
        "without examples of what nothing answers",
        [e for e in lessons if e.intent not in (NLU_FALLBACK, OUT_OF_SCOPE)],
        concepts,
    )
    chance = random.Random(5)  # noqa: S311 - the same draw each time
    asked = [each for each in lessons if each.worth == 1]
    chance.shuffle(asked)
    told = [each for each in lessons if each.worth != 1]
    few = asked[: int(len(asked) * SHARES[0])]
    yield Variant(f"{SHARES[0]:.0%} of the questions, without concepts", [*few, *told], NO_CONCEPTS)
    yield Variant(f"{SHARES[0]:.0%} of the questions, without sentences", few, concepts)
    for share in SHARES[:-1]:
        some = asked[: int(len(asked) * share)]
        yield Variant(f"{share:.0%} of the questions ({len(some)})", [*some, *told], concepts)


def mistyped(text: str, chance: random.Random) -> str:
    """Two words of a text with two neighbours swapped, where they are long enough."""
    words = text.split()
    for _ in range(2):
        place = chance.randrange(len(words))
        word = words[place]
        if len(word) > 4:
            at = chance.randrange(1, len(word) - 1)
            words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def measured(
    classifier: IntentClassifier, rows: Sequence[dict[str, Any]], library: Library
) -> list[float]:
    """Right first, right among three, AUROC of what has no answer."""
    first = among = 0
    inside: list[float] = []
    outside: list[float] = []
    for row in rows:
        gold = {FAQ + each.key for key in row["keys"] if (each := library.find(key))}
        ranking = classifier.ranked(row["question"])
        sure = max(
            (e.confidence for e in ranking if e.intent not in (NLU_FALLBACK, OUT_OF_SCOPE)),
            default=0.0,
        )
        (inside if gold else outside).append(sure)
        first += ranking[0].intent in gold
        among += bool(gold & {each.intent for each in ranking[:3]})
    return [first / len(inside), among / len(inside), auroc(inside, outside)]


def without_correcting(classifier: IntentClassifier) -> IntentClassifier:
    """The same classifier, believing every letter."""
    object.__setattr__(classifier.vocabulary, "spelling", Spelling(lambda _: None))
    return classifier


def main() -> None:
    """See above."""
    settings = load()
    library = open_library(settings).current
    asked, practice = questions(), questions(PRACTICE)
    chance = random.Random(11)  # noqa: S311 - the same slips each time
    swapped = [{**row, "question": mistyped(row["question"], chance)} for row in asked]
    lines = [
        "| | right first | among three | AUROC | practice: right first | among three | AUROC | swapped: right first |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for variant in variants(lessons_of(settings), load_concepts(settings.concepts)):
        classifier = trained(variant.lessons, variant.concepts)
        if not variant.corrects:
            classifier = without_correcting(classifier)
        figures = [
            *measured(classifier, asked, library),
            *measured(classifier, practice, library),
            measured(classifier, swapped, library)[0],
        ]
        lines.append(
            f"| {variant.name} | " + " | ".join(f"{100 * each:.1f}" for each in figures) + " |"
        )
        sys.stdout.write(lines[-1] + "\n")
    _put(PAGE, "\n".join(lines))


def _put(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    begin, end = (re.escape(mark) for mark in MARKS)
    new = re.sub(rf"{begin}.*{end}", f"{MARKS[0]}\n\n{table}\n\n{MARKS[1]}", text, flags=re.DOTALL)
    page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
