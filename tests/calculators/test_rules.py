"""The boundaries of the law, case by case."""

from datetime import date
from decimal import Decimal

import pytest

from bot.calculators.ausland import ausland
from bot.calculators.fristen import fristen
from bot.calculators.mindestverguetung import (
    Tarif,
    for_days,
    load_table,
    mindestverguetung,
    of_year,
)
from bot.calculators.periods import full_months, last_day
from bot.calculators.result import NotKnown
from bot.calculators.teilzeit import teilzeit
from bot.calculators.urlaub import age_on_new_year, urlaub, werktage
from bot.calculators.verkuerzung import Grund, verkuerzung

TABLE = load_table()


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        (date(2026, 9, 1), 36, date(2029, 8, 31)),
        (date(2026, 8, 15), 4, date(2026, 12, 14)),
        # The day before has no counterpart in the last month: its last day (§ 188 Abs. 3 BGB).
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 30), 6, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        # Begun on a leap day: a year ends on 28 February, four years on the leap day's eve.
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
    ],
)
def test_a_period_of_months_ends(first: date, months: int, expected: date) -> None:
    assert last_day(first, months) == expected
    assert full_months(first, expected) == months
    # A day less is a month less.
    assert full_months(first, date.fromordinal(expected.toordinal() - 1)) == months - 1


@pytest.mark.parametrize(
    ("dauer", "vollzeit", "stunden", "expected", "is_capped", "may_stay"),
    [
        (36, "40", "40", 36, False, False),
        (36, "40", "30", 48, False, False),
        # 36 x 40/28 = 51.4, 36 x 38.5/30 = 46.2: rounded down to whole months.
        (36, "40", "28", 51, False, False),
        (36, "38.5", "30", 46, False, False),
        # 42.35 months: six above the regular duration; 43.2: seven.
        (36, "40", "34", 42, False, True),
        (36, "60", "50", 43, False, False),
        # Two thirds give exactly one and a half; below it is capped.
        (36, "39", "26", 54, False, False),
        (36, "40", "26", 54, True, False),
        (36, "40", "20", 54, True, False),
        (42, "40", "20", 63, True, False),
        (24, "40", "20", 36, True, False),
    ],
)
def test_part_time_lasts(
    dauer: int, vollzeit: str, stunden: str, expected: int, is_capped: bool, may_stay: bool
) -> None:
    found = teilzeit(dauer, vollzeit=Decimal(vollzeit), stunden=Decimal(stunden))

    assert (found.dauer, found.ist_begrenzt, found.kann_wie_vollzeit) == (
        expected,
        is_capped,
        may_stay,
    )


@pytest.mark.parametrize(
    ("stunden", "kuerzung", "expected"),
    # 48 months: six away leave 42, which is near enough to the regular 36; five leave 43; twelve leave 36.
    [("30", None, 48), ("30", 0, 48), ("30", 5, 43), ("30", 6, 36), ("30", 12, 36), ("30", 15, 33)],
)
def test_a_request_that_comes_near_full_time_gives_full_time(
    stunden: str, kuerzung: int | None, expected: int
) -> None:
    found = teilzeit(36, vollzeit=Decimal(40), stunden=Decimal(stunden), kuerzung=kuerzung)

    assert found.dauer == expected


def test_part_time_ends_and_is_paid() -> None:
    found = teilzeit(
        36,
        vollzeit=Decimal(40),
        stunden=Decimal(30),
        beginn=date(2026, 9, 1),
        verguetung=Decimal("1000.01"),
    )

    # A cent rounded down would cut the pay by more than the hours.
    assert (found.ende, found.verguetung) == (date(2030, 8, 31), Decimal("750.01"))


@pytest.mark.parametrize("stunden", ["19.99", "40.01", "0"])
def test_part_time_is_half_of_the_hours_at_least(stunden: str) -> None:
    with pytest.raises(ValueError, match="half"):
        teilzeit(36, vollzeit=Decimal(40), stunden=Decimal(stunden))


