"""Random parents, and what they may be sent as the words of the rules have it: day by day, without cleverness."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st

from bot.calendar_of_germany import STATES, school_holidays
from bot.nudges.subscription import Days, Subscription
from bot.settings import ROOT
from knowledge.nudge import STAGES, TOPICS, After, Before, Nudge, Season, When, load_nudges

NUDGES = tuple(load_nudges(ROOT / "knowledge").values())
KINDS = {
    "sommerferien": "Sommerferien",
    "herbstferien": "Herbstferien",
    "weihnachtsferien": "Weihnachtsferien",
    "osterferien": "Oster-/Frühjahrsferien",
}
WAYS = (["k7", "k8", "k9", "k10"], ["k11", "k12", "k13"], ["a1", "a2", "a3", "a4"])


def subscriptions(since: date) -> st.SearchStrategy[Subscription]:
    return st.builds(
        Subscription,
        topics=st.frozensets(st.sampled_from(TOPICS), min_size=1),
        stage=st.sampled_from(STAGES),
        stage_since=st.just(since),
        state=st.none() | st.sampled_from(STATES),
        per_week=st.integers(1, 3),
        days=st.sampled_from(Days),
        minute=st.none() | st.integers(0, 24 * 60 - 1),
        paused_until=st.none() | st.dates(since, since + timedelta(days=200)),
        seed=st.text(max_size=5),
    )


def stage_on(subscription: Subscription, day: date) -> str | None:
    moves = sum(
        subscription.stage_since < date(year, 8, 1) <= day
        for year in range(subscription.stage_since.year, day.year + 1)
    )
    way = next(way for way in WAYS if subscription.stage in way)
    return dict(enumerate(way)).get(way.index(subscription.stage) + moves)


@cache
def days_of(when: When, state: str | None) -> frozenset[date] | None:
    """All days of 2026 to 2029 on which a season holds; None: always."""
    match when:
        case Season(begin=begin, end=end):
            days = (date(2026, 1, 1) + timedelta(days=number) for number in range(4 * 365))
            if begin <= end:
                return frozenset(day for day in days if begin <= (day.month, day.day) <= end)
            return frozenset(
                day for day in days if (day.month, day.day) >= begin or (day.month, day.day) <= end
            )
        case Before(weeks=weeks, anchor=anchor):
            begins = [first - timedelta(weeks=weeks) for first, _ in anchors(anchor, state)]
        case After(weeks=weeks, anchor=anchor):
            begins = [last + timedelta(weeks=weeks) for _, last in anchors(anchor, state)]
        case _:
            return None
    return frozenset(first + timedelta(days=number) for first in begins for number in range(14))


def anchors(anchor: str, state: str | None) -> Sequence[tuple[date, date]]:
    years = range(2025, 2030)
    if anchor == "ausbildungsstart":
        return [(date(year, 9, 1), date(year, 9, 1)) for year in years]
    found = []
    for year in years:
        stretches = [each for each in school_holidays(state, year) if each.name == KINDS[anchor]]
        if stretches:
            longest = sorted(stretches, key=lambda each: each.first - each.last)[0]
            found.append((longest.first, longest.last))
    return found


def may_be_sent(
    nudge: Nudge, subscription: Subscription, day: date, sent: Mapping[str, date]
) -> bool:
    season = days_of(nudge.when, subscription.state)
    before = sent.get(nudge.key)
    return (
        nudge.topic in subscription.topics
        and stage_on(subscription, day) in nudge.stages
        and nudge.region in ("bund", subscription.state)
        and (season is None or day in season)
        and (before is None or is_a_year_later(before, day))
    )


def is_a_year_later(before: date, day: date) -> bool:
    return (day.year - before.year, day.month, day.day) >= (1, before.month, before.day) or (
        day.year - before.year > 1
    )
