"""Sheets and training years, by the calendar and the law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diary.ausbildung import (
    Aenderung,
    Aenderungsart,
    Ausbildung,
    Zeitraum,
    add_months,
    monday,
    months_between,
    sheet_number,
    training_year,
    weeks,
)

BEGIN, END = date(2026, 9, 1), date(2029, 8, 31)
days = st.dates(date(2000, 1, 1), date(2090, 1, 1))


def test_three_years_are_157_sheets_numbered_without_a_hole() -> None:
    training = Zeitraum(BEGIN, END)
    numbers = [sheet_number(training, week) for week in weeks(training)]

    assert numbers == list(range(1, 158))


@given(days, st.integers(1, 1500))
def test_each_day_of_a_training_lies_on_exactly_one_sheet(first: date, length: int) -> None:
    training = Zeitraum(first, first + timedelta(days=length))
    mondays = list(weeks(training))

    assert [sheet_number(training, week) for week in mondays] == list(range(1, len(mondays) + 1))
    assert mondays[0] == monday(first)
    assert mondays[-1] == monday(training.bis)
    assert sheet_number(training, first) == 1
    assert sheet_number(training, training.bis) == len(mondays)


@pytest.mark.parametrize("outside", [date(2026, 8, 30), date(2029, 9, 3)])
def test_weeks_outside_the_training_have_no_sheet(outside: date) -> None:
    with pytest.raises(ValueError, match="not in the training"):
        sheet_number(Zeitraum(BEGIN, END), outside)


@pytest.mark.parametrize(
    ("week", "year"),
    [
        (date(2026, 8, 31), 1),
        # Tuesday, 31 August 2027 is a day of the first year, and so its week is.
        (date(2027, 8, 30), 1),
        (date(2027, 9, 6), 2),
        (date(2028, 8, 28), 2),
        (date(2028, 9, 4), 3),
        (date(2029, 8, 27), 3),
    ],
)
def test_a_week_belongs_to_the_year_of_its_first_day(week: date, year: int) -> None:
    assert training_year(Ausbildung(beginn=BEGIN, ende=END), week) == year


def changed(art: Aenderungsart, ende: date, angerechnet: int = 0) -> Ausbildung:
    change = Aenderung(art, date(2027, 6, 1), ende)
    return Ausbildung(beginn=BEGIN, ende=END, angerechnet=angerechnet, aenderungen=(change,))


def test_who_repeats_stays_in_the_last_year_and_gets_more_sheets() -> None:
    longer = changed(Aenderungsart.VERLAENGERT, date(2030, 2, 28))

    assert longer.zeitraum is not None
    assert len(list(weeks(longer.zeitraum))) == 183
    assert training_year(longer, date(2030, 2, 25)) == 3


def test_part_time_runs_on_into_further_years() -> None:
    longer = changed(Aenderungsart.TEILZEIT, date(2030, 8, 31))

    assert training_year(longer, date(2029, 9, 3)) == 4


def test_who_is_shortened_gets_fewer_sheets_and_keeps_the_years() -> None:
    shorter = changed(Aenderungsart.VERKUERZT, date(2029, 2, 28))

    assert shorter.zeitraum is not None
    assert len(list(weeks(shorter.zeitraum))) == 131
    assert training_year(shorter, date(2029, 2, 26)) == 3


def test_credited_months_count_as_done() -> None:
    credited = Ausbildung(beginn=BEGIN, ende=date(2028, 8, 31), angerechnet=12)

    assert training_year(credited, date(2026, 8, 31)) == 2
    assert training_year(credited, date(2028, 8, 28)) == 3


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
    ],
)
def test_months_end_where_there_is_no_such_day(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(days, st.integers(0, 120))
def test_months_added_are_months_between(day: date, months: int) -> None:
    assert months_between(day, add_months(day, months)) == months
