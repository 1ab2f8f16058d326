"""What is sent when a nudge is due; and the word that ends what was said last."""

from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.calendar_of_germany import school_holidays
from bot.events import FollowupAction, SlotSet
from bot.nudges.booth import Booth, changed
from bot.nudges.content import NUDGE, NudgeContent
from bot.nudges.rules import pick
from bot.nudges.subscription import stage_at
from bot.plans.values import DropPlans, EndRinging, Planned, RingingState
from bot.reminders.actions.bench import plan_of
from bot.reminders.calendar_of_training import DATES
from bot.reminders.codec import REMINDER
from bot.tracker import RANG_AT
from bot.turn import Change, Owner
from knowledge.nudge import Nudge


class SendNudge:
    """Send the nudge of the day; when nothing new fits, say so once."""

    name = "action_send_nudge"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        ringing = int(call.entity("ringing"))
        if running is None:
            return ActionResult(changes=[EndRinging(ringing, RingingState.SILENT, "ended")])
        planned, content = running
        day = date.fromisoformat(str(call.entity("day")))
        known = self._booth.bench.knowledge()
        nudges = [
            each
            for each in self._booth.nudges().values()
            if (article := known.find(each.article)) and article.is_valid_on(day)
        ]
        found = pick(content.subscription, day, nudges, content.sent, school_holidays)
        if found is not None:
            sent = changed(planned, content.with_sent(found.key, day))
            return ActionResult(
                events=[SlotSet(RANG_AT, call.situation.now.isoformat())],
                says=[self._said(found, call)],
                changes=[sent, EndRinging(ringing, RingingState.SAID, found.key[:32])],
            )
        if content.is_over:
            silent = EndRinging(ringing, RingingState.SILENT, "nothing new")
            return ActionResult(changes=[silent])
        name = "utter_nudges_over" if stage_at(content.subscription, day) else "utter_stage_over"
        again = (offer(self._booth.label("stage"), "subscribe_nudges", is_moving=True),)
        return ActionResult(
            says=[Say(name, {}, again if name == "utter_stage_over" else ())],
            changes=[
                changed(planned, replace(content, is_over=True)),
                EndRinging(ringing, RingingState.SAID, "nothing new"),
            ],
        )

    def _said(self, nudge: Nudge, call: ActionCall) -> Say:
        level = call.profile("language_level") or "standard"
        shown = {"nudge": nudge.text(level), "source": self._booth.bench.source(nudge.article)}
        label = self._booth.label
        offers = (
            offer(label("more"), "show_article", article=nudge.article),
            offer(label("less_often"), "nudges_less"),
            offer(label("stop"), "stop_nudges"),
        )
        return Say("utter_nudge", shown, offers)


class StopNudges:
    """No more nudges, on every chat of the person; one tap brings them back."""

    name = "action_stop_nudges"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        if running is None:
            return ActionResult(says=[Say("utter_no_subscription")])
        return _ended(self._booth, *running)


class StopLast:
    """The word `Stopp`: it ends what we said last unasked; with none such it ends all of it."""

    name = "action_stop_last"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        plans = await self._booth.plans.of(person.person_id) if person else ()
        said = [each for each in plans if each.last_said_at is not None and each.next_due_at]
        if not said:
            return ActionResult(events=[FollowupAction("action_stop")])
        last = max(said, key=lambda each: each.last_said_at or call.situation.now)
        if last.kind == NUDGE:
            return _ended(self._booth, last, NudgeContent.of(last.content))
        return self._dropped(last)

    def _dropped(self, last: Planned) -> ActionResult:
        all_off = offer(self._booth.label("stop_all"), "stop")
        if last.kind == DATES.name:
            again = offer(self._booth.label("again"), "start_dates")
            said = Say("utter_dates_off", {}, (again, all_off))
        elif last.kind != REMINDER:
            said = Say(f"utter_{last.kind}_stopped", {}, (all_off,))
        else:
            plan = self._booth.bench.texts.plan(plan_of(last))
            again = offer(self._booth.label("again"), "set_reminder", told=plan, is_again=True)
            said = Say("utter_reminder_stopped", {"plan": plan}, (again, all_off))
        return ActionResult(says=[said], changes=[DropPlans((last.plan_id,))])


class StopAll:
    """Nothing unasked any more: plans and subscription end, and nothing is said until the person writes again."""

    name = "action_stop"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        plans = await self._booth.plans.of(person.person_id) if person else ()
        dropped = tuple(each.plan_id for each in plans if each.kind != NUDGE)
        changes: list[Change] = [DropPlans(dropped)] if dropped else []
        if running := await self._booth.running(call):
            planned, content = running
            changes.append(changed(planned, replace(content, is_ended=True)))
        name = "utter_stopped_all" if changes else "utter_stopped"
        return ActionResult(says=[Say(name)], changes=changes, owner=Owner.CLOSED)


def actions(booth: Booth) -> list[Action]:
    """The actions around a nudge."""
    return [SendNudge(booth), StopNudges(booth), StopLast(booth), StopAll(booth)]


def _ended(booth: Booth, planned: Planned, content: NudgeContent) -> ActionResult:
    offers = (
        offer(booth.label("again"), "subscribe_nudges"),
        offer(booth.label("stop_all"), "stop"),
    )
    return ActionResult(
        says=[Say("utter_nudges_stopped", {}, offers)],
        changes=[changed(planned, replace(content, is_ended=True))],
    )
