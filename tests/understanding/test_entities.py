"""What a question names beside its concern, and what waits for the editors."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.answers.followups import goes_on, joined
from bot.models import lessons_of, open_library, open_understanding
from bot.settings import load
from bot.understanding.concepts import load_concepts
from bot.understanding.embedded import Understanding
from bot.understanding.parser import LearntParser
from bot.worklist import confusable, expiring, worklist
from tests.support import settings_in


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return open_understanding(load())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("und in bayern?", {"state": "by"}),
        ("ich wohne in NRW", {"state": "nw"}),
        ("bin 17 und im 2. lehrjahr", {"age": "17", "training_year": "2. lehrjahr"}),
        (
            "Meine Tochter ist 15 Jahre alt, 9. Klasse",
            {"asks_about": "eltern", "age": "15 Jahre alt", "grade": "9. Klasse"},
        ),
        ("ausbildung als Friseurin in Fulda", {"occupation": "Friseurin", "district": "Fulda"}),
        ("ich krieg nur 600 euro", {"amount": "600 euro"}),
        ("seit drei monaten dabei", {"duration": "drei monaten"}),
        ("hallo", {}),
        # A Turkish keyboard: no dot, or one too many.
        ("kızim 15 jahre alt", {"asks_about": "eltern", "age": "15 jahre alt"}),
        ("ICH WOHNE İN BAYERN, ALS TİSCHLERİN", {"state": "by", "occupation": "TİSCHLERİN"}),
    ],
)
def test_entities(understanding: Understanding, text: str, expected: dict[str, str]) -> None:
    found = {entity.name: entity.value for entity in understanding.understood(text).entities}

    assert found == expected


@pytest.fixture(scope="module")
def parser(understanding: Understanding) -> LearntParser:
    return LearntParser(lambda: understanding)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("und in Teilzeit?", True),
        ("und mit 17", True),
        ("gilt das auch in bayern", True),
        ("17", True),
        ("bis wann muss das da sein", True),
        ("kosten?", True),
        (
            "und dann hat mein chef gesagt dass ich am samstag wieder mal in den laden kommen soll",
            False,
        ),
        ("wie viele urlaubstage stehen mir mit 17 zu", False),
        ("wie wird morgen das wetter", False),
        ("und tschüss", False),
        ("danke", False),
    ],
)
def test_what_goes_on_from_the_last_question(
    parser: LearntParser, text: str, expected: bool
) -> None:
    assert goes_on(parser.understand(text)) is expected


def test_both_questions_become_one(understanding: Understanding) -> None:
    first = understanding.understood("wie viel urlaub mit 20?")

    assert joined(first, understanding.understood("und in Teilzeit")) == (
        "wie viel urlaub mit 20 und in Teilzeit"
    )
    assert joined(first, understanding.understood("und mit 17")).split() == (
        ["wie", "viel", "urlaub", "mit", "und", "mit", "17"]
    )


def test_what_expires_soon_comes_first() -> None:
    articles = list(open_library(load()).current.articles.values())
    last = max(each.valid_until for each in articles)

    assert expiring(articles, date(2020, 1, 1)) == []
    found = expiring(articles, last - timedelta(days=60))
    assert len(found) == len(articles)
    assert found[0].valid_until == min(each.valid_until for each in articles)


async def test_the_worklist_of_a_new_house_holds_what_expires(tmp_path: Path) -> None:
    found = await worklist(settings_in(tmp_path))

    assert found.questions == []
    assert found.badly_rated == []
    assert [each.valid_until for each in found.expiring] == sorted(
        each.valid_until for each in found.expiring
    )


def test_articles_that_are_taken_for_each_other_are_named() -> None:
    settings = load()
    of_part_time = [each for each in lessons_of(settings) if each.intent.startswith("faq/teilzeit")]
    found = confusable(of_part_time, load_concepts(settings.concepts))

    assert found
    assert all(pair.first < pair.second and pair.times > 0 for pair in found)
    assert [pair.times for pair in found] == sorted((each.times for each in found), reverse=True)
