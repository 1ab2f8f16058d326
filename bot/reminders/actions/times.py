"""The hours in which nothing is said unasked, and the clock that the person lives by."""

from dataclasses import replace

from bot.action import Action, ActionCall, ActionResult, Say
from bot.clock import HOME
from bot.events import Event, FollowupAction, SlotSet
from bot.people.actions import has_consent
from bot.people.changes import KeepProfile
from bot.people.quiet import NO_QUIET, Quiet, as_text, from_text, read_quiet
from bot.people.zones import zone_label, zone_named
from bot.plans.values import ChangePlan
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.codec import plan_to_json
from bot.slots import filled, is_asked, told

QUIET, ZONE = "quiet_told", "zone_told"


class SetQuietHours:
    """Keep the quiet hours that were said, or ask for them."""

    name = "action_set_quiet_hours"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        quiet = read_quiet(_told(call))
        events: list[Event] = [SlotSet(QUIET, as_text(quiet) if quiet else None)]
        return ActionResult(events=[*events, FollowupAction("quiet_form")])


class TakeQuietHours:
    """Take from when to when."""

    name = "action_take_quiet_told"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, QUIET):
            return ActionResult()
        quiet = read_quiet(_told(call))
        return filled(call, QUIET, quiet and as_text(quiet), "utter_quiet_not_understood")


class SaveQuietHours:
    """Keep them; without consent they hold in this conversation."""

    name = "action_save_quiet"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        kept = call.tracker.slot(QUIET)
        if not kept:
            return ActionResult()
        quiet = str(kept)
        changes = [KeepProfile({"quiet_hours": quiet})] if has_consent(call) else []
        name = "utter_quiet_off" if quiet == as_text(NO_QUIET) else "utter_quiet_saved"
        shown = {"quiet": quiet.replace("-", " bis ")}
        events = [SlotSet(QUIET, None), SlotSet("quiet_hours", quiet)]
        says = [Say(name, shown), *await self._mutes(call, from_text(quiet))]
        return ActionResult(events=events, says=says, changes=changes)

    async def _mutes(self, call: ActionCall, quiet: Quiet) -> list[Say]:
        """Which reminders never come any more, because their time is quiet now."""
        plans = [plan_of(each) for each in await self._bench.reminders(call)]
        texts = self._bench.texts
        muted = [each for each in plans if all(quiet.contains(rule.minute) for rule in each.rules)]
        if not muted:
            return []
        shown = {"plans": "\n".join(f"• {texts.plan(each)}" for each in muted)}
        return [Say("utter_quiet_mutes", shown)]


class SetZone:
    """Keep the place that was said, or ask for it."""

    name = "action_set_zone"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        zone = zone_named(_told(call))
        return ActionResult(events=[SlotSet(ZONE, zone), FollowupAction("zone_form")])


class TakeZone:
    """Take where the person is."""

    name = "action_take_zone_told"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, ZONE):
            return ActionResult()
        return filled(call, ZONE, zone_named(_told(call)), "utter_zone_not_understood")


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
            ChangePlan(
                each.plan_id,
                name,
                plan_to_json(replace(plan_of(each), zone=name)),
                keeps_put_off=True,
            )
            for each in await self._bench.reminders(call)
        ]
        there = self._bench.texts.clock_at(call.situation.now, name)
        shown = {"zone": zone_label(name), "time": there}
        events = [SlotSet(ZONE, None), SlotSet("zone", name)]
        said = "utter_zone_home" if name == HOME else "utter_zone_saved"
        return ActionResult(events=events, says=[Say(said, shown)], changes=[*kept, *plans])


def actions(bench: Bench) -> list[Action]:
    """The actions on the person's time."""
    return [
        SetQuietHours(),
        TakeQuietHours(),
        SaveQuietHours(bench),
        SetZone(),
        TakeZone(),
        SaveZone(bench),
    ]


def _told(call: ActionCall) -> str:
    """What was typed or stands behind the command; a button alone says nothing."""
    return told(call, "argument", "told")
