"""Two records of one person: nothing is lost, what is signed stays as it is, and a week is picked by the person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diary.ausbildung import Aenderung, Aenderungsart, Ausbildung, Nachweisform
from bot.diary.nachweis import By, DayType, Entry, Step, StepKind, Week, WeekState
from bot.diary.rules import is_locked
from bot.diary.twice import (
    Pick,
    Version,
    one_ausbildung,
    one_week,
    picked,
    picks,
    together,
)

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUBMITTED = Step(StepKind.SUBMITTED, NOW, By.AZUBI)
SIGNED = Step(StepKind.SIGNED, NOW, By.AUSBILDER)
KASSE = Entry(MONDAY, DayType.BETRIEB, 240, ("Kasse",))
LAGER = Entry(MONDAY, DayType.BETRIEB, 240, ("Lager",))
SCHULE = Entry(MONDAY + timedelta(days=1), DayType.SCHULE, None, ("Netzplan",))
KRANK = Entry(MONDAY, DayType.KRANK)
LONG = Entry(MONDAY, DayType.BETRIEB, 13 * 60, ("Messe",))


def week(*entries: Entry, steps: tuple[Step, ...] = (), **notes: str) -> Version:
    return Version(Week(MONDAY, steps, **notes), entries)


NOTHING = week()
DRAFT = week(KASSE)
HANDED_IN = week(KASSE, steps=(SUBMITTED,))
DONE = week(KASSE, steps=(SUBMITTED, SIGNED))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (DRAFT, NOTHING, (DRAFT, None)),
        (NOTHING, DONE, (DONE, None)),
        (NOTHING, NOTHING, (NOTHING, None)),
        (DRAFT, DRAFT, (DRAFT, None)),
        (DRAFT, week(LAGER), (DRAFT, week(LAGER))),
        (DRAFT, week(SCHULE), (DRAFT, week(SCHULE))),
        # What is signed goes before what is submitted, and that before a draft, whoever told it.
        (week(LAGER), DONE, (DONE, week(LAGER))),
        (week(LAGER, steps=(SUBMITTED,)), DONE, (DONE, week(LAGER, steps=(SUBMITTED,)))),
        (week(LAGER), HANDED_IN, (HANDED_IN, week(LAGER))),
        (DONE, week(LAGER, steps=(SUBMITTED, SIGNED)), (DONE, week(LAGER, steps=(SUBMITTED, SIGNED)))),
        (DRAFT, DONE, (DONE, None)),
        # Notes alone ask nobody, unless they would change what is signed.
        (DRAFT, week(hard="Kasse"), (week(KASSE, hard="Kasse"), None)),
        (week(hard="a"), week(KASSE, hard="b"), (week(KASSE, hard="a; b"), None)),
        (DONE, week(school_topic="Netz"), (DONE, week(school_topic="Netz"))),
    ],
)  # fmt: skip
def test_what_stands_and_what_waits(
    first: Version, second: Version, expected: tuple[Version, Version | None]
) -> None:
    assert one_week(first, second) == expected


@pytest.mark.parametrize(
    ("stands", "other", "expected"),
    [
        (DRAFT, week(LAGER), (Pick.THIS, Pick.OTHER, Pick.BOTH)),
        (DRAFT, week(KRANK), (Pick.THIS, Pick.OTHER)),
        (DRAFT, week(LONG), (Pick.THIS, Pick.OTHER)),
        (DONE, week(LAGER), (Pick.THIS,)),
        (HANDED_IN, week(LAGER), (Pick.THIS,)),
        (DONE, week(LAGER, steps=(SUBMITTED,)), (Pick.THIS,)),
        (DONE, week(LAGER, steps=(SUBMITTED, SIGNED)), (Pick.THIS, Pick.OTHER)),
        # It was taken back since.
        (DRAFT, week(LAGER, steps=(SUBMITTED,)), (Pick.THIS, Pick.OTHER)),
    ],
)
def test_what_can_be_picked(stands: Version, other: Version, expected: tuple[Pick, ...]) -> None:
    assert picks(stands, other) == expected


def test_what_was_picked_stands_there() -> None:
    other = week(LAGER, SCHULE, to_ask="Inventur?")

    assert picked(Pick.THIS, DRAFT, other) == DRAFT
    assert picked(Pick.OTHER, DRAFT, other) == other
    assert picked(Pick.BOTH, DRAFT, other) == week(KASSE, LAGER, SCHULE, to_ask="Inventur?")


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.integers(0, 6).map(lambda days: MONDAY + timedelta(days=days)),
        st.sampled_from(DayType),
        st.none() | st.integers(15, 600),
        st.sampled_from([(), ("Kasse",), ("Lager", "Inventur")]),
    ),
    unique=True,
    max_size=5,
)
STEPS = st.sampled_from([(), (SUBMITTED,), (SUBMITTED, SIGNED)])


@st.composite
def versions(draw: st.DrawFn) -> Version:
    entries = sorted(draw(ENTRIES), key=lambda entry: entry.day)
    steps = draw(STEPS) if entries else ()
    return week(*entries, steps=steps, hard=draw(st.sampled_from(["", "a", "b"])))


@given(versions(), versions())
def test_nothing_is_lost_and_nothing_locked_is_changed(first: Version, second: Version) -> None:
    stands, waits = one_week(first, second)

    told = {*stands.entries, *(waits.entries if waits else ())}
    assert told == {*first.entries, *second.entries}
    for each in (first, second):
        if each.week.state is WeekState.SIGNED and first.entries != second.entries:
            assert each in (stands, waits) or set(each.entries) <= set(stands.entries)
    if is_locked(stands.week):
        assert stands in (first, second)
    if waits is not None:
        assert Pick.THIS in picks(stands, waits)


@given(versions(), versions())
def test_both_hold_all_that_each_said(stands: Version, other: Version) -> None:
    if Pick.BOTH in picks(stands, other):
        assert set(together(stands, other).entries) == {*stands.entries, *other.entries}


def test_the_training_is_one_contract_and_blanks_are_filled() -> None:
    begun = Ausbildung(name="Kim", beginn=date(2026, 8, 1), ende=date(2029, 7, 31))
    longer = Aenderung(Aenderungsart.VERLAENGERT, date(2028, 7, 1), date(2029, 1, 31))
    other = Ausbildung(
        name="Ada",
        beruf="Kaufmann",
        beginn=date(2025, 8, 1),
        ende=date(2028, 7, 31),
        probezeit=4,
        aenderungen=(longer,),
        form=Nachweisform.WOECHENTLICH,
        schultage=frozenset({1}),
    )

    one = one_ausbildung(begun, other)

    assert (one.name, one.beginn, one.ende) == ("Kim", begun.beginn, begun.ende)
    assert (one.probezeit, one.aenderungen) == (None, ())
    assert (one.beruf, one.form, one.schultage) == ("Kaufmann", other.form, other.schultage)
    assert one_ausbildung(Ausbildung(), other) == other
    assert one_ausbildung(other, Ausbildung()) == other
    assert one_ausbildung(replace(begun, beruf="Koch"), other).beruf == "Koch"
