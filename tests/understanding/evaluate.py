"""How well questions are answered: `make evaluate` writes docs/quality.md.

`questions.jsonl` was written by people who never saw an article or an example question. Each line holds a
question, the fact keys that answer it, who asks, and the group of facts; without keys it says why nothing
here can answer it: `near` sounds like our subject, `off_topic` does not. `also` names articles that answer it
too: two readers who saw all articles, but neither the keys nor what the assistant says, both named them.
`practice.jsonl` was written in the same way; thresholds are chosen on it, and its mistakes may be looked at.
`follow_ups.jsonl` holds messages that follow an answered question, by a writer who saw the articles: every second one
was looked at while context was built, the others were not.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answers.rules import OUT_OF_SCOPE
from bot.ask import answers
from bot.models import open_library, train
from bot.settings import ROOT, Settings, load
from knowledge.loader import Library

QUESTIONS = Path(__file__).with_name("questions.jsonl")
PRACTICE = Path(__file__).with_name("practice.jsonl")
FOLLOW_UPS = Path(__file__).with_name("follow_ups.jsonl")
REPORT = ROOT / "docs" / "quality.md"
FIRST = Path(__file__).with_name("first_run.json")
RIGHT, CHOICES, ASKED_BACK, REFUSED, WRONG = (
    "right",
    "right in choices",
    "asked back",
    "refused",
    "wrong",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question and what became of it.

    Attributes:
        row: the question as it stands in the file.
        verdict: one of the five; an unanswerable question is never `right`.
        is_answerable: whether an article covers it.
        is_also_right: whether the answer is wrong by the keys, but one that two readers found right.
        answer: what `ask --jsonl` said.
    """

    row: Mapping[str, Any]
    verdict: str
    is_answerable: bool
    answer: Mapping[str, Any]
    is_also_right: bool = False


