"""The record as files: the official form as PDF, CSV and JSON."""

from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.desk import Desk, may_keep, offer, week_entity
from bot.diary.ausbildung import WEEK, monday
from bot.diary.rules import week_entries
from bot.diary.words import named_scope, named_week
from bot.people.changes import IssueCode
from bot.people.codes import IMPORT, PURPOSES, new_code
from bot.turn import FileReply, Offer

NACHWEIS = "nachweis"
"""The document that is rendered; its parameters say which part and which form."""
WEEK_SCOPE, ALL, PLAN, SICHTVERMERKE, CSV, JSON = (
    "week",
    "all",
    "plan",
    "sichtvermerke",
    "csv",
    "json",
)


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
        label = self._desk.texts.label
        scope = call.entity("scope") or named_scope(text)
        week = week_entity(call) or named_week(text, today)
        if scope is None and week is None:
            return ActionResult(says=[Say("utter_ask_export_which", {}, self._choices(today))])
        if scope in (ALL, PLAN, WEEK_SCOPE, None) and nachweis.ausbildung.zeitraum is None:
            return ActionResult(
                says=[
                    Say(
                        "utter_export_needs_dates",
                        {},
                        (offer(label("tell_ausbildung"), "edit_ausbildung"),),
                    )
                ]
            )
        if scope in (ALL, PLAN, SICHTVERMERKE, CSV, JSON):
            return self._file(call, {"scope": scope})
        first = week or monday(today)
        if not week_entries(nachweis, first):
            shown = {"week": self._desk.texts.week(first, today)}
            return ActionResult(says=[Say("utter_week_empty", shown)])
        return self._file(call, {"scope": WEEK_SCOPE, "first": first.isoformat()})

    def _file(self, call: ActionCall, parameters: dict[str, str]) -> ActionResult:
        if not call.situation.capabilities.files:
            return ActionResult(says=[Say("utter_no_files_here")])
        return ActionResult(says=[Say("utter_nachweis_file"), FileReply(NACHWEIS, parameters)])

    def _choices(self, today: date) -> tuple[Offer, ...]:
        label, this = self._desk.texts.label, monday(today)
        last = this - WEEK
        return (
            offer(label("this_week"), "export_nachweis", scope=WEEK_SCOPE, week=this.isoformat()),
            offer(label("last_week"), "export_nachweis", scope=WEEK_SCOPE, week=last.isoformat()),
            offer(label("all"), "export_nachweis", scope=ALL),
            offer(label("plan"), "export_nachweis", scope=PLAN),
            offer(label("sichtvermerke"), "export_nachweis", scope=SICHTVERMERKE),
            offer(label("csv"), "export_nachweis", scope=CSV),
            offer(label("json"), "export_nachweis", scope=JSON),
        )


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
    return [ExportNachweis(desk), GiveImportCode()]
