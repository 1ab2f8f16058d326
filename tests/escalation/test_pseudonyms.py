"""Pseudonyms: one for each number and never the same for two, no order by the alphabet, and kind words alone."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.pseudonyms import pseudonym
from bot.texts import load_texts

NAMES: list[str] = load_texts("pseudonyms")["names"]
REFUSED = {
    "Affe", "Biene", "Bock", "Bär", "Elefant", "Elster", "Esel", "Gans", "Geier", "Giraffe", "Hamster", "Hase",
    "Hirsch", "Hund", "Hyäne", "Katze", "Kröte", "Kuh", "Lemming", "Made", "Maus", "Meise", "Mohr", "Muschel", "Ochse",
    "Qualle", "Rabe", "Ratte", "Schnecke", "Schwein", "Spatz", "Spinne", "Wal", "Wanze", "Wurm", "Zecke", "Ziege",
}  # fmt: skip


def test_the_words_are_many_short_and_kind() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 60
    assert all(re.fullmatch(r"[A-ZÄÖÜ][a-zäöüß]{2,9}", name) for name in NAMES)
    assert not REFUSED & set(NAMES)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.lists(st.text(min_size=1), min_size=1))
def test_one_number_has_one_name(one: int, other: int, names: list[str]) -> None:
    spaceless = [re.sub(r"\s", "x", name) for name in names]
    assert pseudonym(one, spaceless) == pseudonym(one, list(spaceless))
    assert (pseudonym(one, spaceless) == pseudonym(other, spaceless)) == (one == other)


@given(st.integers(1, 300), st.integers(0, 10**6))
def test_all_names_come_before_one_comes_again(count: int, first: int) -> None:
    names = [f"N{number}" for number in range(count)]
    some = {pseudonym(first + step, names).split()[0] for step in range(count)}
    assert some == set(names)


def test_neighbours_are_far_from_each_other_in_the_list() -> None:
    places = [NAMES.index(pseudonym(number, NAMES).split()[0]) for number in range(500)]
    away = [abs(one - other) for one, other in pairwise(places)]
    assert min(away) > len(NAMES) // 4
    words = [pseudonym(number, NAMES) for number in range(12)]
    assert words != sorted(words)
    assert words != sorted(words, reverse=True)


def test_a_pseudonym_stays() -> None:
    assert [pseudonym(number, ["Fuchs", "Igel", "Klee"]) for number in range(4)] == [
        "Fuchs 0",
        "Klee 1",
        "Igel 2",
        "Fuchs 3",
    ]


@pytest.mark.parametrize(("number", "names"), [(-1, ["Fuchs"]), (1, [])])
def test_what_has_no_pseudonym_is_an_error(number: int, names: list[str]) -> None:
    with pytest.raises(ValueError, match="no pseudonym"):
        pseudonym(number, names)
