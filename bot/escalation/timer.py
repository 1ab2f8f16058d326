"""What becomes of a case when its clock rings: others are called, the learner is told, a coach is reminded, it is closed."""

from dataclasses import asdict

from bot.escalation.changes import CallMore, CloseCase, EventDone, NoteTold, TellCoach
from bot.escalation.desk import CoachDesk, Matter, matter_of, rating_offers, state_of
from bot.escalation.ledger import progress_of
from bot.escalation.routing import Stage, Team
from bot.escalation.values import Case
from bot.escalation.values import Outcome as CaseOutcome
from bot.escalation.waiting import (
    CallNext,
    CloseInactive,
    RemindCoach,
    TellLearner,
    WarnInactive,
    next_step,
)
from bot.turn import Change, Outcome, Reply, Situation

CASE_DUE = "EXTERNAL_case_due"
"""What the clock puts into the inbox of a learner's chat when their case is due."""


class CaseTimer:
    """Decides what is done with a case that is due.

    Args:
        desk: the words and rules.
    """

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    def matter(self, case: Case) -> Matter:
        """What those who are called read of a case."""
        return matter_of(case)

    async def outcome(self, situation: Situation, case: Case) -> Outcome:
        """The turn of a case that is due, in the learner's chat."""
        team = await self._desk.team(case.team_id)
        step = next_step(progress_of(asdict(case)), team, situation.now)
        replies, changes = await self._step(situation, case, team, step)
        return Outcome(
            tracker=situation.tracker, replies=replies, changes=changes, owner=situation.owner
        )

    async def _step(
        self, situation: Situation, case: Case, team: Team, step: object
    ) -> tuple[tuple[Reply, ...], tuple[Change, ...]]:
        match step:
            case CallNext(stage=stage):
                return await self._call(situation, case, team, stage)
            case TellLearner():
                return await self._tell(situation, case, team)
            case RemindCoach():
                return (), (self._remind(situation, case),)
            case WarnInactive():
                return self._warn(case)
            case CloseInactive():
                return self._close(case)
            case _:
                return (), (EventDone(case.number),)

    async def _call(
        self, situation: Situation, case: Case, team: Team, stage: Stage
    ) -> tuple[tuple[Reply, ...], tuple[Change, ...]]:
        about = matter_of(case)
        if not await self._desk.casebook.called(case.number):
            stage = Stage.FIRST
        calls = await self._desk.calls(case, case.number, team, stage, about)
        if not calls and stage < Stage.LEADS:
            return await self._call(situation, case, team, Stage(stage + 1))
        if not calls and case.told_at is None:
            return await self._tell(situation, case, team)
        is_anew = stage <= case.stage
        return (), (CallMore(case.number, stage, calls, is_anew),)

    async def _tell(
        self, situation: Situation, case: Case, team: Team
    ) -> tuple[tuple[Reply, ...], tuple[Change, ...]]:
        opens = await self._desk.opening(team, situation.now)
        news = self._desk.news(
            "nobody_closed" if opens else "nobody",
            opens=opens or "",
            places=self._desk.places(state_of(situation)),
        )
        return (news,), (NoteTold(case.number),)

    def _remind(self, situation: Situation, case: Case) -> TellCoach:
        since = progress_of(asdict(case)).waits_since or situation.now
        waits = situation.now - since
        minutes = str(int(waits.total_seconds() // 60))
        reply = self._desk.staff("learner_waits", who=self._desk.who(case.number), minutes=minutes)
        return TellCoach(case.number, reply, is_reminder=True)

    def _warn(self, case: Case) -> tuple[tuple[Reply, ...], tuple[Change, ...]]:
        warning = self._desk.staff("warned", who=self._desk.who(case.number))
        name = "warned" if case.staff_name else "waits_long"
        news = self._desk.news(name, name=case.staff_name)
        return (news,), (TellCoach(case.number, warning, is_warning=True),)

    def _close(self, case: Case) -> tuple[tuple[Reply, ...], tuple[Change, ...]]:
        told = self._desk.staff("inactive", who=self._desk.who(case.number))
        rating = rating_offers(self._desk, case.number) if case.staff_name else ()
        name = "inactive" if case.staff_name else "waited_too_long"
        news = self._desk.news(name, *rating, name=case.staff_name)
        closing = CloseCase(case.number, CaseOutcome.SILENT, to_coach=told)
        return (news,), (closing,)
