"""Our understanding and Rasa's DIET side by side, on the same files: `make bench-diet DATA=folder`.

Two tasks: CLINC150 small (from the folder given), and our own domain: ten examples of each intent (150 of what nothing answers), drawn once, tested
with `tests/understanding/questions.jsonl`. Prints a table and writes docs/measurements/diet.md. `--reuse` reads what
an earlier run left in build/diet/ and measures only what is missing there; `clinc` or `own` behind the folder does one task.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.engine.examples import load_examples
from bot.models import open_library
from bot.nlu import auroc, macro_f1
from bot.settings import ROOT, load
from bot.understanding.concepts import NO_CONCEPTS, load_concepts
from bot.understanding.intents import load_intents, save_intents
from bot.understanding.training import Lesson, trained
from tests.benchmarks.workers.rasa_nlu import peak_memory
from tests.understanding.evaluate import questions

WORK = ROOT / "build" / "diet"
REPORT = ROOT / "docs" / "measurements" / "diet.md"
EACH = 10
DRAWS = 200
NOTHING = frozenset({"nlu_fallback", "faq_meta.nicht_zustaendig", "oos"})
"""Intents that say that nothing fits."""


@dataclass(frozen=True, slots=True)
class Task:
    """What both learn from, and what they are asked: texts with the intents that are right; none when nothing is."""

    name: str
    train: Path
    texts: Sequence[str]
    gold: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine did: seconds of training and start, MB, and by text a ranking and milliseconds."""

    train: float
    start: float
    memory: float
    rows: Sequence[Mapping[str, Any]]


def clinc(folder: Path) -> Task:
    """CLINC150 small."""
    train, test = folder / "clinc150_small_train.yml", folder / "clinc150_small_test.yml"
    known = {each.intent for each in load_examples(train).examples}
    asked = load_examples(test).examples
    gold = [frozenset({each.intent} & known) for each in asked]
    return Task("CLINC150 small", train, [each.text for each in asked], gold)


def own() -> Task:
    """Our own domain, the same draw each time."""
    settings = load()
    library = open_library(settings).current
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for key, each in library.articles.items():
        examples[f"faq_{key}"] += each.questions
    for intent, texts in load_examples(settings.dialogues_dir / "data").by_intent().items():
        examples[intent.replace("/", "_")] += texts
    chance = random.Random(7)  # noqa: S311 - the same draw each time
    drawn = {
        intent: chance.sample(sorted(texts), min(EACH, len(texts)))
        for intent, texts in sorted(examples.items())
    }
    for intent in NOTHING & set(examples):
        # As in life: what nothing answers has many faces.
        drawn[intent] = chance.sample(sorted(examples[intent]), min(150, len(examples[intent])))
    train = WORK / "own_train.yml"
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in drawn.items()
    ]
    train.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), "utf-8")
    rows = questions()
    gold = [
        frozenset(f"faq_{article.key}" for key in row["keys"] if (article := library.find(key)))
        for row in rows
    ]
    return Task("own domain", train, [row["question"] for row in rows], gold)


def ours(task: Task, out: Path) -> None:
    """Train and parse in a process of its own, as Rasa does; write a `Run` as JSON."""
    concepts = load_concepts(load().concepts) if task.name == "own domain" else NO_CONCEPTS
    begun = time.perf_counter()
    lessons = [Lesson(each.text, each.intent) for each in load_examples(task.train).examples]
    model = WORK / "ours.npz"
    save_intents(trained(lessons, concepts), "", model)
    seconds = time.perf_counter() - begun
    texts = WORK / "texts.json"
    texts.write_text(json.dumps(list(task.texts)), encoding="utf-8")
    arguments = [sys.executable, "-m", "tests.benchmarks.diet", "--ours", str(model), str(texts)]
    done = subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True, text=True)
    out.write_text(json.dumps({"train": seconds, **json.loads(done.stdout)}), encoding="utf-8")


def parse_with_ours(model: Path, texts: Sequence[str]) -> None:
    """Load and parse; prints the rest of a `Run`."""
    begun = time.perf_counter()
    classifier, _ = load_intents(model)
    start = time.perf_counter() - begun
    rows = []
    for text in texts:
        begun = time.perf_counter()
        ranking = classifier.ranked(text)
        taken = (time.perf_counter() - begun) * 1000
        rows.append({"ranking": [[e.intent, e.confidence] for e in ranking], "milliseconds": taken})
    memory = peak_memory()
    sys.stdout.write(json.dumps({"start": start, "memory": memory, "rows": rows}))


def theirs(task: Task, out: Path) -> None:
    """The same with Rasa, under its own Python."""
    texts = WORK / "texts.json"
    texts.write_text(json.dumps(list(task.texts)), encoding="utf-8")
    worker = Path(__file__).parent / "workers" / "rasa_nlu.py"
    python = os.environ["RASA_PYTHON"]
    subprocess.run([python, worker, task.train, texts, out], check=True)


