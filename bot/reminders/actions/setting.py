"""Setting a reminder: when, in words; shown with its next three dates; kept after a yes."""

from dataclasses import replace
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say
from bot.calendar_of_germany import knows_school_holidays
from bot.events import Event, SlotSet
from bot.people.actions import (
    AFTER_CONSENT,
    DENIED,
    GRANTED,
    ask_to_keep,
    has_consent,
    waits_for_parent,
)
from bot.people.quiet import as_text
from bot.plans.values import AddPlan, ChangePlan
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.codec import REMINDER, plan_from_json, plan_to_json
from bot.reminders.listening import WISHES
from bot.reminders.phrases import Wish, read_plan
from bot.reminders.plan import Plan, Rule, Without
from bot.slots import filled, is_asked, told
from bot.tracker import REQUESTED_SLOT, Tracker
from bot.turn import Change, FileReply

TOLD, QUIET, CONFIRMED, CHANGES = (
    "reminder_told",
    "reminder_quiet",
    "reminder_confirmed",
    "reminder_changes",
)
BASE = "reminder_base"
"""The slot with the plan that is to be changed."""
SLOTS = (TOLD, QUIET, CONFIRMED, CHANGES, BASE)
OTHER_WISHES = WISHES - {"set_reminder", "change_reminder"}
KNOWN, YES, NO = "known", "ja", "nein"
SAVE = "action_save_reminder"
CALENDAR_FILE = "reminder_calendar"
"""The document with a plan as a calendar file."""


class BeginReminder:
    """Begin to set a reminder, or to change one that a button names."""

    name = "action_begin_reminder"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        changes = parse is not None and parse.intent == "change_reminder"
        changed_one = await self._bench.spoken(call) if changes else None
        base = plan_of(changed_one) if changed_one else None
        begun: list[Event] = [
            *emptied(),
            SlotSet(CHANGES, changed_one and changed_one.plan_id),
            SlotSet(BASE, base and plan_to_json(base)),
        ]
        events = _taken(self._bench, call, told(call, "told"), base)
        return ActionResult(events=[*begun, *events, *self._known(call, events)])

    def _known(self, call: ActionCall, taken: list[Event]) -> list[Event]:
        """What a plan that comes back needs not be asked: the person agreed to it before."""
        if not taken or not call.entity("is_again"):
            return []
        confirmed: Event = SlotSet(CONFIRMED, YES)
        is_asked_quiet = SlotSet(QUIET, None) in taken and self._bench.own_quiet(call) is None
        return [confirmed, SlotSet(QUIET, YES)] if is_asked_quiet else [confirmed]


class TakeReminderTold:
    """Take when to remind."""

    name = "action_take_reminder_told"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, TOLD):
            return ActionResult()
        base = _plan_in(call.tracker, BASE)
        events = _taken(self._bench, call, told(call, "told"), base)
        if events:
            return ActionResult(events=events)
        return filled(call, TOLD, None, "utter_reminder_not_understood")


class AskReminderQuiet:
    """Ask whether to write in hours that are quiet by default; those that the person set yield to nothing."""

    name = "action_ask_reminder_quiet"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plan = told_plan(call.tracker)
        own = self._bench.own_quiet(call)
        if plan is None:
            return ActionResult(events=[SlotSet(QUIET, KNOWN)])
        times = {"times": " · ".join(self._bench.texts.clock(rule.minute) for rule in plan.rules)}
        if own is not None:
            quiet = {**times, "quiet": as_text(own).replace("-", " bis ")}
            again = [*_asked_anew(call.tracker), SlotSet(REQUESTED_SLOT, TOLD)]
            return ActionResult(events=again, says=[Say("utter_reminder_in_own_quiet", quiet)])
        return ActionResult(says=[Say("utter_ask_reminder_in_quiet", times)])


class TakeReminderQuiet:
    """Take whether to write in the quiet hours all the same."""

    name = "action_take_reminder_quiet"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chosen = _yes_or_no(call, QUIET)
        if chosen == NO:
            return ActionResult(events=_asked_anew(call.tracker))
        return ActionResult(events=[SlotSet(QUIET, YES)] if chosen == YES else ())


class AskReminderConfirmed:
    """Show the plan in words with its next dates."""

    name = "action_ask_reminder_confirmed"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plan = told_plan(call.tracker)
        assert plan is not None  # noqa: S101 - the form asked for it before
        times = await self._bench.next_times(call, plan, _changes(call))
        today = self._bench.now_there(call).date()
        shown = {
            "plan": self._bench.texts.plan(plan),
            "times": self._bench.texts.moments(times, plan.zone, today),
        }
        name = "utter_ask_reminder_right" if times else "utter_ask_reminder_never"
        return ActionResult(says=[Say(name, shown)])


class TakeReminderConfirmed:
    """Take the yes, or another time."""

    name = "action_take_reminder_confirmed"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        before = told_plan(call.tracker)
        if is_asked(call, CONFIRMED) and (events := _taken(self._bench, call, told(call), before)):
            return ActionResult(events=events)
        chosen = _yes_or_no(call, CONFIRMED)
        if chosen == NO:
            return ActionResult(events=_asked_anew(call.tracker))
        return ActionResult(events=[SlotSet(CONFIRMED, YES)] if chosen == YES else ())


