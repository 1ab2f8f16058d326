"""What the rules were made from must stay recognised; the unseen half is measured by hand only."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from bot.settings import ROOT
from bot.texts import load_texts
from bot.understanding.crisis import ABOUT, PART, RULES, Assessment, CrisisTexts, assess
from knowledge.check import CONFIRMED
from knowledge.loader import load_library
from knowledge.text import figures
from tests.crisis.measure import measured

TEXTS = CrisisTexts.from_texts(load_texts("crisis"))


@pytest.mark.parametrize(
    ("half", "recall"),
    [
        ("seen", 0.95),
        ("practice", 0.95),
        ("practice_2", 0.95),
        ("practice_3", 0.95),
        ("practice_4", 0.95),
        ("practice_5", 0.95),
        ("writers_a", 0.95),
        ("writers_languages", 0.93),
    ],
)
def test_what_was_learnt_stays_learnt(half: str, recall: float) -> None:
    found = measured(half)

    assert found["recall"] >= recall
    assert found["recall acute as acute"] >= 0.9
    assert found["harmless taken for acute"] <= 1
    assert found["harmless taken for distress"] <= 8


def test_questions_of_the_articles_raise_few_false_alarms() -> None:
    asked = [
        question
        for article in load_library(ROOT / "knowledge").articles.values()
        for question in article.questions
        if article.topic != "hilfe"
    ]
    levels = [found.level for question in asked if (found := assess(question))]

    assert levels.count("acute") == 0
    assert levels.count("distress") <= len(asked) * 0.02


@pytest.mark.parametrize(
    ("text", "level", "about"),
    [
        ("Ich will nicht mehr leben!!", "acute", "self"),
        ("meine freundin bringt sich um", "acute", "friend"),
        ("Mein Sohn will sterben", "acute", "child"),
        ("werde gemobbt", "distress", "self"),
        ("unser Azubi ist völlig verzweifelt", "distress", "child"),
        ("lorem ipsum " * 400 + "ich will sterben" + " dolor sit" * 400, "acute", "self"),
    ],
)
def test_level_and_addressee(text: str, level: str, about: str) -> None:
    found = assess(text)

    assert found is not None
    assert (found.level, found.about) == (level, about)


@pytest.mark.parametrize("text", ["", "die prüfung bringt mich um", "mein akku ist tot", "🙂" * 99])
def test_harmless(text: str) -> None:
    assert assess(text) is None


@given(st.text())
def test_any_text_is_assessed(text: str) -> None:
    found = assess(text)

    assert found is None or found.level in ("acute", "distress")


@given(st.integers(0, 2 * PART))
def test_a_crisis_is_found_wherever_it_stands(before: int) -> None:
    assert assess("x " * (before // 2) + "ich will sterben") is not None


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("level", ["acute", "distress"])
def test_the_fixed_answers_name_confirmed_numbers_only(level: str, about: str) -> None:
    text = TEXTS.answer(Assessment(level, about, frozenset({"abuse", "violence"})))
    numbers = {figure for figure in figures(text) if len(figure) > 2}

    assert numbers <= CONFIRMED
    assert numbers & figures("116 123, 116 111, 0800 111 0 550")
    if level == "acute":
        assert figures("112 110") <= numbers
    assert not re.search(r"\d Uhr", text) or "Zeiten können sich ändern" in text


def test_without_its_texts_the_assistant_does_not_start() -> None:
    with pytest.raises(ConfigurationError):
        CrisisTexts.from_texts({"acute": {"self": "x"}})


def test_no_group_and_no_rule_stands_there_in_vain() -> None:
    raw = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    sections = {name: rules for name, rules in raw.items() if name not in ("spellings", "groups")}
    named = {
        item.strip("!") for rules in sections.values() for rule in rules for item in rule.split()
    }
    named |= {pattern for patterns in raw["groups"].values() for pattern in map(str, patterns)}

    assert set(raw["groups"]) <= named
    assert all(len(rules) == len(set(rules)) for rules in sections.values())