def questions(path: Path = QUESTIONS) -> list[dict[str, Any]]:
    """The evaluation set, or another file of the same form."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judged(settings: Settings, rows: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """Ask every question afresh and judge what is said."""
    library = open_library(settings).current
    said = answers(settings, (json.dumps(_request(row)) for row in rows))
    return [_judged(row, answer, library) for row, answer in zip(rows, said, strict=True)]


def follow_ups() -> list[dict[str, Any]]:
    """The follow-ups as questions with a context; `half` says whether one was looked at."""
    return [
        {
            "question": row["follow_up"],
            "context": [row["last"]],
            "keys": row["keys"],
            "kind": row["kind"],
            "half": "not looked at" if place % 2 else "looked at",
        }
        for place, row in enumerate(questions(FOLLOW_UPS))
    ]


def _request(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("question", "context") if name in row}


def _judged(row: Mapping[str, Any], answer: Mapping[str, Any], library: Library) -> Judged:
    gold = {article.key for key in row["keys"] if (article := library.find(key))}
    if answer.get("level") == "acute":
        is_right = str(row.get("group", "")).startswith("11")
        return Judged(row, RIGHT if is_right else WRONG, bool(gold), answer)
    shown = answer["article"]
    if not gold:
        is_answer = shown is not None and shown != OUT_OF_SCOPE
        is_question = answer["outcome"] == "clarify"
        verdict = WRONG if is_answer else ASKED_BACK if is_question else REFUSED
        return Judged(row, verdict, False, answer)
    if shown:
        is_also_right = shown in row.get("also", ())
        return Judged(row, RIGHT if shown in gold else WRONG, True, answer, is_also_right)
    if answer["alternatives"]:
        offered = {article.key for key in answer["alternatives"] if (article := library.find(key))}
        return Judged(row, CHOICES if offered & gold else ASKED_BACK, True, answer)
    return Judged(row, REFUSED, True, answer)


def figures(found: Iterable[Judged]) -> dict[str, float]:
    """Shares of 100, to one digit."""
    answerable = [each for each in found if each.is_answerable]
    others = [each for each in found if not each.is_answerable]
    counts = Counter(each.verdict for each in answerable)
    alternatives = sum(each.verdict == WRONG and _is_among(each) for each in answerable)
    total = max(len(answerable), 1)
    return {
        "answerable": len(answerable),
        "hit@1": _share(counts[RIGHT], total),
        "hit@3": _share(counts[RIGHT] + counts[CHOICES] + alternatives, total),
        "asked back": _share(counts[CHOICES] + counts[ASKED_BACK], total),
        "refused": _share(counts[REFUSED], total),
        "wrong": _share(counts[WRONG], total),
        "of these right for two readers": _share(sum(each.is_also_right for each in found), total),
        "unanswerable": len(others),
        "not answered rightly": _share(sum(each.verdict != WRONG for each in others), len(others)),
        "of these asked back": _share(
            sum(each.verdict == ASKED_BACK for each in others), len(others)
        ),
        "answered wrongly": _share(sum(each.verdict == WRONG for each in others), len(others)),
        "taken for a crisis, not of group 11": _share(
            sum(
                "level" in each.answer and not _is_of_crisis(each)
                for each in (*answerable, *others)
            ),
            len(answerable) + len(others),
        ),
    }


def _is_of_crisis(each: Judged) -> bool:
    return str(each.row.get("group", "")).startswith("11")


def _is_among(each: Judged) -> bool:
    return bool(set(each.row["keys"]) & set(each.answer["alternatives"]))


def _share(part: int, whole: int) -> float:
    return round(100 * part / max(whole, 1), 1)


def by(found: Sequence[Judged], field: str) -> dict[str, list[Judged]]:
    """The judged questions by a field of their row."""
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in found:
        groups[str(each.row.get(field) or "–")].append(each)
    return dict(sorted(groups.items(), key=lambda each: (each[0].zfill(2), each[0])))


def report(
    found: Sequence[Judged],
    first: Mapping[str, float],
    articles: int,
    followed: Sequence[Judged] = (),
) -> str:
    """The page."""
    now = figures(found)
    lines = [
        "# How well questions are answered",
        "",
        "`make evaluate`: 500 questions by writers who saw neither articles nor examples, each asked in a fresh conversation without",
        f"role or age. {articles} articles. *hit@3*: the right article shown, or among the choices that are offered at once or after *Das meinte",
        "ich nicht*. A question that no article covers yet counts as unanswerable.",
        "",
        "| | first run | last run |",
        "|---|---|---|",
        *(f"| {name} | {first.get(name, '–')} | {value} |" for name, value in now.items()),
        "",
    ]
    for title, field in (("By group of facts", "group"), ("By who asks", "role")):
        lines += [
            f"## {title}",
            "",
            "| | answerable | hit@1 | hit@3 | wrong | refused |",
            "|---|---|---|---|---|---|",
        ]
        for name, group in by([each for each in found if each.is_answerable], field).items():
            row = figures(group)
            lines.append(
                f"| {name} | {row['answerable']} | {row['hit@1']} | {row['hit@3']} | {row['wrong']} | {row['refused']} |"
            )
        lines.append("")
    if followed:
        lines += _table_of_follow_ups(followed)
    return "\n".join(lines)


def _table_of_follow_ups(followed: Sequence[Judged]) -> list[str]:
    lines = [
        "## Follow-ups",
        "",
        "Asked after another question; `elliptic` makes sense only with it, `bare` names an age, a place, an occupation, `no_mark` goes on without a",
        "word that says so, `new` is another subject, `off` is no question. Half of them was looked at while context was built.",
        "",
        "| | with an answer | hit@1 | hit@3 | wrong | without an answer | not answered rightly |",
        "|---|---|---|---|---|---|---|",
    ]
    parts = {**by(followed, "half"), **by([e for e in followed if _is_unseen(e)], "kind")}
    for name, group in parts.items():
        row = figures(group)
        label = name if name in ("looked at", "not looked at") else f"not looked at: {name}"
        lines.append(
            f"| {label} | {row['answerable']} | {row['hit@1']} | {row['hit@3']} | {row['wrong']} "
            f"| {row['unanswerable']} | {row['not answered rightly']} |"
        )
    return [*lines, ""]


def _is_unseen(each: Judged) -> bool:
    return bool(each.row["half"] == "not looked at")


def main() -> None:
    """Measure, write the page, print the figures; `--practice` asks the practice questions instead; `--errors` prints what went wrong."""
    settings = load()
    train(settings)
    is_practice = "--practice" in sys.argv
    found = judged(settings, questions(PRACTICE if is_practice else QUESTIONS))
    now = figures(found)
    if not is_practice:
        _write_report(settings, found, now)
    for name, value in now.items():
        sys.stdout.write(f"{name:38} {value}\n")
    if "--errors" in sys.argv:
        for each in found:
            if each.verdict != RIGHT and not (each.verdict == REFUSED and not each.is_answerable):
                said = each.answer["article"] or each.answer["alternatives"]
                sys.stdout.write(
                    f"{each.verdict:18} {each.row['keys']} {each.row['question']} -> {said} {each.answer['confidence']}\n"
                )


def _write_report(settings: Settings, found: Sequence[Judged], now: dict[str, float]) -> None:
    if not FIRST.exists():
        FIRST.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    articles = len(open_library(settings).current.articles)
    followed = judged(settings, follow_ups())
    REPORT.write_text(report(found, first, articles, followed), encoding="utf-8")


if __name__ == "__main__":
    main()
