"""What may be done with a week, what a message would write, and what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diary.ausbildung import Ausbildung, Nachweisform
from bot.diary.nachweis import By, DayType, Entry, Nachweis, Step, StepKind, Week, WeekState
from bot.diary.rules import NotAllowed, found, gaps, proposal, taken

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AUSBILDUNG = Ausbildung(beginn=date(2026, 11, 2), ende=date(2029, 10, 31))


def step(kind: StepKind, by: By, text: str = "", *, is_on_paper: bool = False) -> Step:
    return Step(kind, NOW, by, text=text, is_on_paper=is_on_paper)


SUBMITTED = step(StepKind.SUBMITTED, By.AZUBI)
SIGNED = step(StepKind.SIGNED, By.AUSBILDER)


def test_a_week_goes_the_way_of_the_form() -> None:
    week = Week(MONDAY)
    states = [week.state]
    for each in (
        SUBMITTED,
        step(StepKind.RETURNED, By.AUSBILDER, "Stunden fehlen"),
        SUBMITTED,
        SIGNED,
        step(StepKind.CORRECTED, By.AZUBI, "Di war Schule"),
        step(StepKind.NOTED, By.ELTERN),
    ):
        week = taken(week, each)
        states.append(week.state)

    assert states == ["draft", "submitted", "returned", "submitted", "signed", "signed", "signed"]
    assert len(week.steps) == 6


@pytest.mark.parametrize(
    ("before", "what"),
    [
        ((), SIGNED),
        ((SUBMITTED, SIGNED), SUBMITTED),
        ((SUBMITTED, SIGNED), step(StepKind.RETURNED, By.AUSBILDER, "zu spät")),
        ((SUBMITTED,), step(StepKind.RETURNED, By.AUSBILDER)),
        ((SUBMITTED,), step(StepKind.RETURNED, By.AZUBI, "selbst")),
        ((SUBMITTED,), step(StepKind.SIGNED, By.AZUBI)),
        ((), step(StepKind.CORRECTED, By.AZUBI, "noch nichts unterschrieben")),
        ((SUBMITTED, SIGNED), step(StepKind.CORRECTED, By.AZUBI, "  ")),
    ],
)
def test_nothing_else_is_allowed(before: tuple[Step, ...], what: Step) -> None:
    week = Week(MONDAY, steps=before)

    with pytest.raises(NotAllowed):
        taken(week, what)


def test_the_apprentice_may_mark_a_signature_on_paper() -> None:
    on_paper = step(StepKind.SIGNED, By.AZUBI, is_on_paper=True)

    assert taken(Week(MONDAY), on_paper).state is WeekState.SIGNED


@given(
    st.lists(st.sampled_from(list(product(StepKind, By, ("", "weil"), (False, True)))), max_size=12)
)
def test_whatever_is_tried_a_signed_week_stays_signed(
    tries: list[tuple[StepKind, By, str, bool]],
) -> None:
    week = Week(MONDAY)
    was_signed = False
    for kind, by, text, is_on_paper in tries:
        try:
            week = taken(week, step(kind, by, text, is_on_paper=is_on_paper))
        except NotAllowed:
            continue
        was_signed = was_signed or week.state is WeekState.SIGNED
        assert not was_signed or week.state is WeekState.SIGNED


def work(day: date, *activities: str, minutes: int | None = None) -> Entry:
    return Entry(day, DayType.BETRIEB, minutes, activities)


def test_more_work_of_the_same_day_is_written_beside_it() -> None:
    first, more = work(MONDAY, "Inventur", minutes=180), work(MONDAY, "Kasse", minutes=300)

    planned = proposal([more], Nachweis(entries=(first,)))

    assert planned.days == {MONDAY: (first, more)}
    assert planned.replaced == ()


def test_leave_and_work_do_not_stand_on_one_day() -> None:
    leave = Entry(MONDAY, DayType.URLAUB)

    planned = proposal([work(MONDAY, "doch gearbeitet")], Nachweis(entries=(leave,)))

    assert planned.days == {MONDAY: (work(MONDAY, "doch gearbeitet"),)}
    assert planned.replaced == (MONDAY,)


def test_the_same_twice_changes_nothing() -> None:
    once = Nachweis(entries=(work(MONDAY, "Inventur", minutes=480),))

    assert proposal([work(MONDAY, "Inventur", minutes=480)], once).days == {MONDAY: once.entries}


def test_closed_weeks_and_days_outside_the_training_are_left_alone() -> None:
    closed = Week(MONDAY, steps=(SUBMITTED, SIGNED))
    record = Nachweis(AUSBILDUNG, weeks={MONDAY: closed})
    told = [work(MONDAY), work(MONDAY + timedelta(days=7)), work(date(2026, 11, 1))]

    planned = proposal(told, record)

    assert list(planned.days) == [MONDAY + timedelta(days=7)]
    assert planned.locked == (MONDAY,)
    assert planned.outside == (date(2026, 11, 1),)


def test_gaps_are_working_days_before_today_without_entry_or_holiday() -> None:
    written = (Entry(date(2026, 11, 16), DayType.KRANK), work(date(2026, 11, 17), "Kasse"))
    record = Nachweis(replace(AUSBILDUNG, beginn=date(2026, 11, 12)), written)

    missing = gaps(record, date(2026, 11, 21), free={date(2026, 11, 18)})

    assert missing == [date(2026, 11, day) for day in (12, 13, 19, 20)]


def test_with_saturday_there_are_more_gaps() -> None:
    record = Nachweis(replace(AUSBILDUNG, has_saturday=True))

    assert date(2026, 11, 7) in gaps(record, date(2026, 11, 10))


def test_a_weekly_record_misses_whole_weeks_that_are_over() -> None:
    weekly = replace(AUSBILDUNG, form=Nachweisform.WOECHENTLICH)
    record = Nachweis(weekly, (work(date(2026, 11, 4), "Kasse"),))

    assert gaps(record, date(2026, 11, 20)) == [date(2026, 11, 9)]


def test_without_dates_nothing_is_missing() -> None:
    assert gaps(Nachweis(), MONDAY) == []


def test_words_are_found_whatever_their_case_and_umlauts() -> None:
    record = Nachweis(
        entries=(work(MONDAY, "Öl gewechselt"), work(MONDAY + timedelta(days=1), "ÖL bestellt"))
    )

    assert [entry.day.day for entry in found(record, "öl")] == [17, 16]
    assert [entry.day.day for entry in found(record, "oel GEWECHSELT")] == [16]
    assert found(record, " ") == []