def run(task: Task, name: str, engine: Callable[[Task, Path], None], *, reuse: bool) -> Run:
    """What an engine does, or did."""
    out = WORK / f"{task.name.split()[0]}_{name}.json"
    if not (reuse and out.exists()):
        engine(task, out)
    return Run(**json.loads(out.read_text(encoding="utf-8")))


def figures(task: Task, done: Run) -> dict[str, float]:
    """Accuracy, macro F1 and AUROC out of scope, as shares."""
    in_scope = [
        (gold, row["ranking"]) for gold, row in zip(task.gold, done.rows, strict=True) if gold
    ]
    right = [ranking[0][0] in gold for gold, ranking in in_scope]
    pairs = [
        (ranking[0][0] if ranking[0][0] in gold else min(gold), ranking[0][0])
        for gold, ranking in in_scope
    ]
    sure = [
        max((sure for intent, sure in row["ranking"] if intent not in NOTHING), default=0.0)
        for row in done.rows
    ]
    inside = [value for value, gold in zip(sure, task.gold, strict=True) if gold]
    outside = [value for value, gold in zip(sure, task.gold, strict=True) if not gold]
    return {
        "accuracy": statistics.mean(right),
        "macro F1": macro_f1(pairs),
        "AUROC out of scope": auroc(inside, outside) or 0.0,
    }


def intervals(task: Task, one: Run, other: Run) -> dict[str, tuple[float, float]]:
    """The 95 % intervals of the differences, one minus other: both are drawn with the same questions."""
    chance = random.Random(3)  # noqa: S311 - the same draw each time
    found: defaultdict[str, list[float]] = defaultdict(list)
    places = range(len(task.texts))
    for _ in range(DRAWS):
        drawn = chance.choices(places, k=len(places))
        part = Task(
            task.name, task.train, [task.texts[i] for i in drawn], [task.gold[i] for i in drawn]
        )
        first, second = (
            figures(part, Run(run.train, run.start, run.memory, [run.rows[i] for i in drawn]))
            for run in (one, other)
        )
        for name, value in first.items():
            found[name].append(value - second[name])
    return {
        name: (sorted(values)[len(values) // 40], sorted(values)[-len(values) // 40 - 1])
        for name, values in found.items()
    }


def lines(task: Task, one: Run, other: Run) -> list[str]:
    """The table of one task."""
    spread = intervals(task, one, other)
    first, second = figures(task, one), figures(task, other)
    rows = [
        f"| {name} | {value:.1%} | {second[name]:.1%} | {spread[name][0]:+.1%} to {spread[name][1]:+.1%} |"
        for name, value in first.items()
    ]
    pairs = [
        (
            "p50, ms",
            *(statistics.median(r["milliseconds"] for r in each.rows) for each in (one, other)),
        ),
        ("p99, ms", *(_p99([r["milliseconds"] for r in each.rows]) for each in (one, other))),
        ("training, s", one.train, other.train),
        ("start, s", one.start, other.start),
        ("memory, MB", one.memory, other.memory),
    ]
    rows += [f"| {name} | {a:.2f} | {b:.2f} | ours × {b / a:.1f} |" for name, a, b in pairs]
    outside = sum(not gold for gold in task.gold)
    return [
        f"## {task.name}",
        "",
        f"{len(load_examples(task.train).examples)} examples; {len(task.texts) - outside} questions in scope, {outside} out of it.",
        "",
        "| | ours | DIET | difference, 95 % interval |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


def main() -> None:
    """See above."""
    if sys.argv[1] == "--ours":
        parse_with_ours(Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text("utf-8")))
        return
    WORK.mkdir(parents=True, exist_ok=True)
    reuse = "--reuse" in sys.argv
    page = [
        "# Our understanding beside Rasa's DIET",
        "",
        "`make bench-diet DATA=folder`: Rasa 3.6.21 with the pipeline that `rasa init` writes (100 epochs), and ours, trained and tested with the",
        "same files in one run on the same two cores. The intervals are drawn from the questions (bootstrap), both engines on the same draw.",
        "",
    ]
    tasks = {"clinc": lambda: clinc(Path(sys.argv[1])), "own": own}
    wanted = [name for name in tasks if name in sys.argv[2:]] or list(tasks)
    for task in (tasks[name]() for name in wanted):
        one = run(task, "ours", ours, reuse=reuse)
        other = run(task, "diet", theirs, reuse=reuse)
        page += lines(task, one, other)
    REPORT.write_text("\n".join(page), encoding="utf-8")
    sys.stdout.write("\n".join(page))


if __name__ == "__main__":
    main()
