"""Routing: never a team of another region, everybody is called once and nobody too early, cases find somebody who is there."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.hours import OfficeHours
from bot.escalation.routing import (
    Member,
    Role,
    Stage,
    Team,
    called,
    next_stage,
    successor,
    team_for,
)

HOURS = OfficeHours((), None)
COACH, LEAD = Role.COACH, Role.LEAD


def team(name: str, region: str | None = None, *topics: str, team_id: int = 1) -> Team:
    return Team(team_id, name, region, frozenset(topics), HOURS, 10, "")


ALL, HESSE, MONEY = team("all"), team("hesse", "he"), team("money", None, "geld")
HESSE_MONEY, BAVARIA = team("hesse-money", "he", "geld"), team("bavaria", "by")


@pytest.mark.parametrize(
    ("teams", "region", "topic", "expected"),
    [
        # The most specific one comes first: region and topic, region, topic, everything.
        ((ALL, MONEY, HESSE, HESSE_MONEY), "he", "geld", "hesse-money"),
        ((ALL, MONEY, HESSE), "he", "geld", "hesse"),
        ((ALL, MONEY), "he", "geld", "money"),
        ((ALL, HESSE_MONEY), "he", "recht", "all"),
        ((HESSE_MONEY, BAVARIA), "he", "recht", None),
        ((HESSE, HESSE_MONEY), "by", "geld", None),
        # An unknown region: those for everywhere, else the only one that it could be.
        ((ALL, HESSE), None, "geld", "all"),
        ((HESSE,), None, "geld", "hesse"),
        ((HESSE, BAVARIA), None, "geld", None),
        ((HESSE_MONEY, BAVARIA), None, "recht", "bavaria"),
        ((HESSE_MONEY,), None, "recht", None),
        # An unknown topic: those for all topics, else the only one that it could be.
        ((HESSE, HESSE_MONEY), "he", None, "hesse"),
        ((HESSE_MONEY, BAVARIA), "he", None, "hesse-money"),
        ((HESSE_MONEY, MONEY), "he", None, None),
        ((HESSE_MONEY, ALL), None, None, "all"),
        # Alike: by name, then by id.
        ((team("b", "he"), team("a", "he")), "he", None, "a"),
        ((), "he", "geld", None),
    ],
)
def test_a_learner_comes_to_the_most_specific_team(
    teams: tuple[Team, ...], region: str | None, topic: str | None, expected: str | None
) -> None:
    found = team_for(teams, region=region, topic=topic)
    assert (found.name if found else None) == expected


REGIONS, TOPICS = (None, "he", "by"), (None, "geld", "recht")
TEAMS = st.lists(
    st.builds(
        Team,
        st.integers(1, 99),
        st.sampled_from("abc"),
        st.sampled_from(REGIONS),
        st.frozensets(st.sampled_from(TOPICS[1:])),
        st.just(HOURS),
        st.just(10),
        st.just(""),
    ),
    unique_by=lambda each: each.team_id,
    max_size=6,
)


@given(TEAMS, st.sampled_from(REGIONS), st.sampled_from(TOPICS), st.data())
def test_it_is_never_a_team_for_others_and_no_matter_of_order(
    teams: list[Team], region: str | None, topic: str | None, data: st.DataObject
) -> None:
    found = team_for(teams, region=region, topic=topic)
    if found and region:
        assert found.region in (None, region)
    if found and topic:
        assert not found.topics or topic in found.topics
    shuffled = data.draw(st.permutations(teams))
    assert team_for(shuffled, region=region, topic=topic) == found
    if found is None and region and topic:
        assert not any(
            each.region in (None, region) and (not each.topics or topic in each.topics)
            for each in teams
        )


@given(TEAMS, st.sampled_from(REGIONS[1:]), st.sampled_from(TOPICS), st.data())
def test_a_team_for_others_changes_nothing(
    teams: list[Team], region: str, topic: str | None, data: st.DataObject
) -> None:
    elsewhere = data.draw(st.sampled_from([each for each in REGIONS[1:] if each != region]))
    others = [replace(team("0"), team_id=100, region=elsewhere)]
    if topic:
        not_this = frozenset(TOPICS[1:]) - {topic}
        others.append(replace(team("0"), team_id=101, region=region, topics=not_this))
    expected = team_for(teams, region=region, topic=topic)
    assert team_for([*others, *teams], region=region, topic=topic) == expected


# --- who is called -----------------------------------------------------------------------------

MEMBERS = (
    Member(1, 1, COACH, is_on_duty=True, open_cases=3, substitute=None),
    Member(2, 1, COACH, is_on_duty=True, open_cases=0, substitute=None),
    Member(3, 1, COACH, is_on_duty=True, open_cases=1, substitute=None),
    Member(4, 1, COACH, is_on_duty=True, open_cases=1, substitute=None),
    Member(5, 1, COACH, is_on_duty=False, open_cases=0, substitute=6),
    Member(6, 1, LEAD, is_on_duty=True, open_cases=0, substitute=None),
    Member(7, 1, LEAD, is_on_duty=False, open_cases=9, substitute=None),
    Member(8, 1, COACH, is_on_duty=False, open_cases=0, substitute=5),
    Member(9, 1, COACH, is_on_duty=False, open_cases=0, substitute=77),
)


@pytest.mark.parametrize(
    ("stage", "is_acute", "before", "expected"),
    [
        (Stage.FIRST, False, (), (2, 3)),
        (Stage.OTHERS, False, (2, 3), (4, 1, 6, 77)),
        (Stage.LEADS, False, (1, 2, 3, 4, 6, 77), (7,)),
        (Stage.LEADS, False, (), (6, 7)),
        (Stage.TOLD, False, (), ()),
        (Stage.FIRST, True, (), (2, 6, 3, 4, 1, 7)),
        (Stage.OTHERS, True, (1, 2, 3, 4, 6, 7), (77,)),
        (Stage.LEADS, True, (), (6, 7)),
        # Who came on duty, or was overtaken, since the first were called.
        (Stage.OTHERS, False, (1, 4), (2, 3, 6, 77)),
    ],
)
def test_who_is_called(
    stage: Stage, is_acute: bool, before: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    assert called(MEMBERS, stage, is_acute=is_acute, before=before) == expected


@pytest.mark.parametrize(
    ("members", "wanted", "is_acute", "before", "expected"),
    [
        (MEMBERS, Stage.FIRST, False, (), Stage.FIRST),
        (MEMBERS, Stage.OTHERS, False, (2, 3), Stage.OTHERS),
        (MEMBERS[1:3], Stage.OTHERS, False, (2, 3), Stage.TOLD),
        # Nobody is on duty: who stands in, then the leads.
        (MEMBERS[4:5], Stage.FIRST, False, (), Stage.OTHERS),
        (MEMBERS[6:8], Stage.FIRST, False, (), Stage.OTHERS),
        (MEMBERS[6:7], Stage.FIRST, False, (), Stage.LEADS),
        (MEMBERS[6:7], Stage.FIRST, True, (), Stage.FIRST),
        (MEMBERS[:5], Stage.LEADS, True, (), Stage.TOLD),
        ((), Stage.FIRST, False, (), Stage.TOLD),
    ],
)
def test_a_stage_that_calls_nobody_is_left_out(
    members: Sequence[Member],
    wanted: Stage,
    is_acute: bool,
    before: tuple[int, ...],
    expected: Stage,
) -> None:
    assert next_stage(members, wanted, is_acute=is_acute, before=before) == expected


CREWS = st.lists(
    st.builds(
        Member,
        staff_id=st.integers(1, 9),
        team_id=st.just(1),
        role=st.sampled_from(Role),
        is_on_duty=st.booleans(),
        open_cases=st.integers(0, 3),
        substitute=st.none() | st.integers(1, 12),
    ),
    unique_by=lambda each: each.staff_id,
    max_size=9,
)


@given(CREWS, st.booleans())
def test_through_all_stages_everybody_is_called_once(crew: list[Member], is_acute: bool) -> None:
    before: list[int] = []
    reached = []
    stage = Stage.FIRST
    while (stage := next_stage(crew, stage, is_acute=is_acute, before=before)) is not Stage.TOLD:
        reached.append(stage)
        before += called(crew, stage, is_acute=is_acute, before=before)
    assert len(set(before)) == len(before)
    assert reached == sorted(set(reached))

    by_id = {each.staff_id: each for each in crew}
    stand_ins = {each.substitute for each in crew if each.role is COACH and not each.is_on_duty} - {
        None
    }
    for each in crew:
        is_wanted = each.role is LEAD or each.is_on_duty
        assert (each.staff_id in before) == is_wanted
    assert {each for each in before if each not in by_id} == {
        each for each in stand_ins if each not in by_id
    }


@given(CREWS)
def test_in_an_acute_crisis_all_on_duty_and_the_leads_are_called_at_once(
    crew: list[Member],
) -> None:
    wanted = {each.staff_id for each in crew if each.is_on_duty or each.role is LEAD}
    assert set(called(crew, Stage.FIRST, is_acute=True, before=())) == wanted


OTHER_TEAM = Member(10, 2, COACH, is_on_duty=True, open_cases=0, substitute=None)
CREW = (*MEMBERS, OTHER_TEAM, Member(11, 1, COACH, is_on_duty=True, open_cases=5, substitute=2))


@pytest.mark.parametrize(
    ("leaving", "to", "expected"),
    [
        (11, 3, 3),
        (11, 8, 8),
        (11, None, 2),
        # Of another team, unknown, or who leaves: as if nobody was named.
        (11, 10, 2),
        (11, 99, 2),
        (11, 11, 2),
        # Who stands in is off duty, or there is nobody.
        (8, None, None),
        (1, None, None),
        (9, None, None),
        (99, 1, None),
    ],
)
def test_who_gets_the_cases_of_somebody_who_leaves(
    leaving: int, to: int | None, expected: int | None
) -> None:
    assert successor(CREW, leaving, to=to) == expected
