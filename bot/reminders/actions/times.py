"""The hours in which nothing is said unasked, and the clock that the person lives by."""

from dataclasses import replace

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.asides import is_aside
from bot.events import Event, FollowupAction, SlotSet
from bot.people.actions import has_consent
from bot.people.changes import KeepProfile
from bot.people.quiet import NO_QUIET, as_text, read_quiet
from bot.people.zones import zone_label, zone_named
from bot.plans.values import ChangePlan
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.codec import plan_to_json
from bot.tracker import REQUESTED_SLOT

QUIET, ZONE = "quiet_told", "zone_told"


class SetQuietHours:
    """Keep the quiet hours that were said, or ask for them."""

    name = "action_set_quiet_hours"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        told = _told(call)
        quiet = read_quiet(told) if told else None
        events: list[Event] = [SlotSet(QUIET, as_text(quiet) if quiet else None)]
        return ActionResult(events=[*events, FollowupAction("quiet_form")])


class TakeQuietHours:
    """Take from when to when."""

    name = "action_take_quiet_told"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        if parse is None or call.tracker.slot(REQUESTED_SLOT) != QUIET:
            return ActionResult()
        told = _told(call)
        quiet = read_quiet(told) if told else None
        if quiet is not None:
            return ActionResult(events=[SlotSet(QUIET, as_text(quiet))])
        is_other = not told or is_aside(parse)
        return ActionResult(says=[] if is_other else [Say("utter_quiet_not_understood")])


class SaveQuietHours:
    """Keep them; without consent they hold in this conversation."""

    name = "action_save_quiet"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        told = call.tracker.slot(QUIET)
        if not told:
            return ActionResult()
        changes = [KeepProfile({"quiet_hours": str(told)})] if has_consent(call) else []
        name = "utter_quiet_off" if told == as_text(NO_QUIET) else "utter_quiet_saved"
        shown = {"quiet": str(told).replace("-", " bis ")}
        events = [SlotSet(QUIET, None), SlotSet("quiet_hours", str(told))]
        return ActionResult(events=events, says=[Say(name, shown)], changes=changes)


class SetZone:
    """Keep the place that was said, or ask for it."""

    name = "action_set_zone"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        told = _told(call)
        zone = zone_named(told) if told else None
        return ActionResult(events=[SlotSet(ZONE, zone), FollowupAction("zone_form")])


class TakeZone:
    """Take where the person is."""

    name = "action_take_zone_told"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        if parse is None or call.tracker.slot(REQUESTED_SLOT) != ZONE:
            return ActionResult()
        told = _told(call)
        zone = zone_named(told) if told else None
        if zone is not None:
            return ActionResult(events=[SlotSet(ZONE, zone)])
        is_other = not told or is_aside(parse)
        return ActionResult(says=[] if is_other else [Say("utter_zone_not_understood")])


class SaveZone:
    """Keep it; plans ring by the clock there from now on."""

    name = "action_save_zone"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        zone = call.tracker.slot(ZONE)
        if not zone:
            return ActionResult()
        name = str(zone)
        kept = [KeepProfile({"zone": name})] if has_consent(call) else []
        plans = [
            ChangePlan(each.plan_id, name, plan_to_json(replace(plan_of(each), zone=name)))
            for each in await self._bench.reminders(call)
        ]
        there = self._bench.texts.clock_at(call.situation.now, name)
        shown = {"zone": zone_label(name), "time": there}
        events = [SlotSet(ZONE, None), SlotSet("zone", name)]
        return ActionResult(
            events=events, says=[Say("utter_zone_saved", shown)], changes=[*kept, *plans]
        )


def actions(bench: Bench) -> list[Action]:
    """The actions on the person's time."""
    return [
        SetQuietHours(),
        TakeQuietHours(),
        SaveQuietHours(),
        SetZone(),
        TakeZone(),
        SaveZone(bench),
    ]


def _told(call: ActionCall) -> str:
    """What was typed or stands behind the command; a button alone says nothing."""
    parse = call.tracker.latest_message
    argument = call.entity("argument") or call.entity("told")
    return str(argument or ("" if parse is None or parse.is_chosen else parse.text))
