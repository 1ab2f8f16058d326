"""What was set: shown, deleted, paused and taken up again."""

from datetime import date, timedelta

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.events import FollowupAction, SlotSet
from bot.plans.values import ChangePlan, DropPlans, Planned
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.codec import plan_to_json
from bot.reminders.phrases import Pause, read_pause
from bot.slots import filled, is_asked, told
from bot.turn import Offer

UNTIL = "pause_until"
A_DAY = timedelta(days=1)


class ShowReminders:
    """The plans with their next date, each to be changed or deleted."""

    name = "action_show_reminders"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plans = await self._bench.reminders(call)
        if not plans:
            return ActionResult(says=[Say("utter_no_reminders")])
        shown = {"plans": "\n".join(self._line(call, each) for each in plans)}
        return ActionResult(says=[Say("utter_reminders", shown, self._offers(plans))])

    def _line(self, call: ActionCall, planned: Planned) -> str:
        plan, today = plan_of(planned), self._bench.now_there(call).date()
        texts = self._bench.texts
        said = f"• {texts.plan(plan)}"
        if plan.paused_until and plan.paused_until > today:
            return f"{said} ({texts.paused(plan.paused_until, today)})"
        return said

    def _offers(self, plans: tuple[Planned, ...]) -> tuple[Offer, ...]:
        label, texts = self._bench.desk.texts.label, self._bench.texts
        if len(plans) == 1:
            one = plans[0].plan_id
            return (
                offer(label("another_time"), "change_reminder", plan=one),
                offer(label("delete"), "delete_reminder", plan=one),
            )
        return tuple(
            offer(texts.plan(plan_of(each)), "change_or_delete_reminder", plan=each.plan_id)
            for each in plans
        )


class ChangeOrDelete:
    """One of several plans was chosen."""

    name = "action_change_or_delete_reminder"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chosen = await self._bench.spoken(call)
        if chosen is None:
            return ActionResult(says=[Say("utter_old_button")])
        label = self._bench.desk.texts.label
        offers = (
            offer(label("another_time"), "change_reminder", plan=chosen.plan_id),
            offer(label("delete"), "delete_reminder", plan=chosen.plan_id),
        )
        shown = {"plan": self._bench.texts.plan(plan_of(chosen))}
        return ActionResult(says=[Say("utter_reminder_change_how", shown, offers)])


class DeleteReminder:
    """Forget one plan, or the only one; of several it is asked which."""

    name = "action_delete_reminder"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plans = await self._bench.reminders(call)
        if not plans:
            return ActionResult(says=[Say("utter_no_reminders")])
        if call.entity("all"):
            gone = plans
        elif call.entity("plan") is not None or len(plans) == 1:
            one = await self._bench.spoken(call)
            if one is None:
                return ActionResult(says=[Say("utter_old_button")])
            gone = (one,)
        else:
            return self._which(plans)
        shown = {"plans": "\n".join(f"• {self._bench.texts.plan(plan_of(each))}" for each in gone)}
        return ActionResult(
            says=[Say("utter_reminder_deleted", shown)],
            changes=[DropPlans(tuple(each.plan_id for each in gone))],
        )

    def _which(self, plans: tuple[Planned, ...]) -> ActionResult:
        texts = self._bench.texts
        offers = [
            offer(texts.plan(plan_of(each)), "delete_reminder", plan=each.plan_id) for each in plans
        ]
        offers.append(offer(self._bench.desk.texts.label("all_plans"), "delete_reminder", all=True))
        return ActionResult(says=[Say("utter_reminder_delete_which", {}, tuple(offers))])


class PauseReminders:
    """Begin a pause: until when was said, or is asked."""

    name = "action_pause_reminders"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not await self._bench.reminders(call):
            return await self._other(call)
        text = told(call, "until")
        if lacks_state(self._bench, call, text):
            return ActionResult(says=[Say("utter_pause_needs_state")])
        until = pause_end(self._bench, call, text)
        known = SlotSet(UNTIL, until.isoformat() if until else None)
        return ActionResult(events=[known, FollowupAction("pause_form")])

    async def _other(self, call: ActionCall) -> ActionResult:
        """A parent with nudges means those."""
        person = call.situation.person
        if person and await self._bench.plans.of(person.person_id):
            return ActionResult(events=[FollowupAction("action_pause_nudges")])
        return ActionResult(says=[Say("utter_no_reminders")])


class TakePauseUntil:
    """Take until when."""

    name = "action_take_pause_until"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return take_pause(self._bench, call, UNTIL)


class SavePause:
    """Keep the pause, of all plans."""

    name = "action_save_pause"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        until, emptied = call.tracker.slot(UNTIL), [SlotSet(UNTIL, None)]
        if not until:
            return ActionResult(events=emptied, says=[Say("utter_pause_dropped")])
        day, today = date.fromisoformat(str(until)), self._bench.now_there(call).date()
        plans = await self._bench.reminders(call)
        changes = [_paused(each, day) for each in plans]
        shown = {"day": self._bench.texts.day(day, today)}
        return ActionResult(events=emptied, says=[Say("utter_paused", shown)], changes=changes)


class ResumeReminders:
    """The pause is over."""

    name = "action_resume_reminders"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plans = await self._bench.reminders(call)
        if not plans:
            return ActionResult(says=[Say("utter_no_reminders")])
        shown = {"plans": "\n".join(f"• {self._bench.texts.plan(plan_of(each))}" for each in plans)}
        return ActionResult(
            says=[Say("utter_resumed", shown)], changes=[_paused(each, None) for each in plans]
        )


def actions(bench: Bench) -> list[Action]:
    """The actions on what was set."""
    return [
        ShowReminders(bench),
        ChangeOrDelete(bench),
        DeleteReminder(bench),
        PauseReminders(bench),
        TakePauseUntil(bench),
        SavePause(bench),
        ResumeReminders(bench),
    ]


def _paused(planned: Planned, until: date | None) -> ChangePlan:
    content = plan_to_json(plan_of(planned).paused(until))
    return ChangePlan(planned.plan_id, planned.zone, content)


def take_pause(bench: Bench, call: ActionCall, slot: str) -> ActionResult:
    """Fill the slot of a form that asks until when to be silent."""
    if not is_asked(call, slot):
        return ActionResult()
    text = told(call, "until")
    until = pause_end(bench, call, text)
    unread = (
        "utter_pause_needs_state"
        if lacks_state(bench, call, text)
        else "utter_pause_not_understood"
    )
    return filled(call, slot, until and until.isoformat(), unread)


def lacks_state(bench: Bench, call: ActionCall, text: str) -> bool:
    """Whether a text tells a pause until holidays, and it is not known where."""
    pause = read_pause(text, bench.now_there(call)) if text else None
    return pause is not None and pause.until is None and call.profile("state") is None


def pause_end(bench: Bench, call: ActionCall, text: str) -> date | None:
    """The first day after a pause that a text tells; holidays are looked up in the person's state."""
    now = bench.now_there(call)
    pause = read_pause(text, now) if text else None
    if pause is None:
        return None
    return pause.until or _after_event(bench, call, pause, now.date())


def _after_event(bench: Bench, call: ActionCall, pause: Pause, today: date) -> date | None:
    """The day after the next school holidays of a name, or of any (`ferien`)."""
    calendar = bench.calendar(call)
    event = (pause.event or "").removesuffix("ferien")
    ahead = sorted(
        each
        for year in (today.year - 1, today.year, today.year + 1)
        for each in calendar.school(year)
        if each.last >= today and each.name.lower().startswith(event)
    )
    return ahead[0].last + A_DAY if ahead else None
