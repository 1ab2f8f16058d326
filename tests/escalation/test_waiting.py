"""The timers of a case: nobody waits unheard, nothing rings out of hours, and looking only when it is due misses nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation.hours import OfficeHours, is_open, opens_next, read_hours
from bot.escalation.routing import Stage, Team
from bot.escalation.values import State
from bot.escalation.waiting import (
    SILENCE,
    UNANSWERED,
    CallNext,
    CloseInactive,
    Nothing,
    Progress,
    RemindCoach,
    Step,
    TellLearner,
    WarnInactive,
    first_call,
    next_due,
    next_step,
    said_wait,
)

BERLIN = ZoneInfo("Europe/Berlin")
A_MINUTE = timedelta(minutes=1)
OFFICE = "Mo-Fr 9-12, Mo-Do 13:30-16"
Log = list[tuple[datetime, Step]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def team(typed: str = OFFICE, minutes: int = 10, state: str | None = "he") -> Team:
    return Team(1, "Team", None, frozenset(), OfficeHours(read_hours(typed), state), minutes, "")


def opened(now: datetime, its_team: Team, *, is_acute: bool = False) -> Progress:
    """A case as it is when the learner has asked for a human."""
    return Progress(
        state=State.WAITING,
        stage=first_call(its_team, now, is_acute=is_acute) or Stage.FIRST,
        opened_at=now,
        called_at=now,
        claimed_at=None,
        last_learner_at=None,
        asked_at=None,
        last_coach_at=None,
        is_acute=is_acute,
        reminded_at=None,
        told_at=None,
        warned_at=None,
    )


def done(progress: Progress, step: Step, now: datetime) -> Progress:
    """A case after a step, as its docstring has it."""
    match step:
        case CallNext(stage):
            return replace(progress, stage=stage, called_at=now)
        case TellLearner():
            return replace(progress, stage=Stage.TOLD, told_at=now)
        case RemindCoach():
            return replace(progress, reminded_at=now)
        case WarnInactive():
            return replace(progress, warned_at=now)
        case CloseInactive():
            return replace(progress, state=State.CLOSED)
        case _:
            return progress


def happened(progress: Progress, event: str, now: datetime) -> Progress:
    """A case after somebody did something."""
    if progress.state is State.CLOSED:
        return progress
    if event == "learner":
        asked, answered = progress.asked_at, progress.last_coach_at
        is_answered = asked is None or (answered is not None and answered >= asked)
        return replace(progress, last_learner_at=now, asked_at=now if is_answered else asked)
    if event == "claim" and progress.state is State.WAITING:
        return replace(progress, state=State.CLAIMED, claimed_at=now)
    if event == "coach" and progress.state is State.CLAIMED:
        return replace(progress, last_coach_at=now)
    return progress


Events = Mapping[datetime, str]
NO_EVENTS: Events = {}


def each_minute(
    progress: Progress, its_team: Team, until: datetime, events: Events = NO_EVENTS
) -> Log:
    """What is done for a case when it is looked at every minute."""
    log: Log = []
    now = progress.opened_at
    while now < until and progress.state is not State.CLOSED:
        if now in events:
            progress = happened(progress, events[now], now)
        progress = _worked_off(progress, its_team, now, log)
        now += A_MINUTE
    return log


def when_due(
    progress: Progress, its_team: Team, until: datetime, events: Events = NO_EVENTS
) -> Log:
    """What is done for a case when it is looked at only when it is due, or something happened."""
    log: Log = []
    now = progress.opened_at
    coming = sorted(events)
    while now < until:
        due = next_due(progress, its_team, now)
        assert due is None or due >= now
        if coming and (due is None or coming[0] <= due):
            now = coming.pop(0)
            progress = happened(progress, events[now], now)
        elif due is None:
            break
        elif (now := due) < until:
            before = len(log)
            progress = _worked_off(progress, its_team, now, log)
            assert len(log) > before
    return log


def _worked_off(progress: Progress, its_team: Team, now: datetime, log: Log) -> Progress:
    for _ in range(9):
        step = next_step(progress, its_team, now)
        if step == Nothing():
            return progress
        log.append((now, step))
        progress = done(progress, step, now)
    raise AssertionError(f"no end at {now}: {log[-9:]}")


def shown(log: Log) -> list[str]:
    return [f"{now.astimezone(BERLIN):%a %H:%M} {_name(step)}" for now, step in log]


def _name(step: Step) -> str:
    return step.stage.name if isinstance(step, CallNext) else type(step).__name__


# --- courses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened_at", "is_acute", "events", "expected"),
    [
        # Nobody ever answers: told after half an hour, called at every opening, over after two days of silence.
        (
            "2026-11-23 09:00",
            False,
            {},
            [
                "Mon 09:10 OTHERS",
                "Mon 09:20 LEADS",
                "Mon 09:30 TellLearner",
                "Mon 13:30 FIRST",
                "Mon 13:40 OTHERS",
                "Mon 13:50 LEADS",
                "Tue 09:00 FIRST",
                "Tue 09:10 OTHERS",
                "Tue 09:20 LEADS",
                "Tue 09:30 WarnInactive",
                "Tue 13:30 FIRST",
                "Tue 13:40 OTHERS",
                "Tue 13:50 LEADS",
                "Wed 09:00 FIRST",
                "Wed 09:10 OTHERS",
                "Wed 09:20 LEADS",
                "Wed 09:30 CloseInactive",
            ],
        ),
        # Shortly before the team closes, and out of hours: it begins anew when the team opens.
        (
            "2026-11-27 11:45",
            False,
            {"2026-11-30 09:25": "claim", "2026-11-30 09:26": "coach"},
            ["Fri 11:55 OTHERS", "Mon 09:00 FIRST", "Mon 09:10 OTHERS", "Mon 09:20 LEADS"],
        ),
        (
            "2026-11-27 22:00",
            False,
            {"2026-11-30 09:05": "claim", "2026-11-30 09:06": "coach"},
            ["Mon 09:00 FIRST"],
        ),
        # An acute crisis at night: the leads have been called; the learner is told soon.
        (
            "2026-11-27 22:00",
            True,
            {"2026-11-30 09:05": "claim", "2026-11-30 09:06": "coach"},
            ["Fri 22:10 TellLearner", "Mon 09:00 FIRST"],
        ),
        # In one that began in office hours, the leads are next when the team closes.
        (
            "2026-11-27 11:55",
            True,
            {"2026-11-27 12:20": "claim", "2026-11-27 12:21": "coach"},
            ["Fri 12:05 LEADS", "Fri 12:15 TellLearner"],
        ),
        # A coach who never writes is reminded half an hour after taking over; noon does not count.
        (
            "2026-11-23 11:40",
            False,
            {"2026-11-23 11:45": "claim"},
            [
                "Mon 13:45 RemindCoach",
                "Tue 11:45 WarnInactive",
                "Wed 11:45 CloseInactive",
            ],
        ),
        # Once for what waits, again when more was written since, and not for what was answered.
        (
            "2026-11-23 09:00",
            False,
            {
                "2026-11-23 09:05": "claim",
                "2026-11-23 09:06": "coach",
                "2026-11-23 09:10": "learner",
                "2026-11-23 10:00": "coach",
                "2026-11-23 10:05": "learner",
                "2026-11-23 10:34": "coach",
                "2026-11-23 15:50": "learner",
                "2026-11-24 09:30": "learner",
                "2026-11-24 10:10": "coach",
            },
            [
                "Mon 09:40 RemindCoach",
                "Tue 09:20 RemindCoach",
                "Tue 09:50 RemindCoach",
                "Wed 10:10 WarnInactive",
                "Thu 10:10 CloseInactive",
            ],
        ),
        # Who writes every ten minutes waits since the first time.
        (
            "2026-11-23 09:00",
            False,
            {
                "2026-11-23 09:05": "claim",
                "2026-11-23 09:06": "coach",
                "2026-11-23 09:10": "learner",
                "2026-11-23 09:20": "learner",
                "2026-11-23 09:30": "learner",
                "2026-11-23 09:45": "learner",
                "2026-11-23 10:20": "coach",
            },
            ["Mon 09:40 RemindCoach", "Mon 10:10 RemindCoach"],
        ),
        # A weekend is no silence; a word after the warning keeps the case open.
        (
            "2026-11-27 09:00",
            False,
            {
                "2026-11-27 09:05": "claim",
                "2026-11-27 09:06": "coach",
                "2026-11-27 11:30": "coach",
                "2026-12-01 08:00": "learner",
                "2026-12-01 09:10": "coach",
            },
            [
                "Mon 09:30 WarnInactive",
                "Wed 09:10 WarnInactive",
                "Thu 09:10 CloseInactive",
            ],
        ),
    ],
)
def test_the_course_of_a_case(
    opened_at: str, is_acute: bool, events: Mapping[str, str], expected: Sequence[str]
) -> None:
    progress = opened(at(opened_at), team(), is_acute=is_acute)
    if events:
        last = at(max(events)) + timedelta(days=3)
        moments = {at(when): event for when, event in events.items()}
    else:
        last, moments = progress.opened_at + timedelta(days=6), {}

    assert shown(each_minute(progress, team(), last, moments))[: len(expected)] == expected
    assert shown(when_due(progress, team(), last, moments))[: len(expected)] == expected


def test_who_waits_for_a_team_that_opens_seldom_is_told_after_a_day() -> None:
    seldom = team("Mo-Fr 9-9:30", minutes=15)
    log = when_due(opened(at("2026-11-23 09:00"), seldom), seldom, at("2026-11-26 12:00"))
    assert shown(log) == [
        "Mon 09:15 OTHERS",
        "Tue 09:00 FIRST",
        "Tue 09:15 OTHERS",
        "Wed 09:00 FIRST",
        # Half an hour a day: an hour has passed when it closes on Tuesday, and it is said when it opens.
        "Wed 09:00 TellLearner",
        "Thu 09:00 FIRST",
        "Thu 09:15 OTHERS",
    ]


@pytest.mark.parametrize(
    ("typed", "opened_at", "expected"),
    [
        ("geschlossen", "2026-11-23 09:00", ["Mon 09:00 TellLearner"]),
        # Christmas and New Year are Fridays: three weeks.
        ("Fr 9-12", "2026-12-18 11:55", ["Fri 12:00 TellLearner"]),
        ("Fr 9-12", "2026-12-19 09:00", ["Sat 09:00 TellLearner"]),
        ("Fr 9-12", "2026-12-26 09:00", ["Fri 09:00 FIRST"]),
    ],
)
def test_nobody_waits_unheard_for_a_team_that_does_not_open(
    typed: str, opened_at: str, expected: list[str]
) -> None:
    its_team = team(typed)
    log = when_due(opened(at(opened_at), its_team), its_team, at("2027-02-01 09:00"))
    assert shown(log)[:1] == expected


def test_what_was_missed_is_not_made_up_for_out_of_hours() -> None:
    progress = opened(at("2026-11-23 11:45"), team())
    late = at("2026-11-23 12:30")
    assert next_due(progress, team(), progress.opened_at) == at("2026-11-23 11:55")
    assert next_step(progress, team(), late) == Nothing()
    assert next_due(progress, team(), late) == at("2026-11-23 13:30")


def test_a_closed_case_is_never_due() -> None:
    progress = replace(opened(at("2026-11-23 09:00"), team()), state=State.CLOSED)
    assert next_due(progress, team(), at("2026-11-30 09:00")) is None
    assert next_step(progress, team(), at("2026-11-30 09:00")) == Nothing()


@pytest.mark.parametrize(
    ("now", "is_acute", "expected"),
    [
        ("2026-11-23 09:00", False, Stage.FIRST),
        ("2026-11-23 09:00", True, Stage.FIRST),
        ("2026-11-23 12:00", False, None),
        ("2026-11-23 12:00", True, Stage.LEADS),
    ],
)
def test_who_is_called_first(now: str, is_acute: bool, expected: Stage | None) -> None:
    assert first_call(team(), at(now), is_acute=is_acute) is expected


def test_a_naive_moment_is_an_error() -> None:
    naive = at("2026-11-23 09:00").replace(tzinfo=None)
    progress = opened(at("2026-11-23 09:00"), team())
    for asked in (next_step, next_due):
        with pytest.raises(ValueError, match="naive"):
            asked(progress, team(), naive)


# --- any course --------------------------------------------------------------------------------

TEAMS = st.builds(
    team,
    st.sampled_from(
        [
            OFFICE,
            "rund um die Uhr",
            "täglich 22-3",
            "Mo-Fr 9-9:20",
            "So 1:30-3:30",
            "Sa-So 10-18, Di 9-12",
            "geschlossen",
        ]
    ),
    st.integers(1, 90),
    st.sampled_from((None, "he", "by")),
)
STARTS = st.builds(
    lambda day, minute: datetime.fromisoformat(day).replace(tzinfo=UTC) + minute * A_MINUTE,
    st.sampled_from(("2026-03-28", "2026-06-03", "2026-10-24", "2026-11-23", "2026-12-24")),
    st.integers(0, 1439),
)
WORKDAYS = st.integers(0, 1439).map(lambda each: at("2026-11-23 00:00") + each * A_MINUTE)
EVENTS = st.dictionaries(
    st.integers(1, 2 * 1440), st.sampled_from(("learner", "claim", "coach")), max_size=6
)
DAYS = timedelta(days=3)


@settings(max_examples=25)
@given(TEAMS, STARTS, EVENTS, st.booleans())
def test_looking_only_when_it_is_due_is_as_good_as_every_minute(
    its_team: Team, start: datetime, minutes: dict[int, str], is_acute: bool
) -> None:
    progress = opened(start, its_team, is_acute=is_acute)
    events = {start + each * A_MINUTE: event for each, event in minutes.items()}
    assert when_due(progress, its_team, start + DAYS, events) == each_minute(
        progress, its_team, start + DAYS, events
    )


@settings(max_examples=80)
@given(TEAMS, STARTS, EVENTS, st.booleans())
def test_what_may_be_done_and_when(
    its_team: Team, start: datetime, minutes: dict[int, str], is_acute: bool
) -> None:
    progress = opened(start, its_team, is_acute=is_acute)
    events = {start + each * A_MINUTE: event for each, event in minutes.items()}
    log = when_due(progress, its_team, start + timedelta(days=12), events)

    for now, step in log:
        is_foreseen = opens_next(its_team.hours, now) is not None
        if not is_open(its_team.hours, now):
            assert is_acute or (step == TellLearner() and not is_foreseen)
            assert step in (CallNext(Stage.LEADS), TellLearner(), RemindCoach())
    steps = [step for _, step in log]
    assert steps.count(TellLearner()) <= 1
    assert CallNext(Stage.TOLD) not in steps
    assert CloseInactive() not in steps[:-1]
    reminders = steps.count(RemindCoach())
    assert reminders <= 1 + sum(event == "learner" for event in events.values())
    warnings = [now for now, step in log if step == WarnInactive()]
    for now, step in log:
        if step == CloseInactive():
            assert now - warnings[-1] >= SILENCE
            wrote = (when for when, event in events.items() if event == "learner")
            assert not any(warnings[-1] < when < now for when in wrote)


@given(WORKDAYS, st.integers(1, 90), st.booleans(), st.integers(0, 30))
def test_who_waits_in_open_hours_is_told_when_all_stages_were_called(
    start: datetime, minutes: int, is_acute: bool, wrote: int
) -> None:
    always = team("rund um die Uhr", minutes)
    events = {start + wrote * A_MINUTE: "learner"}
    log = when_due(opened(start, always, is_acute=is_acute), always, start + DAYS, events)
    assert [step for _, step in log[:3]] == [
        CallNext(Stage.OTHERS),
        CallNext(Stage.LEADS),
        TellLearner(),
    ]
    assert log[2][0] == start + 3 * minutes * A_MINUTE


@settings(max_examples=40)
@given(TEAMS, STARTS, st.booleans())
def test_nobody_waits_without_an_end(its_team: Team, start: datetime, is_acute: bool) -> None:
    log = when_due(opened(start, its_team, is_acute=is_acute), its_team, start + timedelta(days=90))
    steps = [step for _, step in log]
    assert TellLearner() in steps
    if its_team.hours.spans:
        assert steps[-1] == CloseInactive()
        assert steps.index(TellLearner()) < steps.index(WarnInactive()) < len(steps) - 1


@given(WORKDAYS, st.integers(1, 23 * 60))
def test_a_learner_is_never_left_longer_than_is_promised(start: datetime, asked: int) -> None:
    always = team("rund um die Uhr")
    events = {
        start + A_MINUTE: "claim",
        start + 2 * A_MINUTE: "coach",
        start + 2 * A_MINUTE + asked * A_MINUTE: "learner",
    }
    log = when_due(opened(start, always), always, start + DAYS, events)
    reminded = [now for now, step in log if step == RemindCoach()]
    assert reminded == [max(events) + UNANSWERED]


# --- how long it takes -------------------------------------------------------------------------


def minutes_of(*minutes: int) -> list[timedelta]:
    return [timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        ((), None),
        ((3, 3, 3, 3), None),
        ((3, 3, 3, 3, 60), 5),
        ((3, 3, 3, 16, 60), 20),
        ((0, 0, 0, 0, 0), 5),
        ((15, 15, 15, 15, 15), 15),
        # The latest twenty alone count.
        ((*[600] * 50, *[7] * 20), 10),
        ((*[7] * 16, *[90] * 4), 10),
        ((*[7] * 15, *[90] * 5), 90),
    ],
)
def test_how_long_it_is_said_to_take(recent: tuple[int, ...], expected: int | None) -> None:
    wait = None if expected is None else timedelta(minutes=expected)
    assert said_wait(minutes_of(*recent), now_open=True) == wait
    assert said_wait(minutes_of(*recent), now_open=False) is None


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=3)), min_size=5, max_size=20))
def test_four_of_five_waited_no_longer_than_is_said(recent: list[timedelta]) -> None:
    wait = said_wait(recent, now_open=True)
    assert wait is not None
    assert wait % timedelta(minutes=5) == timedelta()
    assert sum(each <= wait for each in recent) >= 0.8 * len(recent)
    shorter = wait - timedelta(minutes=5)
    assert not shorter or sum(each <= shorter for each in recent) < 0.8 * len(recent)
    assert said_wait(recent[::-1], now_open=True) == wait
