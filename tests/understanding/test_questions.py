"""The evaluation set stays one: nothing that is learnt from is a copy of it."""

from collections import defaultdict

from bot.engine.examples import load_examples
from bot.models import open_library
from bot.settings import load
from knowledge.text import normalise
from tests.understanding.evaluate import questions

LONG = 25
SHARED = 0.6


def grams(text: str) -> frozenset[str]:
    """The runs of four characters of a normalised text."""
    words = normalise(text)
    return frozenset(words[start : start + 4] for start in range(len(words) - 3))


def copies() -> list[tuple[str, str]]:
    """Questions, and the example that gives each away."""
    settings = load()
    articles = open_library(settings).current.articles.values()
    said = load_examples(settings.dialogues_dir / "data").by_intent().values()
    examples = [text for each in articles for text in each.questions]
    examples += [text for texts in said for text in texts]
    exact = {normalise(text).strip(" ?.!") for text in examples}
    holding: defaultdict[str, set[int]] = defaultdict(set)
    for place, text in enumerate(examples):
        for gram in grams(text):
            holding[gram].add(place)
    found = []
    for row in questions():
        asked = normalise(row["question"]).strip(" ?.!")
        if asked in exact:
            found.append((row["question"], row["question"]))
        if len(row["question"]) < LONG:
            continue
        wanted = grams(asked)
        shared: defaultdict[int, int] = defaultdict(int)
        for gram in wanted:
            for place in holding.get(gram, ()):
                shared[place] += 1
        found += [
            (row["question"], examples[place])
            for place, count in shared.items()
            if count > SHARED * len(wanted)
        ]
    return found


def test_no_example_gives_a_question_away() -> None:
    assert copies() == []


def test_a_fifth_cannot_be_answered_and_every_key_is_a_fact() -> None:
    rows = questions()
    facts = open_library(load()).current.facts

    assert len(rows) == 500
    assert sum(not row["keys"] for row in rows) == 100
    assert all(key in facts for row in rows for key in row["keys"])
    assert len({row["question"].lower() for row in rows}) == 500
