"""What parents type about their child's class and their topics."""

import pytest

from bot.nudges.subscription import Days
from bot.nudges.words import days_named, stage_named, topics_named

TOPICS = {"geld": "Geld", "praktikum": "Praktikum", "bewerbung": "Bewerbung"}


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("8. klasse", "k8"),
        ("meine tochter ist in der neunten", "k9"),
        ("er geht in die 9b", "k9"),
        ("sie ist 13 jahre alt, klasse 8", "k8"),
        ("zweites lehrjahr", "a2"),
        ("3. jahr lehre", "a3"),
        ("sie fängt im august eine ausbildung an", "a1"),
        ("macht gerade abi", "k13"),
        ("3", None),
        ("weiß nicht", None),
    ],
)
def test_stages(text: str, stage: str | None) -> None:
    assert stage_named(text) == stage


@pytest.mark.parametrize(
    ("text", "topics"),
    [("geld und bewerbungen", {"geld", "bewerbung"}), ("alles", set(TOPICS)), ("nix", set())],
)
def test_topics(text: str, topics: set[str]) -> None:
    assert topics_named(text, TOPICS) == topics


def test_days() -> None:
    assert days_named("nur samstags") is Days.WEEKEND
    assert days_named("lieber unter der woche") is Days.WEEKDAYS
