"""Whoever chooses nothing has a nudge in 40 school weeks of the year, in every stage and state."""

from datetime import date

import pytest
from typer.testing import CliRunner

from bot.calendar_of_germany import STATES
from bot.cli import app
from bot.nudges.preview import begun, coming, coverage, coverage_of_pairs, in_school_year
from bot.nudges.subscription import DEFAULT_TOPICS, stage_at
from knowledge.nudge import STAGES
from tests.nudges.parents import NUDGES

WANTED = 40
"""Weeks with a school day; a state that has fewer in a year must have them all covered."""


@pytest.mark.parametrize("stage", STAGES)
def test_one_a_week_covers_two_school_years(stage: str) -> None:
    empty = []
    for state in STATES:
        subscription = begun(stage, state, 2026, DEFAULT_TOPICS[stage])
        got = list(coming(subscription, date(2026, 8, 1), date(2028, 7, 31), NUDGES))
        for year in (2026, 2027):
            found = coverage(subscription, year, got)
            goes_on = stage_at(subscription, date(year, 8, 1)) is not None
            if goes_on and found.covered < min(WANTED, found.weeks):
                empty.append((state, year, found))

    assert empty == []


@pytest.mark.parametrize("stage", STAGES)
def test_one_a_week_covers_a_school_year_that_begins_later(stage: str) -> None:
    empty = []
    for state in STATES:
        subscription = begun(stage, state, 2027, DEFAULT_TOPICS[stage])
        found = coverage(subscription, 2027, in_school_year(subscription, 2027, NUDGES))
        if found.covered < min(WANTED, found.weeks):
            empty.append((state, found))

    assert empty == []


def test_any_two_topics_are_looked_at_in_every_stage() -> None:
    rows = list(coverage_of_pairs(NUDGES, "he", 2026))

    assert {row.stage for row in rows} == set(STAGES)
    for row in rows:
        once, twice, thrice = (each.covered for each in row.coverages)
        assert row.coverages[0].weeks >= once >= twice >= thrice


def test_the_preview_lists_what_would_come() -> None:
    shown = CliRunner().invoke(app, ["nudges", "preview", "--stage", "k9", "--year", "2026"])
    lines = shown.stdout.splitlines()

    assert shown.exit_code == 0
    assert len(lines) >= 50
    assert lines[0].startswith("2026-08-04 17:30  ")
