"""Rules over words: what a line means, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.crisis.wordrules import RuleBook
from bot.understanding.lexicon import PatternError

GROUPS = {
    "WUNSCH": ["will", "moecht*"],
    "TOT": ["tot sein", "sterben", "*sterben"],
    "BEIDE": ["WUNSCH", "TOT"],
    "NEIN": ["nicht"],
}


def holds(rule: str, text: str) -> bool:
    book = RuleBook(GROUPS, {"rules": [rule]})
    return book.holds("rules", book.find(text.split()))


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("TOT", "heute tot sein", True),
        ("TOT", "tot heute sein", False),
        ("TOT", "wegsterben", True),
        ("WUNSCH TOT ~4", "ich will heute sterben", True),
        ("WUNSCH TOT ~4", "sterben ist was ich moechte", False),
        ("WUNSCH TOT ~5", "sterben ist was ich moechte", True),
        ("WUNSCH > TOT ~5", "sterben ist was ich moechte", False),
        ("WUNSCH > TOT ~3 !NEIN", "ich will sterben", True),
        ("WUNSCH > TOT ~3 !NEIN", "ich will sterben nicht", False),
        ("von_der_welt", "weg von der welt", True),
        ("BEIDE BEIDE ~2", "will sterben", True),
        ("BEIDE BEIDE ~2", "will ich", False),
        ("kein* > lust ~2", "keine lust", True),
    ],
)
def test_what_a_rule_means(rule: str, text: str, expected: bool) -> None:
    assert holds(rule, text) is expected


@pytest.mark.parametrize(
    ("groups", "rule", "reason"),
    [
        ({}, "NIEMAND", "no group NIEMAND"),
        ({}, "a b", "how near"),
        ({}, "~3", "no rule"),
        ({"A": ["A"]}, "A", "contains itself"),
        ({"A": ["B"]}, "A", "no group B"),
        ({"A": ["* x"]}, "A", "begin with any word"),
    ],
)
def test_what_is_refused(groups: dict[str, list[str]], rule: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason):
        RuleBook(groups, {"rules": [rule]})


def test_texts_and_patterns_may_be_spelled_alike() -> None:
    book = RuleBook(
        {"KEIN": ["nimmer"]},
        {"rules": ["KEIN > mehr ~3"]},
        spelling=lambda word: {"nimmer": "nicht mehr"}.get(word, word),
    )

    assert book.find(["nicht", "mehr"])["KEIN"]


@given(st.lists(st.sampled_from(["will", "sterben", "tot", "sein", "x", "nicht"]), max_size=30))
def test_a_match_lies_within_its_window_and_holds_all_items(words: list[str]) -> None:
    book = RuleBook(GROUPS, {"rules": ["WUNSCH TOT ~4"]})
    found = book.find(words)

    for match in book.matches("rules", found):
        assert match.end - match.start <= 4
        for group in ("WUNSCH", "TOT"):
            assert any(match.start <= span.start < span.end <= match.end for span in found[group])
