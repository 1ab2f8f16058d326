"""A learner lets their coach know when weeks are missing in the diary: asked, allowed, ended, and done each Monday."""

from dataclasses import dataclass
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.escalation.desk import CoachDesk
from bot.escalation.gaps import GAPWATCH, LASTS, NUMBERS, GapWatch, missing_weeks
from bot.escalation.past import Past
from bot.escalation.telling import TellStaff, for_today
from bot.escalation.values import Case, Colleague
from bot.events import Event, FollowupAction, SlotSet
from bot.people.actions import (
    AFTER_CONSENT,
    DENIED,
    GRANTED,
    ask_to_keep,
    has_consent,
    waits_for_parent,
)
from bot.plans.values import AddPlan, ChangePlan, DropPlans, EndRinging, Planned, RingingState
from bot.reminders.actions.bench import Bench
from bot.turn import Offer, Owner, Reply

WISH = "gaps_wish"
"""The slot with what was chosen, while it is asked whether anything may be kept."""
OFF = frozenset({"aus", "off", "stopp", "stop", "ende", "nein"})
SHARE, WATCH = "action_share_gaps", "action_watch_gaps"


@dataclass(frozen=True, slots=True)
class Lookout:
    """What the actions here share: what is allowed, to whom, and what is missing.

    Attributes:
        desk: the words and the staff.
        bench: plans, the record and the learner's clock.
        past: who had the learner's case last.
    """

    desk: CoachDesk
    bench: Bench
    past: Past

    async def running(self, call: ActionCall) -> tuple[Planned, GapWatch] | None:
        """What the learner allowed, and its plan; None when they allowed nothing."""
        person = call.situation.person
        plans = await self.bench.plans.of(person.person_id, GAPWATCH.name) if person else ()
        return (plans[0], GapWatch.of(plans[0].content)) if plans else None

    async def coach(self, call: ActionCall) -> tuple[Case, Colleague] | None:
        """The learner's latest case that a coach has or had, with that coach; None when they are gone."""
        chat_id = await self.desk.casebook.chat_of(call.situation.message)
        case = await self.past.last_with_coach(chat_id) if chat_id is not None else None
        if case is None or case.staff_id is None:
            return None
        coach = await self.desk.colleague(case.team_id, case.staff_id)
        return (case, coach) if coach else None

    async def missing(self, call: ActionCall) -> int:
        """How many weeks are missing today."""
        nachweis = await self.bench.desk.nachweis(call)
        today = self.bench.now_there(call).date()
        return missing_weeks(nachweis, today, call.profile("state"))

    async def has_dates(self, call: ActionCall) -> bool:
        """Whether it is known when the training begins and ends: before that, nothing is ever missing."""
        return (await self.bench.desk.nachweis(call)).ausbildung.zeitraum is not None

    def day(self, call: ActionCall, day: date) -> str:
        """A day as learners read it."""
        return self.bench.texts.day(day, self.bench.now_there(call).date())

    def until(self, call: ActionCall) -> date:
        """The last day on which what is allowed today holds."""
        return self.bench.now_there(call).date() + LASTS

    def label(self, name: str) -> str:
        """What a button says."""
        return str(self.desk.texts["gaps"]["labels"][name])

    def off(self) -> Offer:
        """The choice that ends it."""
        return offer(self.label("off"), "share_gaps", argument="aus")


class ShareGaps:
    """`/mitteilen`: ask whether the coach may know; show and end what was allowed."""

    name = SHARE

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._lookout.running(call)
        if str(call.entity("argument") or "").strip().lower() in OFF:
            gone = [DropPlans((running[0].plan_id,))] if running else []
            return ActionResult(says=[Say("utter_gapwatch_stopped")], changes=gone)
        if running is not None:
            return self._shown(call, running[1])
        found = await self._lookout.coach(call)
        if found is None:
            return ActionResult(says=[Say("utter_gapwatch_no_coach")])
        return await self._hindered(call) or self._asked(call, *found)

    def _shown(self, call: ActionCall, watch: GapWatch) -> ActionResult:
        values = {
            "name": watch.name,
            "weeks": str(watch.weeks),
            "until": self._lookout.day(call, watch.until),
        }
        return ActionResult(says=[Say("utter_gapwatch", values, (self._lookout.off(),))])

    async def _hindered(self, call: ActionCall) -> ActionResult | None:
        """Why it cannot be allowed now; None when it can."""
        if waits_for_parent(call):
            return ActionResult(says=[Say("utter_gapwatch_needs_parent")])
        if not await self._lookout.has_dates(call):
            label = self._lookout.bench.desk.texts.label("tell_ausbildung")
            tell = (offer(label, "edit_ausbildung"),)
            return ActionResult(says=[Say("utter_gapwatch_needs_training", {}, tell)])
        if call.situation.owner is Owner.HUMAN and not has_consent(call):
            return ActionResult(says=[Say("utter_gapwatch_later")])
        return None

    def _asked(self, call: ActionCall, case: Case, coach: Colleague) -> ActionResult:
        until = self._lookout.day(call, self._lookout.until(call))
        values = {"name": coach.name, "coach": str(coach.staff_id), "until": until}
        return ActionResult(says=[Say("utter_ask_gapwatch", values)])


