"""Whether a ringing has something to say: what is missing, and whether the day is one for it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_of_germany import public_holidays, school_holidays
from bot.clock import BERLIN
from bot.diary.ausbildung import Aenderung, Aenderungsart, Ausbildung, Nachweisform, Zeitraum
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.reminders.occasion import AFTERWARDS, Calendar, Missing, Silence, free_because, occasion
from bot.reminders.plan import Without

HESSEN = Calendar(
    public=lambda year: public_holidays("he", year), school=lambda year: school_holidays("he", year)
)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(16, 21))
PLAIN = Ausbildung(beginn=date(2026, 11, 16), ende=date(2029, 8, 31))
WEEKLY = replace(PLAIN, form=Nachweisform.WOECHENTLICH)
PART_TIME = replace(PLAIN, freie_tage=frozenset({2, 4}), freie_tage_ab=date(2026, 11, 18))
SCHOOL = replace(PLAIN, schultage=frozenset({0, 3}))
BLOCKS = replace(
    PLAIN,
    has_blocks=True,
    bloecke=(
        Zeitraum(date(2026, 11, 25), date(2026, 12, 4)),
        Zeitraum(date(2027, 3, 1), date(2027, 3, 5)),
    ),
)


def at(day: date | str, hour: int = 15, minute: int = 0) -> datetime:
    there = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(there.year, there.month, there.day, hour, minute, tzinfo=BERLIN)


def record(ausbildung: Ausbildung = PLAIN, **types: str) -> Nachweis:
    """A record with entries on days of November 2026: `d16="betrieb krank"`."""
    entries = (
        Entry(date(2026, 11, int(day[1:])), DayType(kind))
        for day, kinds in types.items()
        for kind in kinds.split()
    )
    return Nachweis(ausbildung, tuple(entries))


def about(
    nachweis: Nachweis, now: datetime, without: Collection[Without] = ()
) -> tuple[date, ...] | str:
    """The days that are missing, or why nothing is said."""
    found = occasion(nachweis, without, now, HESSEN)
    return found.days if isinstance(found, Missing) else found.reason


# --- the daily form ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nachweis", "now", "expected"),
    [
        (record(), at(WEDNESDAY), (MONDAY, TUESDAY, WEDNESDAY)),
        (record(d17="betrieb"), at(WEDNESDAY), (MONDAY, WEDNESDAY)),
        (record(d16="betrieb", d17="schule"), at(WEDNESDAY), (WEDNESDAY,)),
        # Today counts from noon on.
        (record(d16="betrieb", d17="schule"), at(WEDNESDAY, 12, 0), (WEDNESDAY,)),
        (record(d16="betrieb", d17="schule"), at(WEDNESDAY, 11, 59), "no gap"),
        (record(d16="betrieb"), at(WEDNESDAY, 0, 0), (TUESDAY,)),
        (record(d16="betrieb", d17="schule", d18="unterweisung"), at(WEDNESDAY), "no gap"),
        # A day type is no gap, and on another day no reason to be silent.
        (record(d16="urlaub", d17="krank"), at(WEDNESDAY), (WEDNESDAY,)),
        # No weekends, and on them what is missing is named all the same.
        (
            record(d16="frei", d17="frei", d18="frei", d19="frei"),
            at("2026-11-22"),
            (FRIDAY,),
        ),
        # Work on a day that was free otherwise is work.
        (record(d16="betrieb", d17="betrieb frei"), at(TUESDAY), "no gap"),
        (record(d17="betrieb frei"), at(TUESDAY), (MONDAY,)),
        # Nothing before the beginning.
        (record(), at("2026-11-15"), "no gap"),
        (record(), at(MONDAY, 11), "no gap"),
        (record(), at(MONDAY, 12), (MONDAY,)),
    ],
)
def test_what_is_missing(
    nachweis: Nachweis, now: datetime, expected: tuple[date, ...] | str
) -> None:
    assert about(nachweis, now) == expected


@pytest.mark.parametrize("kind", ["urlaub", "krank", "frei", "feiertag"])
def test_on_a_day_that_was_entered_as_free_nothing_is_said(kind: str) -> None:
    assert about(record(d18=kind), at(WEDNESDAY)) == kind
    assert about(record(d18=kind), at(THURSDAY)) == (MONDAY, TUESDAY, THURSDAY)


def test_saturday_counts_where_it_is_a_day_of_training() -> None:
    whole = record(d16="frei", d17="frei", d18="frei", d19="frei", d20="frei")
    saturdays = replace(whole, ausbildung=replace(PLAIN, has_saturday=True))
    assert about(whole, at("2026-11-21")) == "no gap"
    assert about(saturdays, at("2026-11-21")) == (date(2026, 11, 21),)
    assert about(saturdays, at("2026-11-21", 9)) == "no gap"


# --- days that are none for it -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-25", "public holiday"),
        ("2027-05-27", "public holiday"),  # Fronleichnam, a holiday in Hessen
        ("2027-01-06", None),  # Heilige Drei Könige, none in Hessen
        ("2026-11-20", None),
    ],
)
def test_public_holidays_of_the_state(day: str, expected: str | None) -> None:
    found = free_because(record(), (), date.fromisoformat(day), HESSEN)
    assert found == expected


def test_a_public_holiday_is_no_gap_later_on() -> None:
    from_christmas = replace(PLAIN, beginn=date(2026, 12, 24))
    assert about(record(from_christmas), at("2026-12-29", 9)) == (
        date(2026, 12, 24),
        date(2026, 12, 28),
    )
    assert about(record(from_christmas), at("2027-01-04", 9))[-2:] == (
        date(2026, 12, 30),
        date(2026, 12, 31),
    )


def test_weekdays_that_are_free_in_part_time() -> None:
    nachweis = record(PART_TIME, d16="betrieb")
    assert about(nachweis, at(WEDNESDAY)) == "free in part-time"
    assert about(nachweis, at(FRIDAY)) == "free in part-time"
    assert about(nachweis, at(THURSDAY)) == (TUESDAY, THURSDAY)
    # Before part-time began that weekday was one of training.
    before = replace(PART_TIME, freie_tage_ab=date(2026, 11, 19))
    assert about(record(before, d16="betrieb"), at(WEDNESDAY)) == (TUESDAY, WEDNESDAY)
    always = replace(PART_TIME, freie_tage_ab=None)
    assert about(record(always, d16="betrieb"), at(WEDNESDAY)) == "free in part-time"


HOLIDAYS = {Without.SCHOOL_HOLIDAYS}
WEEKS = {Without.SCHOOL_WEEKS}
DAYS = {Without.SCHOOL_DAYS}


@pytest.mark.parametrize(
    ("ausbildung", "without", "day", "expected"),
    [
        # School holidays of Hessen, also over the new year, and their edges.
        (PLAIN, HOLIDAYS, "2026-12-22", None),
        (PLAIN, HOLIDAYS, "2026-12-23", "school_holidays"),
        (PLAIN, HOLIDAYS, "2027-01-12", "school_holidays"),
        (PLAIN, HOLIDAYS, "2027-01-13", None),
        (PLAIN, HOLIDAYS, "2027-06-28", "school_holidays"),
        (PLAIN, HOLIDAYS, "2027-08-06", "school_holidays"),
        (PLAIN, HOLIDAYS, "2027-08-09", None),
        (PLAIN, (), "2026-12-23", None),
        # Block weeks: the whole week, wherever in it the block begins or ends.
        (BLOCKS, WEEKS, "2026-11-20", None),
        (BLOCKS, WEEKS, "2026-11-23", "school_weeks"),
        (BLOCKS, WEEKS, "2026-11-25", "school_weeks"),
        (BLOCKS, WEEKS, "2026-12-04", "school_weeks"),
        (BLOCKS, WEEKS, "2026-12-07", None),
        (BLOCKS, WEEKS, "2027-03-03", "school_weeks"),
        (SCHOOL, WEEKS, "2026-11-23", None),
        # School days: weekdays, not in the holidays; days of a block, not those before it.
        (SCHOOL, DAYS, "2026-11-23", "school_days"),
        (SCHOOL, DAYS, "2026-11-24", None),
        (SCHOOL, DAYS, "2026-11-26", "school_days"),
        (SCHOOL, DAYS, "2027-01-11", None),
        (SCHOOL, DAYS, "2027-01-14", "school_days"),
        (BLOCKS, DAYS, "2026-11-23", None),
        (BLOCKS, DAYS, "2026-11-25", "school_days"),
        (BLOCKS, DAYS, "2026-12-07", None),
        # Public holidays are silent anyway.
        (PLAIN, {Without.PUBLIC_HOLIDAYS}, "2026-12-25", "public holiday"),
        (PLAIN, {Without.PUBLIC_HOLIDAYS}, "2026-12-22", None),
        # More than one exception.
        (BLOCKS, {*HOLIDAYS, *WEEKS}, "2026-12-23", "school_holidays"),
        (BLOCKS, {*HOLIDAYS, *WEEKS}, "2026-12-01", "school_weeks"),
        (BLOCKS, {*HOLIDAYS, *WEEKS}, "2026-12-08", None),
    ],
)
def test_days_that_the_person_excepted(
    ausbildung: Ausbildung, without: Collection[Without], day: str, expected: str | None
) -> None:
    found = free_because(record(ausbildung), without, date.fromisoformat(day), HESSEN)
    assert found == expected
    told = about(record(ausbildung), at(day), without)
    assert told == expected if expected else isinstance(told, tuple)


def test_a_day_that_was_silent_is_named_the_next_time() -> None:
    nachweis = record(SCHOOL, d16="schule")
    assert about(nachweis, at(THURSDAY), DAYS) == "school_days"
    assert about(nachweis, at(FRIDAY, 9), DAYS) == (TUESDAY, WEDNESDAY, THURSDAY)


def test_a_state_whose_holidays_nobody_told() -> None:
    nowhere = Calendar(public=lambda year: public_holidays(None, year), school=lambda year: ())
    assert free_because(record(), HOLIDAYS, date(2026, 12, 23), nowhere) is None
    assert free_because(record(), HOLIDAYS, date(2026, 12, 25), nowhere) == "public holiday"


# --- the weekly form -----------------------------------------------------------------------------

THIS_WEEK, NEXT_WEEK = date(2026, 11, 16), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("nachweis", "now", "expected"),
    [
        # A week is missing when its last day of training has come to noon.
        (record(WEEKLY), at(THURSDAY), "no gap"),
        (record(WEEKLY), at(FRIDAY, 11, 59), "no gap"),
        (record(WEEKLY), at(FRIDAY, 12), (THIS_WEEK,)),
        (record(WEEKLY), at("2026-11-21", 8), (THIS_WEEK,)),
        (record(WEEKLY), at("2026-11-26"), (THIS_WEEK,)),
        (record(WEEKLY), at("2026-11-27"), (THIS_WEEK, NEXT_WEEK)),
        # One day of training tells of the week; a day type does not, but one of each day does.
        (record(WEEKLY, d18="betrieb"), at(FRIDAY), "no gap"),
        (record(WEEKLY, d18="krank"), at(FRIDAY), (THIS_WEEK,)),
        (
            record(WEEKLY, d16="krank", d17="krank", d18="krank", d19="urlaub", d20="urlaub"),
            at("2026-11-21"),
            "no gap",
        ),
        (
            record(WEEKLY, d16="krank", d17="krank", d18="krank", d19="urlaub"),
            at("2026-11-21"),
            (THIS_WEEK,),
        ),
        (record(WEEKLY, d20="urlaub"), at(FRIDAY), "urlaub"),
        # The last day of training is Saturday, or Thursday.
        (record(replace(WEEKLY, has_saturday=True)), at(FRIDAY), "no gap"),
        (record(replace(WEEKLY, has_saturday=True)), at("2026-11-21", 12), (THIS_WEEK,)),
        (record(replace(WEEKLY, freie_tage=frozenset({4}))), at(THURSDAY), (THIS_WEEK,)),
    ],
)
def test_the_weekly_form(
    nachweis: Nachweis, now: datetime, expected: tuple[date, ...] | str
) -> None:
    assert about(nachweis, now) == expected


def test_a_week_whose_friday_is_a_public_holiday_is_over_on_thursday() -> None:
    nachweis = record(replace(WEEKLY, beginn=date(2027, 3, 22)))
    assert about(nachweis, at("2027-03-25", 11)) == "no gap"
    assert about(nachweis, at("2027-03-25", 12)) == (date(2027, 3, 22),)


# --- dates of the training -----------------------------------------------------------------------


def test_after_the_training_it_is_said_for_two_weeks_more() -> None:
    end = date(2026, 11, 20)
    over = record(replace(PLAIN, ende=end), d16="betrieb", d17="betrieb", d18="betrieb")
    assert about(over, at(end + timedelta(days=3))) == (THURSDAY, FRIDAY)
    assert about(over, at(end + AFTERWARDS)) == (THURSDAY, FRIDAY)
    assert about(over, at(end + AFTERWARDS + timedelta(days=1))) == "training is over"


def test_a_training_whose_end_was_moved_ends_then() -> None:
    longer = Aenderung(Aenderungsart.VERLAENGERT, date(2026, 11, 18), date(2027, 2, 28))
    moved = record(replace(PLAIN, ende=date(2026, 11, 20), aenderungen=(longer,)))
    assert isinstance(about(moved, at("2027-02-26")), tuple)
    assert about(moved, at("2027-03-15")) == "training is over"


@pytest.mark.parametrize(
    ("nachweis", "now", "expected"),
    [
        # Nothing is known: it begins today.
        (Nachweis(), at(WEDNESDAY), (WEDNESDAY,)),
        (Nachweis(), at(WEDNESDAY, 11), "no gap"),
        (Nachweis(), at("2026-11-22"), "no gap"),
        # Or with the first entry.
        (record(Ausbildung(), d12="betrieb"), at(TUESDAY, 9), (date(2026, 11, 13), MONDAY)),
        (record(Ausbildung(), d18="betrieb"), at(THURSDAY), (THURSDAY,)),
        # One that lies ahead was told in advance: today is the first day.
        (record(Ausbildung(), d27="urlaub"), at(WEDNESDAY), (WEDNESDAY,)),
        # The end alone is unknown, or the beginning alone.
        (
            record(Ausbildung(beginn=date(2026, 11, 13)), d18="betrieb"),
            at(WEDNESDAY),
            (date(2026, 11, 13), MONDAY, TUESDAY),
        ),
        (record(Ausbildung(beginn=date(2027, 9, 1))), at(WEDNESDAY), "no gap"),
        (
            record(Ausbildung(ende=date(2029, 8, 31)), d17="betrieb"),
            at(WEDNESDAY),
            (WEDNESDAY,),
        ),
        (record(Ausbildung(ende=date(2026, 7, 31))), at(WEDNESDAY), "training is over"),
        # The form is heeded.
        (
            Nachweis(Ausbildung(form=Nachweisform.WOECHENTLICH)),
            at(FRIDAY),
            (THIS_WEEK,),
        ),
    ],
)
def test_while_dates_are_unknown(
    nachweis: Nachweis, now: datetime, expected: tuple[date, ...] | str
) -> None:
    assert about(nachweis, now) == expected


# --- whatever is written -------------------------------------------------------------------------

entries = st.lists(
    st.builds(
        Entry, st.dates(date(2026, 11, 1), date(2027, 1, 31)), st.sampled_from(list(DayType))
    ),
    max_size=20,
)
trainings = st.sampled_from([PLAIN, PART_TIME, SCHOOL, BLOCKS, Ausbildung()])
exceptions = st.frozensets(st.sampled_from(list(Without)))
nows = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=BERLIN)
)


@given(trainings, entries, exceptions, nows)
def test_what_is_missing_has_come_and_is_a_day_of_training_without_entry(
    ausbildung: Ausbildung,
    written: list[Entry],
    without: frozenset[Without],
    now: datetime,
) -> None:
    nachweis = Nachweis(ausbildung, tuple(written))
    found = occasion(nachweis, without, now, HESSEN)

    if isinstance(found, Silence):
        assert found.reason
        return
    today = now.date()
    assert found.days == tuple(sorted(set(found.days)))
    for day in found.days:
        assert day < today or (day == today and now.hour >= 12)
        assert day.weekday() < 5
        assert day not in public_holidays("he", day.year)
        assert not ausbildung.is_free(day)
        assert day not in {entry.day for entry in written}
        assert ausbildung.beginn is None or day >= ausbildung.beginn


@given(trainings, entries, exceptions, nows)
def test_an_exception_more_never_says_more(
    ausbildung: Ausbildung,
    written: list[Entry],
    without: frozenset[Without],
    now: datetime,
) -> None:
    nachweis = Nachweis(ausbildung, tuple(written))
    with_it, without_it = (
        occasion(nachweis, exceptions, now, HESSEN) for exceptions in (without, ())
    )
    assert isinstance(with_it, Silence) or with_it == without_it