@pytest.mark.parametrize(
    ("dauer", "wochen", "months", "fits", "needs_plan"),
    [
        (36, 8, "9", True, False),
        (36, 9, "9", True, True),
        (36, 39, "9", True, True),
        (36, 40, "9", False, True),
        (42, None, "10.5", None, None),
        (24, 26, "6", True, True),
        (24, 27, "6", False, True),
    ],
)
def test_a_stay_abroad(
    dauer: int, wochen: int | None, months: str, fits: bool | None, needs_plan: bool | None
) -> None:
    found = ausland(dauer, wochen=wochen)

    assert (found.hoechstens, found.passt, found.braucht_plan) == (
        Decimal(months),
        fits,
        needs_plan,
    )


@pytest.mark.parametrize(
    ("dauer", "grund", "credited", "expected", "is_capped"),
    [
        (36, Grund.MITTLERER, 0, 30, False),
        (36, Grund.ABITUR, 0, 24, False),
        (36, Grund.AB21, 6, 18, False),
        (36, Grund.ABITUR, 12, 18, True),
        (42, Grund.ABITUR, 6, 24, False),
        (42, Grund.ABITUR, 12, 24, True),
        (36, Grund.KEINER, 0, 36, False),
        (24, Grund.ABITUR, 0, 12, False),
        # Nobody says what remains at least of two years.
        (24, Grund.ABITUR, 12, None, False),
    ],
)
def test_a_shorter_training(
    dauer: int, grund: Grund, credited: int, expected: int | None, is_capped: bool
) -> None:
    found = verkuerzung(dauer, grund, angerechnet=credited)

    assert (found.dauer, found.ist_begrenzt) == (expected, is_capped)


@pytest.mark.parametrize("credited", [-6, 1, 5, 7])
def test_earlier_training_counts_in_sixes(credited: int) -> None:
    with pytest.raises(ValueError, match="six"):
        verkuerzung(36, Grund.KEINER, angerechnet=credited)


@pytest.mark.parametrize(
    ("first", "year", "expected"),
    # 649 x 1.18 = 765.82, 724 x 1.18 = 854.32; 650 x 1.35 = 877.50 is rounded up, 610 x 1.35 = 823.50 too.
    [(649, 2, 766), (724, 2, 854), (650, 3, 878), (610, 3, 824), (724, 4, 1014)],
)
def test_half_a_euro_is_rounded_up(first: int, year: int, expected: int) -> None:
    assert of_year(first, year) == expected


@pytest.mark.parametrize(
    ("tarif", "branche", "expected"),
    [
        (Tarif.UNBEKANNT, None, "724"),
        (Tarif.KEINER, None, "724"),
        (Tarif.GILT, None, None),
        (Tarif.KEINER, "1000", "800"),
        # Never below the statutory minimum.
        (Tarif.KEINER, "905", "724"),
        (Tarif.KEINER, "800", "724"),
        (Tarif.KEINER, "1000.01", "800.01"),
    ],
)
def test_an_agreement_changes_the_minimum(
    tarif: Tarif, branche: str | None, expected: str | None
) -> None:
    told = Decimal(branche) if branche else None

    found = mindestverguetung(TABLE, 2026, 1, tarif=tarif, branche=told)

    assert found.gesetzlich == 724
    assert found.mindestens == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("beginn", "expected"),
    [
        (date(2026, 9, 1), None),
        (date(2026, 9, 16), "362.00"),
        # 17 days of a month with 31; 30 days of it are a whole month's pay; the last day of any month is a thirtieth.
        (date(2026, 8, 15), "410.27"),
        (date(2026, 8, 2), "724.00"),
        (date(2026, 8, 31), "24.13"),
        (date(2026, 2, 28), "24.13"),
    ],
)
def test_days_of_the_first_month_are_thirtieths(beginn: date, expected: str | None) -> None:
    found = mindestverguetung(TABLE, 2026, 1, beginn=beginn)

    assert found.erster_monat == (Decimal(expected) if expected else None)


def test_no_more_than_a_month_is_paid_for_a_month() -> None:
    assert for_days(Decimal(900), 31) == for_days(Decimal(900), 30) == Decimal(900)


