"""May we speak now: never at night, never into a form, never against the person's word, in every zone on every day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.people.quiet import NIGHT, NO_QUIET, Quiet
from bot.proactive import (
    OPEN_FORM,
    WHILE_HUMAN,
    Circumstances,
    Drop,
    Speak,
    Verdict,
    Wait,
    may_speak,
)
from bot.turn import Owner
from tests.plans.plans import BERLIN, at

NOON = "2026-11-23 12:00"
EVENING = Quiet(18 * 60, 22 * 60)
LUNCH = Quiet(12 * 60, 13 * 60)
ZONES = (
    BERLIN,
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Nuuk",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
)


def when(local: str, zone: str = BERLIN, **other: object) -> Circumstances:
    plain = Circumstances(now=at(local, zone), zone=zone, owner=Owner.ASSISTANT)
    return replace(plain, **other)  # type: ignore[arg-type]


def until(local: str, reason: str, zone: str = BERLIN) -> Wait:
    return Wait(at(local, zone), reason)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (when(NOON), Speak()),
        (when("2026-11-23 03:00"), Speak()),
        # The night by default: minors, and whoever told no age.
        (when("2026-11-23 19:59", default_quiet=NIGHT), Speak()),
        (when("2026-11-23 20:00", default_quiet=NIGHT), Drop("quiet hours")),
        (when("2026-11-23 23:59", default_quiet=NIGHT), Drop("quiet hours")),
        (
            when("2026-11-23 00:00", default_quiet=NIGHT),
            until("2026-11-23 07:00", "quiet hours"),
        ),
        (
            when("2026-11-23 06:59", default_quiet=NIGHT),
            until("2026-11-23 07:00", "quiet hours"),
        ),
        (when("2026-11-23 07:00", default_quiet=NIGHT), Speak()),
        # A time that the person chose in words, after one question.
        (when("2026-11-23 21:00", default_quiet=NIGHT, breaks_default_quiet=True), Speak()),
        # The person's own yield to nothing, and stand in for the default.
        (
            when("2026-11-23 21:00", own_quiet=EVENING, breaks_default_quiet=True),
            until("2026-11-23 22:00", "quiet hours"),
        ),
        (
            when(
                "2026-11-23 21:00",
                own_quiet=EVENING,
                default_quiet=NIGHT,
                breaks_default_quiet=True,
            ),
            until("2026-11-23 22:00", "quiet hours"),
        ),
        (when("2026-11-23 23:00", own_quiet=EVENING, default_quiet=NIGHT), Speak()),
        (when("2026-11-23 23:00", own_quiet=NO_QUIET, default_quiet=NIGHT), Speak()),
        (when(NOON, own_quiet=LUNCH), until("2026-11-23 13:00", "quiet hours")),
        # A human.
        (when(NOON, owner=Owner.HUMAN), until("2026-11-23 12:30", "human")),
        (when("2026-11-23 23:40", owner=Owner.HUMAN), Drop("human")),
        # Closed, and a crisis.
        (when(NOON, owner=Owner.CLOSED), Drop("closed")),
        (when(NOON, is_in_crisis=True), Drop("crisis")),
        (when(NOON, is_in_crisis=True, owner=Owner.HUMAN), Drop("crisis")),
        (when(NOON, is_in_crisis=True, breaks_default_quiet=True), Drop("crisis")),
        # A form.
        (when(NOON, said_at=at(NOON)), until("2026-11-23 12:15", "open form")),
        (
            when(NOON, said_at=at("2026-11-23 11:46")),
            until("2026-11-23 12:01", "open form"),
        ),
        (when(NOON, said_at=at("2026-11-23 11:45")), Speak()),
        (when(NOON, said_at=at("2026-11-20 11:45")), Speak()),
        (when("2026-11-23 23:50", said_at=at("2026-11-23 23:49")), Drop("open form")),
        # Quiet hours come before the form: what they end is looked at again.
        (
            when("2026-11-23 06:50", default_quiet=NIGHT, said_at=at("2026-11-23 06:49")),
            until("2026-11-23 07:00", "quiet hours"),
        ),
        # Elsewhere, by the wall clock there.
        (when("2026-11-23 12:00", "Pacific/Auckland", default_quiet=NIGHT), Speak()),
        (
            when("2026-11-23 05:00", "Pacific/Auckland", default_quiet=NIGHT),
            until("2026-11-23 07:00", "quiet hours", "Pacific/Auckland"),
        ),
        # The night in which the clock is put forward, and that in which it is put back.
        (
            when("2027-03-28 01:30", default_quiet=NIGHT),
            until("2027-03-28 07:00", "quiet hours"),
        ),
        (
            when("2027-10-31 01:30", default_quiet=NIGHT),
            until("2027-10-31 07:00", "quiet hours"),
        ),
        # An end that the clock skips.
        (
            when("2027-03-28 01:30", own_quiet=Quiet(22 * 60, 150)),
            Wait(at("2027-03-28 03:30"), "quiet hours"),
        ),
    ],
)
def test_whether_we_may_speak(about: Circumstances, expected: Verdict) -> None:
    assert may_speak(about) == expected


minutes = st.integers(0, 1439)
quiets = st.none() | st.just(NIGHT) | st.builds(Quiet, minutes, minutes)
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def around_changes_of_the_clock(draw: st.DrawFn) -> datetime:
    """A moment in the two days around a last Sunday of March or October."""
    year, month = draw(st.integers(2020, 2035)), draw(st.sampled_from((3, 10)))
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    change = last - timedelta(days=(last.weekday() + 1) % 7)
    return change + timedelta(minutes=draw(st.integers(-1440, 1440)))


@st.composite
def circumstances(draw: st.DrawFn) -> Circumstances:
    now = draw(moments | around_changes_of_the_clock())
    ago = draw(st.none() | st.integers(0, 40))
    return Circumstances(
        now=now,
        zone=draw(zones),
        owner=draw(st.sampled_from(Owner)),
        said_at=None if ago is None else now - timedelta(minutes=ago),
        is_in_crisis=draw(st.booleans()),
        own_quiet=draw(quiets),
        default_quiet=draw(st.none() | st.just(NIGHT)),
        breaks_default_quiet=draw(st.booleans()),
    )


free = circumstances().map(lambda about: replace(about, owner=Owner.ASSISTANT, is_in_crisis=False))


def day_there(about: Circumstances, moment: datetime) -> object:
    return moment.astimezone(ZoneInfo(about.zone)).date()


def shown(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def is_quiet(quiet: Quiet, clock: str) -> bool:
    """By comparing what the wall clock shows, as a person would."""
    begin, end = (f"{each // 60:02}:{each % 60:02}" for each in (quiet.begin, quiet.end))
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


@given(circumstances())
def test_what_waits_waits_for_later_that_day(about: Circumstances) -> None:
    verdict = may_speak(about)
    if isinstance(verdict, Wait):
        assert verdict.until > about.now
        assert verdict.until.utcoffset() == timedelta()
        assert day_there(about, verdict.until) == day_there(about, about.now)


@given(circumstances())
def test_never_in_the_persons_own_quiet_hours(about: Circumstances) -> None:
    assume(about.own_quiet is not None)
    assert about.own_quiet is not None
    if is_quiet(about.own_quiet, shown(about.now, about.zone)):
        assert may_speak(about) != Speak()


@given(free, st.booleans())
def test_the_default_yields_to_a_chosen_time_alone(about: Circumstances, is_chosen: bool) -> None:
    about = replace(
        about,
        own_quiet=None,
        default_quiet=NIGHT,
        said_at=None,
        breaks_default_quiet=is_chosen,
    )
    is_night = is_quiet(NIGHT, shown(about.now, about.zone))
    assert (may_speak(about) == Speak()) == (is_chosen or not is_night)


@given(circumstances())
def test_never_where_somebody_else_speaks_or_all_is_closed_or_in_a_crisis(
    about: Circumstances,
) -> None:
    verdict = may_speak(about)
    if about.owner is Owner.CLOSED:
        assert verdict == Drop("closed")
    elif about.is_in_crisis:
        assert verdict == Drop("crisis")
    elif about.owner is Owner.HUMAN:
        assert verdict in (Wait(about.now + WHILE_HUMAN, "human"), Drop("human"))


@given(free)
def test_never_into_a_form_whose_last_message_is_fresh(about: Circumstances) -> None:
    if about.said_at is not None and about.now < about.said_at + OPEN_FORM:
        assert may_speak(about) != Speak()


@given(free)
@example(when("2027-10-31 02:10", own_quiet=Quiet(60, 150)))
def test_who_waits_as_told_may_speak_in_the_end_or_the_day_is_over(about: Circumstances) -> None:
    for _ in range(6):
        verdict = may_speak(about)
        if not isinstance(verdict, Wait):
            return
        about = replace(about, now=verdict.until)
    pytest.fail("it waits for ever")


@given(free)
def test_with_nothing_in_the_way_we_speak(about: Circumstances) -> None:
    about = replace(about, own_quiet=None, default_quiet=None, said_at=None)
    assert may_speak(about) == Speak()
