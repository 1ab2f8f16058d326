"""School holidays of the states as they were announced: whole, in order, and known to an end."""

from datetime import date, timedelta

import pytest

from bot.calendar_of_germany import (
    AUTUMN,
    CHRISTMAS,
    EASTER,
    STATES,
    SUMMER,
    SchoolHoliday,
    is_school_day,
    knows_school_holidays,
    public_holidays,
    school_holidays,
)


def named(state: str, year: int, name: str) -> list[tuple[str, str]]:
    found = [each for each in school_holidays(state, year) if each.name == name]
    return [(f"{each.first:%d.%m.%Y}", f"{each.last:%d.%m.%Y}") for each in found]


def test_hessen_as_its_ministry_announced_it() -> None:
    assert [
        named("he", 2026, CHRISTMAS),
        named("he", 2027, EASTER),
        named("he", 2027, SUMMER),
        named("he", 2027, AUTUMN),
        named("he", 2027, CHRISTMAS),
    ] == [
        [("23.12.2026", "12.01.2027")],
        [("22.03.2027", "02.04.2027")],
        [("28.06.2027", "06.08.2027")],
        [("04.10.2027", "16.10.2027")],
        [("23.12.2027", "11.01.2028")],
    ]


def test_weekends_and_public_holidays_part_nothing() -> None:
    # Good Friday and Easter Monday lie between the days that the state names.
    assert named("bw", 2027, EASTER) == [("25.03.2027", "03.04.2027")]


def test_two_stretches_of_one_kind_stay_two() -> None:
    assert named("by", 2027, EASTER) == [
        ("08.02.2027", "12.02.2027"),
        ("22.03.2027", "02.04.2027"),
    ]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_four_breaks_each_known_year(state: str) -> None:
    for year in (2026, 2027, 2028):
        found = school_holidays(state, year)

        assert {SUMMER, AUTUMN, CHRISTMAS, EASTER} <= {each.name for each in found}
        assert list(found) == sorted(found)
        assert all(each.first <= each.last and each.first.year == year for each in found)
        assert max(each.length for each in found if each.name == SUMMER) in range(38, 48)
        assert knows_school_holidays(state, year)
    assert not knows_school_holidays(state, 2029)
    assert [each.name for each in school_holidays(state, 2029)].count(SUMMER) == 1


def test_without_a_state_no_school_holidays_are_known() -> None:
    assert school_holidays(None, 2027) == ()
    assert not knows_school_holidays(None, 2027)


@pytest.mark.parametrize(
    ("state", "day", "expected"),
    [
        ("he", date(2026, 11, 21), False),  # a Saturday
        ("he", date(2026, 11, 23), True),
        ("he", date(2027, 1, 12), False),  # Christmas holidays of the year before
        ("he", date(2027, 1, 13), True),
        ("he", date(2027, 5, 27), False),  # Corpus Christi
        ("be", date(2027, 5, 27), True),
        (None, date(2027, 7, 15), True),
        (None, date(2027, 5, 6), False),  # Ascension Day
    ],
)
def test_days_of_school(state: str | None, day: date, *, expected: bool) -> None:
    assert is_school_day(state, day) is expected


def test_public_holidays_are_those_of_the_state() -> None:
    assert len(public_holidays("he", 2027)) == 10
    assert public_holidays(None, 2027) < public_holidays("he", 2027)


def test_a_stretch_holds_its_first_and_last_day() -> None:
    stretch = SchoolHoliday(date(2027, 7, 1), date(2027, 7, 3), SUMMER)
    days = [date(2027, 6, 30) + timedelta(days=number) for number in range(5)]

    assert [day in stretch for day in days] == [False, True, True, True, False]
    assert stretch.length == 3
