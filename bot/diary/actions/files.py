"""The record as files: the official form as PDF, CSV and JSON."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, may_keep, week_named
from bot.diary.ausbildung import WEEK, Zeitraum, monday
from bot.diary.words import named_scope, named_stretches
from bot.events import FollowupAction, SlotSet
from bot.people.changes import IssueCode
from bot.people.codes import IMPORT, PURPOSES, new_code
from bot.slots import filled, is_asked, told
from bot.turn import FileReply, Offer

NACHWEIS = "nachweis"
"""The document that is rendered; its parameters say which part and which form."""
WEEK_SCOPE, DAYS, ALL, PLAN, SICHTVERMERKE, CSV, JSON = (
    "week",
    "days",
    "all",
    "plan",
    "sichtvermerke",
    "csv",
    "json",
)
ONE_DAY = timedelta(days=1)
WANTED = "export_days"
"""The slot of the form that asks from when to when."""


class ExportNachweis:
    """Send what is wanted as a file, or ask which of it."""

    name = "action_export_nachweis"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        if not nachweis.entries:
            return ActionResult(says=[Say("utter_no_entries")])
        parse, today = call.tracker.latest_message, self._desk.today(call)
        text = parse.text if parse else ""
        scope = call.entity("scope") or named_scope(text)
        week = week_named(call, today)
        days = _whole(week) if week else _range(text, today)
        if scope == DAYS:
            return ActionResult(events=[SlotSet(WANTED, None), FollowupAction("export_form")])
        if scope in (SICHTVERMERKE, CSV, JSON):
            return _file(call, {"scope": scope})
        if scope in (ALL, PLAN):
            return await _sheets(self._desk, call, {"scope": scope}, None)
        if scope is None and days is None:
            return ActionResult(says=[Say("utter_ask_export_which", {}, self._choices(today))])
        return await _sheets(self._desk, call, {"scope": DAYS}, days or _whole(monday(today)))

    def _choices(self, today: date) -> tuple[Offer, ...]:
        label, this = self._desk.texts.label, monday(today)
        last = this - WEEK
        return (
            offer(label("this_week"), "export_nachweis", scope=WEEK_SCOPE, week=this.isoformat()),
            offer(label("last_week"), "export_nachweis", scope=WEEK_SCOPE, week=last.isoformat()),
            offer(label("days"), "export_nachweis", scope=DAYS),
            offer(label("all"), "export_nachweis", scope=ALL),
            offer(label("plan"), "export_nachweis", scope=PLAN),
            offer(label("sichtvermerke"), "export_nachweis", scope=SICHTVERMERKE),
            offer(label("csv"), "export_nachweis", scope=CSV),
            offer(label("json"), "export_nachweis", scope=JSON),
        )


class TakeExportDays:
    """Take from when to when."""

    name = "action_take_export_days"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, WANTED):
            return ActionResult()
        days = _range(told(call), self._desk.today(call))
        interval = days and [f"{days.von}", f"{days.bis}"]
        return filled(call, WANTED, interval, "utter_export_no_days")


class ExportDays:
    """Send the sheets of the days that were asked for."""

    name = "action_export_days"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        wanted = call.tracker.slot(WANTED)
        if not wanted:
            return ActionResult()
        days = Zeitraum(*map(date.fromisoformat, wanted))
        sent = await _sheets(self._desk, call, {"scope": DAYS}, days)
        return ActionResult(events=[SlotSet(WANTED, None)], says=sent.says)


class GiveImportCode:
    """A code with which the operator takes a file into this diary."""

    name = "action_import_code"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may_keep(call):
            return ActionResult(says=[Say("utter_no_entries")])
        code = new_code(IMPORT)
        until = call.situation.now + PURPOSES[IMPORT].lifetime
        return ActionResult(
            says=[Say("utter_import_code", {"code": code, "until": f"{until:%d.%m.%Y}"})],
            changes=[IssueCode(purpose=IMPORT, code=code, expires_at=until)],
        )


def actions(desk: Desk) -> list[Action]:
    """The actions on files."""
    return [ExportNachweis(desk), TakeExportDays(desk), ExportDays(desk), GiveImportCode()]


async def _sheets(
    desk: Desk, call: ActionCall, parameters: Mapping[str, str], days: Zeitraum | None
) -> ActionResult:
    """The official form, of some days or of all; what it needs first is asked for."""
    nachweis = await desk.nachweis(call)
    if nachweis.ausbildung.zeitraum is None:
        offers = (offer(desk.texts.label("tell_ausbildung"), "edit_ausbildung"),)
        return ActionResult(says=[Say("utter_export_needs_dates", {}, offers)])
    if days is None:
        return _file(call, parameters)
    # A sheet holds its whole week.
    if not nachweis.of_days(monday(days.von), monday(days.bis) + WEEK - ONE_DAY):
        shown = {"days": desk.texts.stretch(days, desk.today(call))}
        return ActionResult(says=[Say("utter_days_empty", shown)])
    return _file(call, {**parameters, "first": f"{days.von}", "last": f"{days.bis}"})


def _file(call: ActionCall, parameters: Mapping[str, str]) -> ActionResult:
    if not call.situation.capabilities.files:
        return ActionResult(says=[Say("utter_no_files_here")])
    return ActionResult(says=[Say("utter_nachweis_file"), FileReply(NACHWEIS, parameters)])


def _whole(week: date) -> Zeitraum:
    return Zeitraum(week, week + WEEK - ONE_DAY)


def _range(text: str, today: date) -> Zeitraum | None:
    """From the first to the last day that a text names."""
    named = named_stretches(text, today)
    return Zeitraum(named[0].von, named[-1].bis) if named else None
