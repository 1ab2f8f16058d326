"""Which team a learner comes to, who of it is called when, and who takes over. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.escalation.hours import OfficeHours

CALLED_FIRST = 2
"""So many coaches are called at first."""


class Role(StrEnum):
    """What somebody does in a team; a lead takes cases over as well, but is called last."""

    COACH = "coach"
    LEAD = "lead"


class Stage(IntEnum):
    """How far the calling has come.

    `FIRST`: the coaches on duty who have the fewest open cases. `OTHERS`: all others on duty, and who stands in for
    those off duty. `LEADS`: the leads, on duty or not. `TOLD`: nobody more; the learner is told and gets alternatives.
    """

    FIRST = 0
    OTHERS = 1
    LEADS = 2
    TOLD = 3


@dataclass(frozen=True, slots=True)
class Team:
    """Those who help together.

    Attributes:
        team_id: our id.
        name: as people read it.
        region: the key of the state that they are for (`he`); None is everywhere.
        topics: of the articles; none is all.
        hours: when they are there.
        minutes: how long a call stands before the next stage.
        group: the address of their group chat, or empty.
    """

    team_id: int
    name: str
    region: str | None
    topics: frozenset[str]
    hours: OfficeHours
    minutes: int
    group: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team, as far as calling them goes.

    Attributes:
        staff_id: our id.
        team_id: their team.
        role: what they do there.
        is_on_duty: whether they are called.
        open_cases: how many they have.
        substitute: the staff id of who stands in for them, or None.
    """

    staff_id: int
    team_id: int
    role: Role
    is_on_duty: bool
    open_cases: int
    substitute: int | None


def team_for(teams: Iterable[Team], *, region: str | None, topic: str | None) -> Team | None:
    """The team for a learner: the one for their region and topic, else for the region, the topic, everything.

    Where the region or the topic is not known, the teams for everywhere or for all topics; without such, the only team
    that it could be.

    Args:
        teams: all teams.
        region: the key of the learner's state, or None when it is not known.
        topic: of the articles, or None when it is not known.

    Returns:
        The team, of several alike the first by name; None when there is none for this learner.
    """
    possible = [
        each
        for each in teams
        if (region is None or each.region in (None, region))
        and (topic is None or not each.topics or topic in each.topics)
    ]
    fitting = [
        each
        for each in possible
        if each.region in (None, region) and (topic is not None or not each.topics)
    ]
    if fitting:
        return min(fitting, key=_specific)
    return possible[0] if len(possible) == 1 else None


def called(
    members: Sequence[Member], stage: Stage, *, is_acute: bool, before: Collection[int]
) -> tuple[int, ...]:
    """Who is called at a stage, each once: who has fewer open cases first.

    Args:
        members: of the team, on duty or not.
        stage: which.
        is_acute: the learner is in an acute crisis: everybody on duty and the leads are called at the first stage.
        before: the staff ids of those who were called already since the calling began.
    """
    wanted = _called_at_once(members) if is_acute and stage is Stage.FIRST else None
    found = wanted if wanted is not None else _called_at(members, stage)
    return tuple(dict.fromkeys(each for each in found if each not in before))


def next_stage(
    members: Sequence[Member], wanted: Stage, *, is_acute: bool, before: Collection[int]
) -> Stage:
    """The first stage from a wanted one on that calls somebody; `TOLD` when none does.

    Args:
        members: as in `called`.
        wanted: the stage whose turn it is.
        is_acute: as in `called`.
        before: as in `called`.
    """
    stages = (stage for stage in Stage if stage >= wanted)
    calling = (
        stage for stage in stages if called(members, stage, is_acute=is_acute, before=before)
    )
    return next(calling, Stage.TOLD)


def successor(members: Sequence[Member], leaving: int, *, to: int | None) -> int | None:
    """Who gets the cases of somebody who leaves; None: they wait again.

    Args:
        members: of the team, who leaves among them.
        leaving: the staff id of who leaves.
        to: the staff id of the colleague that was named, who may be off duty; one of another team counts as none.
    """
    by_id = {each.staff_id: each for each in members}
    leaver = by_id.get(leaving)
    if leaver is None:
        return None
    named = by_id.get(to) if to is not None and to != leaving else None
    if named and named.team_id == leaver.team_id:
        return named.staff_id
    substitute = by_id.get(leaver.substitute) if leaver.substitute is not None else None
    return substitute.staff_id if substitute and substitute.is_on_duty else None


def _specific(team: Team) -> tuple[bool, bool, str, int]:
    """The most specific team is the smallest."""
    return team.region is None, not team.topics, team.name, team.team_id


def _called_at_once(members: Sequence[Member]) -> list[int]:
    on_duty = [each for each in members if each.is_on_duty]
    return [*_by_load(on_duty), *_called_at(members, Stage.LEADS)]


def _called_at(members: Sequence[Member], stage: Stage) -> list[int]:
    coaches = _coaches_on_duty(members)
    match stage:
        case Stage.FIRST:
            return coaches[:CALLED_FIRST]
        case Stage.OTHERS:
            return [*coaches, *_substitutes(members)]
        case Stage.LEADS:
            return _by_load(each for each in members if each.role is Role.LEAD)
        case Stage.TOLD:
            return []


def _coaches_on_duty(members: Sequence[Member]) -> list[int]:
    return _by_load(each for each in members if each.role is Role.COACH and each.is_on_duty)


def _substitutes(members: Sequence[Member]) -> Iterator[int]:
    """Who stands in for the coaches off duty, and is not known to be off duty, too."""
    off_duty = {each.staff_id for each in members if not each.is_on_duty}
    for each in sorted(members, key=lambda member: member.staff_id):
        is_away = each.role is Role.COACH and not each.is_on_duty
        if is_away and each.substitute is not None and each.substitute not in off_duty:
            yield each.substitute


def _by_load(members: Iterable[Member]) -> list[int]:
    ordered = sorted(members, key=lambda each: (each.open_cases, each.staff_id))
    return [each.staff_id for each in ordered]