class SaveReminder:
    """The person said yes: keep the plan, or first ask whether anything may be kept."""

    name = SAVE

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        plan = told_plan(call.tracker)
        if plan is None or call.tracker.slot(AFTER_CONSENT) == DENIED:
            return ActionResult(events=emptied(), says=[Say("utter_reminder_dropped")])
        if waits_for_parent(call):
            return ActionResult(events=emptied(), says=[Say("utter_reminder_needs_parent")])
        if not (has_consent(call) or call.tracker.slot(AFTER_CONSENT) == GRANTED):
            return ask_to_keep(call, SAVE, "reminder")
        content = plan_to_json(plan)
        times = (await self._bench.next_times(call, plan, _changes(call)))[:1]
        today = self._bench.now_there(call).date()
        shown = {
            "plan": self._bench.texts.plan(plan),
            "next": self._bench.texts.moments(times, plan.zone, today).removeprefix("• "),
        }
        name = "utter_reminder_saved" if times else "utter_reminder_saved_for_later"
        says: list[Say | FileReply] = [Say(name, shown)]
        if Without.SCHOOL_HOLIDAYS in plan.without and (lacking := self._lacking(call)):
            says.append(lacking)
        if not self._bench.can_reach(call):
            says.append(Say("utter_reminder_cannot_reach"))
            if call.situation.capabilities.files:
                says.append(FileReply(CALENDAR_FILE, {"plan": content}))
        return ActionResult(events=emptied(), says=says, changes=await self._kept(call, plan))

    async def _kept(self, call: ActionCall, plan: Plan) -> list[Change]:
        """The plan kept; one that is there already is not kept twice: it would ring twice."""
        changes, content = _changes(call), plan_to_json(plan)
        if changes is not None:
            return [ChangePlan(changes, plan.zone, content)]
        known = [plan_of(each) for each in await self._bench.reminders(call)]
        return [] if plan in known else [AddPlan(REMINDER, plan.zone, content)]

    def _lacking(self, call: ActionCall) -> Say | None:
        """What must be known to be silent in the school holidays, if it is not."""
        state, year = call.profile("state"), self._bench.now_there(call).year
        if state is None:
            return Say("utter_reminder_needs_state")
        return None if knows_school_holidays(state, year) else Say("utter_reminder_no_holidays")


class DropReminder:
    """The person does not want to go on."""

    name = "action_drop_reminder"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=emptied(), says=[Say("utter_reminder_dropped")])


def actions(bench: Bench) -> list[Action]:
    """The actions of setting a reminder."""
    return [
        BeginReminder(bench),
        TakeReminderTold(bench),
        AskReminderQuiet(bench),
        TakeReminderQuiet(),
        AskReminderConfirmed(bench),
        TakeReminderConfirmed(bench),
        SaveReminder(bench),
        DropReminder(),
    ]


def told_plan(tracker: Tracker) -> Plan | None:
    """The plan as told so far."""
    plan = _plan_in(tracker, TOLD)
    return plan and replace(plan, breaks_default_quiet=tracker.slot(QUIET) == YES)


def _changes(call: ActionCall) -> int | None:
    """The id of the plan that is changed; None for a new one."""
    changes = call.tracker.slot(CHANGES)
    return None if changes is None else int(changes)


def _asked_anew(tracker: Tracker) -> list[Event]:
    """Another time is wanted; who names but a time means the days told before."""
    return [SlotSet(BASE, tracker.slot(TOLD)), *(SlotSet(name, None) for name in (TOLD, QUIET))]


def _plan_in(tracker: Tracker, slot: str) -> Plan | None:
    kept = tracker.slot(slot)
    return plan_from_json(kept) if kept else None


def changed(before: Plan | None, wish: Wish, zone: str) -> Plan:
    """The plan of a wish; who only names another time, or an exception, changes what was told before."""
    if before is None or wish.says_days:
        return Plan(rules=wish.rules, zone=zone, without=wish.without)
    rules = before.rules
    if wish.says_time:
        minutes = dict.fromkeys(rule.minute for rule in wish.rules)
        rhythms = dict.fromkeys(rule.rhythm for rule in rules)
        rules = tuple(Rule(rhythm, minute) for rhythm in rhythms for minute in minutes)
    return replace(before, rules=rules, without=before.without | wish.without)


def emptied() -> list[Event]:
    """Nothing is told any more."""
    return [SlotSet(name, None) for name in (*SLOTS, AFTER_CONSENT)]


def _taken(bench: Bench, call: ActionCall, text: str, before: Plan | None) -> list[Event]:
    """The plan that a text tells, and whether its times are quiet; nothing when it tells none."""
    wish = read_plan(text, bench.now_there(call)) if text else None
    parse = call.tracker.latest_message
    if wish is None or (parse is not None and parse.intent in OTHER_WISHES):
        return []
    plan = changed(before, wish, bench.zone(call))
    own = bench.own_quiet(call)
    quiet = own or bench.default_quiet(call)
    is_quiet = quiet is not None and any(quiet.contains(rule.minute) for rule in plan.rules)
    content: dict[str, Any] = plan_to_json(plan)
    return [SlotSet(TOLD, content), SlotSet(QUIET, None if is_quiet else KNOWN)]


def _yes_or_no(call: ActionCall, slot: str) -> str | None:
    """What a button or a typed yes or no says to what a slot is asked for."""
    parse = call.tracker.latest_message
    if parse is None or not is_asked(call, slot):
        return None
    if (chosen := call.entity("answer")) is not None:
        return str(chosen)
    return {"affirm": YES, "react": YES, "deny": NO}.get(parse.intent)