@pytest.mark.parametrize("year", [2019, 2023, 2027])
def test_a_year_without_a_checked_figure_is_not_known(year: int) -> None:
    with pytest.raises(NotKnown) as raised:
        mindestverguetung(TABLE, year, 1)

    assert raised.value.value == year


@pytest.mark.parametrize(
    ("born", "year", "expected"),
    [
        # Who is born on New Year is a year older on it.
        (date(2010, 1, 1), 2026, 16),
        (date(2010, 1, 2), 2026, 15),
        (date(2009, 12, 31), 2026, 16),
        (date(2008, 2, 29), 2026, 17),
        (date(2008, 1, 1), 2026, 18),
    ],
)
def test_the_age_on_new_year(born: date, year: int, expected: int) -> None:
    assert age_on_new_year(born, year) == expected


@pytest.mark.parametrize(
    ("age", "expected"), [(14, 30), (15, 30), (16, 27), (17, 25), (18, 24), (40, 24)]
)
def test_leave_by_age(age: int, expected: int) -> None:
    assert werktage(age) == expected


@pytest.mark.parametrize(
    ("beginn", "ende", "months", "working_days"),
    [
        (None, None, None, "22.50"),
        # The waiting time ends on 31 December: the full leave is not due in this year.
        (date(2026, 7, 1), None, 6, "11.25"),
        (date(2026, 6, 30), None, None, "22.50"),
        (date(2026, 8, 1), None, 5, "9.38"),
        # 22.5 x 4/12 = 7.5: half a day is rounded up.
        (date(2026, 9, 1), None, 4, "8.00"),
        # Full months of employment, not of the calendar.
        (date(2026, 9, 2), None, 3, "6.00"),
        (date(2026, 12, 2), None, 0, "0.00"),
        # Begun last year: the waiting time ends in this one.
        (date(2025, 9, 1), None, None, "22.50"),
        # Leaving in the first half, in the second, and before the waiting time is over.
        (None, date(2026, 6, 30), 6, "11.25"),
        (None, date(2026, 7, 1), None, "22.50"),
        (None, date(2026, 1, 30), 0, "0.00"),
        (date(2026, 3, 1), date(2026, 8, 31), 6, "11.25"),
        (date(2026, 3, 1), date(2026, 9, 1), None, "22.50"),
        (None, date(2027, 1, 31), None, "22.50"),
    ],
)
def test_leave_of_a_part_of_the_year(
    beginn: date | None, ende: date | None, months: int | None, working_days: str
) -> None:
    found = urlaub(2026, alter=16, beginn=beginn, ende=ende)

    assert (found.monate, found.arbeitstage) == (months, Decimal(working_days))


@pytest.mark.parametrize(
    ("age", "days", "expected"),
    [(15, 5, "25"), (16, 5, "22.5"), (17, 5, "20.83"), (18, 5, "20"), (18, 6, "24"), (18, 3, "12")],
)
def test_leave_in_days_of_work(age: int, days: int, expected: str) -> None:
    assert urlaub(2026, alter=age, wochentage=days).arbeitstage == Decimal(expected)


@pytest.mark.parametrize(
    ("beginn", "months", "notice", "probation", "last"),
    [
        (date(2026, 9, 1), 4, None, date(2026, 12, 31), None),
        (date(2026, 9, 1), 4, date(2026, 9, 1), date(2026, 12, 31), date(2026, 9, 1)),
        (date(2026, 9, 1), 4, date(2026, 12, 31), date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 9, 1), 4, date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 29)),
        (date(2026, 10, 31), 4, date(2027, 3, 1), date(2027, 2, 28), date(2027, 3, 29)),
        (date(2027, 10, 31), 4, date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_probation_and_notice(
    beginn: date, months: int, notice: date | None, probation: date, last: date | None
) -> None:
    found = fristen(beginn, months, kuendigung=notice)

    assert (found.probezeit_ende, found.letzter_tag) == (probation, last)


@pytest.mark.parametrize("months", [0, 5, 6])
def test_a_probation_lasts_one_to_four_months(months: int) -> None:
    with pytest.raises(ValueError, match="one to four"):
        fristen(date(2026, 9, 1), months)
