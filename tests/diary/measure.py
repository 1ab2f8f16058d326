"""Measures how well diary messages are read: `python -m tests.diary.measure FILE [--show]`.

The file has one JSON object a line: id, kind, today, message, entries (date, type, hours, activities), asks.
"""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.diary.nachweis import Entry
from bot.diary.reading import Reading, read

Key = tuple[str, str, float | None, tuple[str, ...]]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _gold(entries: Iterable[Mapping[str, Any]]) -> list[Key]:
    return sorted(
        (
            (e["date"], e["type"], e["hours"], tuple(sorted(map(_plain, e["activities"]))))
            for e in entries
        ),
        key=repr,
    )


def _read(entries: Sequence[Entry]) -> list[Key]:
    return sorted(
        (
            (
                entry.day.isoformat(),
                str(entry.type),
                None if entry.minutes is None else round(entry.minutes / 60, 2),
                tuple(sorted(map(_plain, entry.activities))),
            )
            for entry in entries
        ),
        key=repr,
    )


def _without_activities(keys: Iterable[Key]) -> list[tuple[str, str, float | None]]:
    return sorted((key[:3] for key in keys), key=repr)


def verdict(gold: Mapping[str, Any], reading: Reading) -> str:
    """Right, right but for the activities, asked back needlessly or rightly, or wrong."""
    wanted, given = _gold(gold["entries"]), _read(reading.entries)
    asks = bool(reading.questions)
    if asks != gold["asks"]:
        return "asked needlessly" if asks else "wrong"
    if wanted == given:
        return "asked rightly" if asks else "right"
    if _without_activities(wanted) == _without_activities(given):
        return "right but activities"
    return "wrong"


def main(path: str, *, show: bool) -> None:
    """Prints the figures of a file."""
    counts: dict[str, Counter[str]] = {}
    slowest = 0.0
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        start = time.perf_counter()
        reading = read(gold["message"], date.fromisoformat(gold["today"]))
        slowest = max(slowest, time.perf_counter() - start)
        how = verdict(gold, reading)
        counts.setdefault(gold["kind"], Counter())[how] += 1
        if show and how not in ("right", "asked rightly"):
            _show(gold, reading, how)
    total = sum(counts.values(), Counter[str]())
    for kind, counter in (*sorted(counts.items()), ("all", total)):
        print(_row(kind, counter))  # noqa: T201
    print(f"slowest message {slowest * 1000:.1f} ms")  # noqa: T201


def _row(kind: str, counter: Counter[str]) -> str:
    number = counter.total()
    full = counter["right"] + counter["asked rightly"]
    near = full + counter["right but activities"]
    return (
        f"{kind:9} {number:4}  fully right {full / number:6.1%}  activities aside {near / number:6.1%}"
        f"  asked rightly {counter['asked rightly']}, needlessly {counter['asked needlessly']}"
        f"  wrong {counter['wrong']}"
    )


def _show(gold: Mapping[str, Any], reading: Reading, how: str) -> None:
    print(f"--- {gold['id']} {gold['today']} {how}: {gold['message']}")  # noqa: T201
    wanted, given = _gold(gold["entries"]), _read(reading.entries)
    for key in wanted:
        if key not in given:
            print("    gold", *key)  # noqa: T201
    for key in given:
        if key not in wanted:
            print("    read", *key)  # noqa: T201
    for question in reading.questions:
        print("    asks", question.doubt, repr(question.words), question.day)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], show="--show" in sys.argv)
