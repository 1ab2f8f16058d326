"""When a nudge is due and which one it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar_of_germany import STATES, school_holidays
from bot.clock import BERLIN
from bot.nudges.preview import coming
from bot.nudges.rules import expires, next_due, pick, season_end
from bot.nudges.subscription import DEFAULT_TOPICS, Days, Subscription, stage_at
from knowledge.nudge import (
    ANCHORS,
    STAGES,
    TOPICS,
    After,
    Always,
    Before,
    Nudge,
    Season,
    When,
    Words,
)
from tests.nudges.parents import NUDGES, days_of, is_a_year_later, may_be_sent, subscriptions

SINCE = date(2026, 11, 21)
PLAIN = Subscription(frozenset({"geld", "wege"}), "k9", SINCE, "he")


def local(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN).astimezone(UTC)


def made(key: str, when: When | None = None, fact: str = "", region: str = "bund") -> Nudge:
    words = Words("Fakt.", "Tu etwas.", "Gut.")
    return Nudge(
        key=key,
        title=key,
        topic=key.split(".")[0],
        stages=frozenset({"k9", "k10"}),
        region=region,
        when=when or Always(),
        facts=(fact or key,),
        article="a",
        minutes=1,
        standard=words,
        einfach=words,
        path=Path(key),
    )


def picked(
    nudges: list[Nudge], sent: dict[str, date] | None = None, day: date = SINCE
) -> str | None:
    found = pick(PLAIN, day, nudges, sent or {}, school_holidays)
    return found.key if found else None


# --- the stage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "since", "day", "expected"),
    [
        ("k8", "2026-11-21", "2026-11-21", "k8"),
        ("k8", "2026-11-21", "2027-07-31", "k8"),
        ("k8", "2026-11-21", "2027-08-01", "k9"),
        ("k8", "2027-07-31", "2027-08-01", "k9"),
        ("k8", "2027-08-01", "2027-08-01", "k8"),
        ("k8", "2026-11-21", "2028-08-01", "k10"),
        ("k8", "2026-11-21", "2029-08-01", None),
        ("k10", "2026-11-21", "2027-08-01", None),
        ("k11", "2026-11-21", "2028-09-01", "k13"),
        ("k13", "2026-11-21", "2027-08-01", None),
        ("a1", "2026-09-01", "2027-08-01", "a2"),
        ("a4", "2026-11-21", "2027-08-01", None),
        ("a4", "2026-11-21", "2036-01-01", None),
        ("k9", "2026-11-21", "2025-01-01", "k9"),
    ],
)
def test_classes_and_training_years_move_on_each_august(
    stage: str, since: str, day: str, expected: str | None
) -> None:
    subscription = replace(PLAIN, stage=stage, stage_since=date.fromisoformat(since))

    assert stage_at(subscription, date.fromisoformat(day)) == expected


@pytest.mark.parametrize("stage", STAGES)
def test_default_topics_exist_and_speak_to_their_stage(stage: str) -> None:
    assert frozenset(TOPICS) >= DEFAULT_TOPICS[stage]
    spoken_of = {nudge.topic for nudge in NUDGES if stage in nudge.stages}
    assert len(DEFAULT_TOPICS[stage] & spoken_of) >= 4


# --- when --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "per_week", "expected"),
    [
        (Days.WEEKDAYS, 1, ["Tue 17:30"]),
        (Days.WEEKDAYS, 2, ["Tue 17:30", "Fri 17:30"]),
        (Days.WEEKDAYS, 3, ["Mon 17:30", "Wed 17:30", "Fri 17:30"]),
        (Days.WEEKEND, 1, ["Sat 10:00"]),
        (Days.WEEKEND, 2, ["Sat 10:00", "Sun 10:00"]),
        (Days.WEEKEND, 3, ["Sat 10:00", "Sun 10:00"]),
    ],
)
def test_the_days_of_a_week_are_spread(days: Days, per_week: int, expected: list[str]) -> None:
    subscription = replace(PLAIN, days=days, per_week=per_week)
    due = next_due(subscription, local("2026-11-22", "23:59"))
    week = []
    while due < local("2026-11-30", "00:00"):
        week.append(f"{due.astimezone(BERLIN):%a %H:%M}")
        due = next_due(subscription, due)

    assert week == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Winter time begins on 25 October, summer time on 28 March.
        ("2026-10-20T15:29:59+00:00", "2026-10-20T15:30:00+00:00"),
        ("2026-10-20T15:30:00+00:00", "2026-10-27T16:30:00+00:00"),
        ("2027-03-23T16:30:00+00:00", "2027-03-30T15:30:00+00:00"),
    ],
)
def test_the_wall_clock_is_kept_when_the_clocks_change(after: str, expected: str) -> None:
    due = next_due(PLAIN, datetime.fromisoformat(after))

    assert due == datetime.fromisoformat(expected)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2027-03-28", "2027-03-28T01:30:00+00:00"), ("2026-10-25", "2026-10-25T00:30:00+00:00")],
)
def test_an_hour_that_is_skipped_or_comes_twice_has_one_moment(day: str, expected: str) -> None:
    at_night = replace(PLAIN, days=Days.WEEKEND, per_week=2, minute=150)
    due = next_due(at_night, local(day, "00:00"))

    assert due == datetime.fromisoformat(expected)
    assert next_due(at_night, due) - due > timedelta(days=5)


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2026-11-24", "2026-11-24"), ("2026-11-25", "2026-12-01"), ("2026-01-01", "2026-11-24")],
)
def test_a_pause_ends_on_its_day(until: str, expected: str) -> None:
    paused = replace(PLAIN, paused_until=date.fromisoformat(until))

    assert next_due(paused, local("2026-11-21", "09:00")) == local(expected, "17:30")


@pytest.mark.parametrize("day", ["2026-11-24", "2026-10-25", "2027-03-28"])
def test_what_is_due_expires_with_its_day(day: str) -> None:
    following = date.fromisoformat(day) + timedelta(days=1)

    assert expires(local(day, "00:00")) == local(f"{following}", "00:00")
    assert expires(local(day, "23:59")) == local(f"{following}", "00:00")


@given(subscriptions(SINCE), st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)))  # noqa: DTZ001
def test_due_moments_are_later_and_at_the_chosen_time(
    subscription: Subscription, after: datetime
) -> None:
    now = after.replace(tzinfo=UTC)
    due = next_due(subscription, now)
    shown = due.astimezone(BERLIN)
    was_skipped = shown.date() in (date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26))

    assert now < due < expires(due)
    assert shown.date() >= (subscription.paused_until or shown.date())
    assert shown.time() == subscription.time_of_day or (was_skipped and shown.hour == 3)
    assert (shown.weekday() >= 5) is (subscription.days is Days.WEEKEND)
    if subscription.paused_until is None:
        assert due - now <= timedelta(days=7, hours=1)


# --- seasons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("season", "day", "expected"),
    [
        (Season((9, 1), (11, 30)), "2026-08-31", None),
        (Season((9, 1), (11, 30)), "2026-09-01", "2026-11-30"),
        (Season((9, 1), (11, 30)), "2026-11-30", "2026-11-30"),
        (Season((9, 1), (11, 30)), "2026-12-01", None),
        (Season((11, 1), (1, 31)), "2026-12-31", "2027-01-31"),
        (Season((11, 1), (1, 31)), "2027-01-31", "2027-01-31"),
        (Season((11, 1), (1, 31)), "2027-02-01", None),
        (Season((5, 5), (5, 5)), "2027-05-05", "2027-05-05"),
        (Always(), "2027-05-05", "9999-12-31"),
        (Before(12, "ausbildungsstart"), "2027-06-08", None),
        (Before(12, "ausbildungsstart"), "2027-06-09", "2027-06-22"),
        (Before(12, "ausbildungsstart"), "2027-06-23", None),
        (After(1, "ausbildungsstart"), "2027-09-08", "2027-09-21"),
        (After(1, "weihnachtsferien"), "2027-01-19", "2027-02-01"),
        (After(1, "weihnachtsferien"), "2027-01-18", None),
    ],
)
def test_seasons_begin_and_end_on_their_days(season: When, day: str, expected: str | None) -> None:
    end = season_end(season, "he", date.fromisoformat(day), school_holidays)

    assert end == (date.fromisoformat(expected) if expected else None)


SUMMER_2026 = {
    "bw": ("07-30", "09-12"), "by": ("08-03", "09-14"), "be": ("07-09", "08-22"),
    "bb": ("07-09", "08-22"), "hb": ("07-02", "08-12"), "hh": ("07-09", "08-19"),
    "he": ("06-29", "08-07"), "mv": ("07-13", "08-22"), "ni": ("07-02", "08-12"),
    "nw": ("07-20", "09-01"), "rp": ("06-29", "08-07"), "sl": ("06-29", "08-07"),
    "sn": ("07-04", "08-14"), "st": ("07-04", "08-14"), "sh": ("07-04", "08-15"),
    "th": ("07-04", "08-14"),
}  # fmt: skip
"""First and last day of the summer holidays, as the states announced them."""


@pytest.mark.parametrize("state", STATES)
def test_date_rules_follow_the_holidays_of_every_state(state: str) -> None:
    first, last = (date.fromisoformat(f"2026-{day}") for day in SUMMER_2026[state])
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    before, after = Before(2, "sommerferien"), After(1, "sommerferien")

    held = [day for day in year if season_end(before, state, day, school_holidays)]
    assert held == [first - timedelta(days=number) for number in range(14, 0, -1)]
    held = [day for day in year if season_end(after, state, day, school_holidays)]
    assert held == [last + timedelta(days=number) for number in range(7, 21)]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_anchor_comes_once_a_year_in_every_state(state: str, anchor: str) -> None:
    # From a day on which no window of any state is open.
    days = [date(2026, 2, 5) + timedelta(days=number) for number in range(2 * 365)]
    for rule in (Before(1, anchor), After(1, anchor)):
        held = [day for day in days if season_end(rule, state, day, school_holidays)]

        assert len(held) == 28
        assert set(held) == set(days) & (days_of(rule, state) or frozenset())


def test_of_two_spring_breaks_the_longer_one_is_easter() -> None:
    assert season_end(Before(1, "osterferien"), "by", date(2027, 2, 3), school_holidays) is None
    assert season_end(Before(1, "osterferien"), "by", date(2027, 3, 15), school_holidays)


@pytest.mark.parametrize("anchor", [each for each in ANCHORS if each != "ausbildungsstart"])
def test_without_a_state_nothing_is_tied_to_school_holidays(anchor: str) -> None:
    days = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]

    assert not any(season_end(Before(1, anchor), None, day, school_holidays) for day in days)


# --- which -------------------------------------------------------------------------------------


def test_date_rules_come_before_seasons_and_the_season_that_ends_first_before_others() -> None:
    always = made("geld.immer")
    long, short = (
        made("geld.lang", Season((11, 1), (3, 1))),
        made("geld.kurz", Season((9, 1), (12, 1))),
    )
    dated = made("geld.datum", Before(4, "weihnachtsferien"))
    day = date(2026, 11, 26)
    left = [always, long, short, dated]
    order = []
    while left:
        order.append(picked(left, day=day))
        left = [nudge for nudge in left if nudge.key != order[-1]]

    assert order == ["geld.datum", "geld.kurz", "geld.lang", "geld.immer"]


def test_a_date_rule_is_never_sent_late() -> None:
    dated = made("geld.datum", Before(4, "weihnachtsferien"))
    days = [date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 8), date(2026, 12, 9)]

    assert [picked([dated], day=day) for day in days] == [None, "geld.datum", "geld.datum", None]


def test_topics_take_turns() -> None:
    nudges = [made(f"{topic}.{number}") for topic in ("geld", "wege") for number in range(4)]
    sent: dict[str, date] = {}
    topics = []
    for week in range(8):
        day = SINCE + timedelta(weeks=week)
        key = picked(nudges, sent, day)
        assert key
        sent[key] = day
        topics.append(key.split(".")[0])

    assert topics in (["geld", "wege"] * 4, ["wege", "geld"] * 4)


@pytest.mark.parametrize(
    ("sent_on", "expected"),
    [("2025-11-22", None), ("2025-11-21", "geld.a"), ("2024-12-24", "geld.a")],
)
def test_nothing_is_sent_twice_within_twelve_months(sent_on: str, expected: str | None) -> None:
    assert picked([made("geld.a")], {"geld.a": date.fromisoformat(sent_on)}) == expected


def test_on_a_leap_day_a_year_ago_is_the_28th() -> None:
    day = date(2028, 2, 29)

    assert picked([made("geld.a")], {"geld.a": date(2027, 2, 28)}, day) == "geld.a"
    assert picked([made("geld.a")], {"geld.a": date(2027, 3, 1)}, day) is None


@pytest.mark.parametrize(
    ("weeks", "with_another", "expected"),
    [(7, True, "wege.c"), (8, True, "geld.b"), (7, False, "geld.b")],
)
def test_a_fact_rests_for_eight_weeks_if_there_is_another(
    weeks: int, *, with_another: bool, expected: str
) -> None:
    told, same = made("wege.a", fact="f"), made("geld.b", Season((11, 1), (12, 1)), fact="f")
    others = [made("wege.c")] if with_another else []
    sent = {"wege.a": SINCE - timedelta(weeks=weeks)}

    assert picked([told, same, *others], sent) == expected


@pytest.mark.parametrize(
    "changes",
    [{"topics": frozenset({"start"})}, {"stage": "k8"}, {"state": "by"}, {"state": None}],
)
def test_only_what_was_chosen_comes(changes: dict[str, object]) -> None:
    here = made("geld.hier", region="he")
    other = replace(PLAIN, **changes)  # type: ignore[arg-type]

    assert pick(PLAIN, SINCE, [here], {}, school_holidays) is here
    assert pick(other, SINCE, [here], {}, school_holidays) is None


def test_when_the_stage_has_ended_nothing_comes() -> None:
    assert picked([made("geld.a")], day=date(2028, 7, 31)) == "geld.a"
    assert picked([made("geld.a")], day=date(2028, 8, 1)) is None


def test_neighbours_get_different_nudges_and_each_always_the_same() -> None:
    everything = Subscription(DEFAULT_TOPICS["k9"], "k9", SINCE, "he")
    timeless = [nudge for nudge in NUDGES if nudge.when == Always()]
    first = {}
    for seed in map(str, range(20)):
        neighbour = replace(everything, seed=seed)
        first[seed] = pick(neighbour, SINCE, timeless, {}, school_holidays)
        assert pick(neighbour, SINCE, timeless[::-1], {}, school_holidays) == first[seed]

    assert len({nudge.key for nudge in first.values() if nudge}) >= 8


@settings(max_examples=25)
@given(subscriptions(date(2026, 8, 1)))
def test_a_year_and_a_half_hold_to_all_rules(subscription: Subscription) -> None:
    sent: dict[str, date] = {}
    weeks: dict[tuple[int, int], int] = {}
    for due, nudge in coming(subscription, date(2026, 8, 1), date(2028, 1, 31), NUDGES):
        day = due.astimezone(BERLIN).date()
        assert may_be_sent(nudge, subscription, day, sent)
        assert nudge.key not in sent or is_a_year_later(sent[nudge.key], day)
        sent[nudge.key] = day
        year, week, _ = day.isocalendar()
        weeks[year, week] = weeks.get((year, week), 0) + 1

    assert max(weeks.values(), default=0) <= subscription.per_week