class WatchGaps:
    """The learner allowed it; who the coach is must still be so."""

    name = WATCH

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        done = _done()
        wish = _wish(call)
        after_consent = call.tracker.slot(AFTER_CONSENT)
        if wish is None or after_consent == DENIED:
            return ActionResult(events=done, says=[Say("utter_gapwatch_refused")])
        if waits_for_parent(call):
            return ActionResult(events=done, says=[Say("utter_gapwatch_needs_parent")])
        if not (has_consent(call) or after_consent == GRANTED):
            asked = ask_to_keep(call, WATCH, "gapwatch")
            return ActionResult(events=[SlotSet(WISH, wish), *asked.events], says=asked.says)
        found = await self._lookout.coach(call)
        if found is None or found[1].staff_id != wish["coach"]:
            return ActionResult(events=[*done, FollowupAction(SHARE)])
        return await self._allowed(call, wish["weeks"], *found)

    async def _allowed(
        self, call: ActionCall, weeks: int, case: Case, coach: Colleague
    ) -> ActionResult:
        watch = GapWatch(
            staff_id=coach.staff_id,
            team_id=coach.team_id,
            name=coach.name,
            case=case.number,
            weeks=weeks,
            until=self._lookout.until(call),
            zone=self._lookout.bench.zone(call),
        )
        values = {
            "name": watch.name,
            "weeks": str(weeks),
            "missing": str(await self._lookout.missing(call)),
            "until": self._lookout.day(call, watch.until),
        }
        kept = AddPlan(GAPWATCH.name, watch.zone, watch.as_json(), is_only=True)
        return ActionResult(
            events=_done(), says=[Say("utter_gapwatch_set", values)], changes=[kept]
        )


class LookForGaps:
    """Monday: when enough is missing, tell the coach, and the learner in the same moment."""

    name = "action_gapwatch_due"

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running, ringing = await self._lookout.running(call), int(call.entity("ringing"))
        if running is None:
            return ActionResult()
        planned, watch = running
        if date.fromisoformat(str(call.entity("day"))) > watch.until:
            return _ended(planned, ringing, Say("utter_gapwatch_over", {"name": watch.name}))
        if await self._lookout.desk.colleague(watch.team_id, watch.staff_id) is None:
            return _ended(planned, ringing, Say("utter_gapwatch_coach_gone", {"name": watch.name}))
        if not has_consent(call):
            return ActionResult(changes=[EndRinging(ringing, RingingState.SILENT, "no consent")])
        missing = await self._lookout.missing(call)
        kept = ChangePlan(planned.plan_id, watch.zone, watch.looked_at(missing).as_json())
        if not watch.must_tell(missing):
            why = "told before" if watch.is_told and missing >= watch.weeks else "too few weeks"
            return ActionResult(changes=[kept, EndRinging(ringing, RingingState.SILENT, why)])
        told = self._told(call, watch, missing)
        return ActionResult(changes=[told, kept, EndRinging(ringing, RingingState.SAID)])

    def _told(self, call: ActionCall, watch: GapWatch, missing: int) -> TellStaff:
        texts, now = self._lookout.desk.texts["gaps"], call.situation.now
        who = self._lookout.desk.who(watch.case)
        to_coach = Reply(str(texts["to_coach"]).format(who=who, count=missing))
        to_learner = Reply(
            str(texts["to_learner"]).format(name=watch.name, count=missing),
            (offer(self._lookout.label("show"), "show_gaps"), self._lookout.off()),
        )
        return TellStaff(
            watch.staff_id,
            for_today(to_coach, now, watch.zone),
            news=for_today(to_learner, now, watch.zone),
        )


def actions(desk: CoachDesk, bench: Bench, past: Past) -> list[Action]:
    """All actions around what is missing in the diary."""
    lookout = Lookout(desk, bench, past)
    return [ShareGaps(lookout), WatchGaps(lookout), LookForGaps(lookout)]


def _wish(call: ActionCall) -> dict[str, int] | None:
    """From how many weeks on, and which coach was named in the question; None when nothing was chosen."""
    weeks, coach = call.entity("weeks"), call.entity("coach")
    if weeks is None or coach is None:
        kept = call.tracker.slot(WISH)
        return kept if isinstance(kept, dict) else None
    return {"weeks": int(weeks), "coach": int(coach)} if int(weeks) in NUMBERS else None


def _done() -> list[Event]:
    """Nothing is chosen any more."""
    return [SlotSet(WISH, None), SlotSet(AFTER_CONSENT, None)]


def _ended(planned: Planned, ringing: int, why: Say) -> ActionResult:
    """It ends, and the learner hears why."""
    said = EndRinging(ringing, RingingState.SAID)
    return ActionResult(says=[why], changes=[said, DropPlans((planned.plan_id,))])
