"""The days that matter in a training: which, when they are told, and that an article explains each."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calculators.periods import last_day
from bot.diary.ausbildung import Aenderung, Aenderungsart, Ausbildung, add_months
from bot.reminders.dates import ImportantDate, important_dates
from bot.texts import load_texts

ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"
BEGIN, END = date(2026, 9, 1), date(2029, 8, 31)
begins = st.dates(date(2000, 1, 1), date(2090, 12, 31))
months = st.integers(1, 4)


def of(begin: date, end: date, probation: int | None = None) -> tuple[ImportantDate, ...]:
    return important_dates(Ausbildung(beginn=begin, ende=end), probation)


def one(key: str, dates: tuple[ImportantDate, ...]) -> tuple[date, date] | None:
    found = [(each.day, each.remind_on) for each in dates if each.key == key]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_usual_training() -> None:
    assert of(BEGIN, END, 4) == (
        ImportantDate("leave_left", date(2026, 12, 31), date(2026, 11, 15), "urlaub.verfall"),
        ImportantDate("probation_ends", date(2026, 12, 31), date(2026, 12, 17), "dual.probezeit"),
        ImportantDate("leave_left", date(2027, 12, 31), date(2027, 11, 15), "urlaub.verfall"),
        ImportantDate(
            "intermediate_exam", date(2028, 3, 1), date(2027, 12, 1), "pruefung.zwischen"
        ),
        ImportantDate("leave_left", date(2028, 12, 31), date(2028, 11, 15), "urlaub.verfall"),
        ImportantDate(
            "final_exam_registration", date(2029, 8, 31), date(2028, 12, 31), "pruefung.zulassung"
        ),
        ImportantDate(
            "promise_to_stay", date(2029, 3, 1), date(2029, 3, 1), "dual.vertrag.nichtig"
        ),
        ImportantDate("training_ends", date(2029, 8, 31), date(2029, 5, 31), "dual.ende"),
    )


def test_without_dates_there_is_nothing() -> None:
    assert important_dates(Ausbildung(), 3) == ()
    assert important_dates(Ausbildung(beginn=BEGIN), 3) == ()
    assert of(END, BEGIN, 3) == ()


@pytest.mark.parametrize(
    ("begin", "probation", "expected"),
    [
        (date(2026, 9, 1), 1, date(2026, 9, 30)),
        (date(2026, 9, 15), 3, date(2026, 12, 14)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 1), 4, date(2027, 2, 28)),
        (date(2027, 10, 30), 4, date(2028, 2, 29)),
        (date(2027, 11, 1), 4, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 28)),
        (date(2027, 3, 1), 2, date(2027, 4, 30)),
    ],
)
def test_the_last_day_of_the_probation(begin: date, probation: int, expected: date) -> None:
    found = one("probation_ends", of(begin, add_months(begin, 36), probation))
    assert found == (expected, max(begin, expected - timedelta(days=14)))


@given(begins, months)
def test_the_probation_ends_as_the_calculator_says(begin: date, probation: int) -> None:
    found = one("probation_ends", of(begin, add_months(begin, 24), probation))
    assert found is not None
    assert found[0] == last_day(begin, probation)


def test_a_probation_that_was_not_told_or_outlasts_the_training_is_left_out() -> None:
    assert one("probation_ends", of(BEGIN, END)) is None
    assert one("probation_ends", of(BEGIN, date(2026, 12, 30), 4)) is None
    assert one("probation_ends", of(BEGIN, date(2026, 12, 31), 4)) is not None


@pytest.mark.parametrize("probation", [-1, 0, 5, 6])
def test_a_probation_that_no_article_explains_is_left_out(probation: int) -> None:
    assert of(BEGIN, END, probation) == of(BEGIN, END)


@pytest.mark.parametrize(
    ("art", "since", "end", "told"),
    [
        (Aenderungsart.VERKUERZT, date(2027, 9, 1), date(2029, 2, 28), date(2028, 11, 28)),
        (Aenderungsart.VERLAENGERT, date(2029, 7, 1), date(2030, 2, 28), date(2029, 11, 28)),
        (Aenderungsart.TEILZEIT, date(2027, 1, 1), date(2028, 2, 29), date(2027, 11, 29)),
    ],
)
def test_the_training_counts_as_it_stands_now(
    art: Aenderungsart, since: date, end: date, told: date
) -> None:
    ausbildung = Ausbildung(
        beginn=BEGIN, ende=END, aenderungen=(Aenderung(art=art, ab=since, ende=end),)
    )
    dates = important_dates(ausbildung, 4)
    assert one("training_ends", dates) == (end, told)
    assert dates == of(BEGIN, end, 4)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (date(2029, 8, 31), date(2029, 3, 1)),
        (date(2029, 8, 30), date(2029, 3, 1)),
        (date(2029, 8, 15), date(2029, 2, 16)),
        (date(2029, 2, 28), date(2028, 8, 29)),
        (date(2028, 2, 29), date(2027, 8, 30)),
        (date(2028, 8, 31), date(2028, 3, 1)),
    ],
)
def test_a_promise_to_stay_is_told_on_the_first_day_it_is_valid(end: date, expected: date) -> None:
    assert one("promise_to_stay", of(BEGIN, end)) == (expected, expected)


@pytest.mark.parametrize(
    ("begin", "end", "years"),
    [
        (date(2026, 11, 15), date(2027, 12, 31), [2026, 2027]),
        (date(2026, 11, 16), date(2027, 12, 30), []),
        (date(2026, 2, 1), date(2028, 11, 30), [2026, 2027]),
    ],
)
def test_leave_is_asked_for_in_years_that_end_inside_the_training(
    begin: date, end: date, years: list[int]
) -> None:
    assert [each.day.year for each in of(begin, end) if each.key == "leave_left"] == years


@given(begins, st.integers(1, 8 * 366), st.none() | months)
def test_every_date_is_inside_and_in_order(begin: date, length: int, probation: int | None) -> None:
    end = begin + timedelta(days=length)
    dates = of(begin, end, probation)
    assert [each.remind_on for each in dates] == sorted(each.remind_on for each in dates)
    assert all(begin <= each.remind_on <= each.day <= end for each in dates)
    assert {"training_ends", "final_exam_registration", "intermediate_exam"} <= {
        each.key for each in dates
    }
    promise = one("promise_to_stay", dates)
    assert promise is None or last_day(promise[0], 6) >= end


def test_every_date_has_a_text_and_an_article() -> None:
    texts = load_texts("reminders")["dates"]
    dates = of(BEGIN, END, 4)
    assert {each.key for each in dates} == set(texts)
    assert {each.article for each in dates} <= {path.stem for path in ARTICLES.glob("*/*.md")}
    for text in texts.values():
        said = text.format(day="X")
        assert said.count("X") == 1
        assert not any(character.isdigit() for character in said)
