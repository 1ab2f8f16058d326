"""The digest of a coach: set, shown, ended, and said when it is due."""

from datetime import timedelta

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.escalation.actions.cases import not_allowed
from bot.escalation.actions.staff_alone import StaffAlone
from bot.escalation.authority import LEAD, may
from bot.escalation.desk import CoachDesk
from bot.escalation.digest import DIGEST, DigestTexts, digest_of, is_weekly, weekly_rule
from bot.escalation.past import Past
from bot.escalation.telling import TellStaff, for_today
from bot.people.quiet import as_text
from bot.plans.values import AddPlan, ChangePlan, DropPlans, EndRinging, Planned, RingingState
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.codec import plan_to_json
from bot.reminders.phrases import read_plan
from bot.reminders.plan import Plan
from bot.reminders.rules import next_due
from bot.turn import Change, Reply, Seat

OFF = frozenset({"aus", "off", "stopp", "stop", "ende", "nein"})
A_WEEK = timedelta(days=7)
"""So far back the first digest looks."""


class SetDigest:
    """`/ueberblick montags 8 Uhr`: a digest each week from now on; `aus` ends it; alone it shows what is set."""

    name = "action_set_digest"

    def __init__(self, desk: CoachDesk, bench: Bench) -> None:
        self._labels = desk.texts["digest"]["labels"]
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        if call.situation.person is None or not may(seat, "set_digest"):
            return not_allowed()
        planned = await planned_digest(self._bench, call)
        told = str(call.entity("argument") or "").strip()
        if told.lower() in OFF:
            gone = [DropPlans((planned.plan_id,))] if planned else []
            return ActionResult(says=[Say("utter_digest_stopped")], changes=gone)
        if told and call.situation.standing.is_shared:
            return ActionResult(says=[Say("utter_digest_elsewhere")])
        if told:
            return self._set(call, told, planned)
        if planned is None:
            return ActionResult(says=[Say("utter_ask_digest")])
        off = (offer(str(self._labels["off"]), "set_digest", argument="aus"),)
        return ActionResult(says=[Say("utter_digest", self._shown(call, plan_of(planned)), off)])

    def _set(self, call: ActionCall, told: str, planned: Planned | None) -> ActionResult:
        wish = read_plan(told, self._bench.now_there(call))
        if wish is not None and wish.says_days and not is_weekly(wish):
            return ActionResult(says=[Say("utter_digest_is_weekly")])
        rule = weekly_rule(wish) if wish else None
        if rule is None:
            return ActionResult(says=[Say("utter_ask_digest")])
        own = self._bench.own_quiet(call)
        if own is not None and own.contains(rule.minute):
            quiet = {"quiet": as_text(own).replace("-", " bis ")}
            return ActionResult(says=[Say("utter_digest_in_quiet", quiet)])
        plan = Plan((rule,), self._bench.zone(call))
        content = plan_to_json(plan)
        change: Change = AddPlan(DIGEST.name, plan.zone, content, is_only=True)
        if planned is not None:
            # What was said last stays known, so that the next one begins there.
            change = ChangePlan(planned.plan_id, plan.zone, content)
        return ActionResult(
            says=[Say("utter_digest_set", self._shown(call, plan))], changes=[change]
        )

    def _shown(self, call: ActionCall, plan: Plan) -> dict[str, str]:
        texts, today = self._bench.texts, self._bench.now_there(call).date()
        due = next_due(plan, call.situation.now)
        return {
            "plan": texts.plan(plan),
            "next": texts.moment(due, plan.zone, today) if due else "",
        }


class SayDigest:
    """Say the digest where the coach is called; who left the staff hears nothing, and the plan goes."""

    name = "action_digest_due"

    def __init__(self, desk: CoachDesk, bench: Bench, past: Past) -> None:
        self._desk = desk
        self._bench = bench
        self._past = past
        self._texts = DigestTexts(desk.texts["digest"], desk.who)

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat, ringing = call.situation.standing.seat, int(call.entity("ringing"))
        planned = await planned_digest(self._bench, call)
        if planned is None:
            return ActionResult()
        if seat is None:
            silent = EndRinging(ringing, RingingState.SILENT, "not on the staff")
            return ActionResult(changes=[silent, DropPlans((planned.plan_id,))])
        label = str(self._desk.texts["digest"]["labels"]["show"])
        text = await self._text(call, seat, planned)
        reply = Reply(text, (offer(label, "show_cases"),))
        told = TellStaff(seat.staff_id, for_today(reply, call.situation.now, planned.zone))
        return ActionResult(changes=[told, EndRinging(ringing, RingingState.SAID)])

    async def _text(self, call: ActionCall, seat: Seat, planned: Planned) -> str:
        now = call.situation.now
        since = planned.last_said_at or now - A_WEEK
        is_lead = LEAD in seat.roles
        digest = digest_of(
            await self._desk.casebook.cases(team_id=seat.team_id),
            await self._past.closings(seat.team_id, since),
            now,
            None if is_lead else seat.staff_id,
        )
        there = self._bench.now_there(call)
        day = self._bench.texts.day(since.astimezone(there.tzinfo).date(), there.date())
        team = (await self._desk.team(seat.team_id)).name if is_lead else ""
        return self._texts.text(digest, day, team)


def actions(desk: CoachDesk, bench: Bench, past: Past) -> list[Action]:
    """All actions of the digest."""
    return [StaffAlone(SetDigest(desk, bench)), SayDigest(desk, bench, past)]


async def planned_digest(bench: Bench, call: ActionCall) -> Planned | None:
    """The person's digest; None when none is set."""
    person = call.situation.person
    plans = await bench.plans.of(person.person_id, DIGEST.name) if person else ()
    return plans[0] if plans else None
