"""Days that are written already: changed, deleted, and the last writing undone."""

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, day_entity
from bot.diary.ausbildung import monday
from bot.diary.changes import UndoDays, WriteDays
from bot.diary.rules import is_locked
from bot.diary.words import named_day

SHOWN_DAYS = 5
"""So many of the last days are offered to be changed."""


class UndoEntry:
    """What the last writing changed stands there again."""

    name = "action_undo_entry"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        before = await self._desk.undoable(call)
        if not before:
            return ActionResult(says=[Say("utter_nothing_to_undo")])
        nachweis = await self._desk.nachweis(call)
        if any(is_locked(nachweis.week(monday(day))) for day in before):
            return ActionResult(says=[Say("utter_undo_locked")])
        today = self._desk.today(call)
        lines = [
            self._desk.texts.days(entries, today) or self._desk.texts.emptied_day(day, today)
            for day, entries in sorted(before.items())
        ]
        return ActionResult(
            says=[
                Say(
                    "utter_undone",
                    {"entries": "\n".join(lines)},
                    (offer(self._desk.texts.label("redo"), "undo_entry"),),
                )
            ],
            changes=[UndoDays()],
        )


class EditDay:
    """Show what stands on a day, to be written anew or deleted."""

    name = "action_edit_day"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse, today = call.tracker.latest_message, self._desk.today(call)
        day = day_entity(call) or named_day(parse.text if parse else "", today)
        nachweis = await self._desk.nachweis(call)
        texts = self._desk.texts
        if day is None:
            days = sorted({entry.day for entry in nachweis.entries})[-SHOWN_DAYS:]
            offers = tuple(
                offer(texts.named_day(each, today), "edit_day", day=each.isoformat())
                for each in reversed(days)
            )
            return ActionResult(
                says=[Say("utter_edit_which_day" if offers else "utter_no_entries", {}, offers)]
            )
        shown = {
            "day": texts.named_day(day, today),
            "entries": texts.days(nachweis.of_day(day), today),
        }
        if is_locked(nachweis.week(monday(day))):
            offers = (offer(texts.label("show_week"), "show_week", week=monday(day).isoformat()),)
            return ActionResult(says=[Say("utter_day_locked", shown, offers)])
        if not nachweis.of_day(day):
            offers = (offer(texts.label("write"), "start_entry", day=day.isoformat()),)
            return ActionResult(says=[Say("utter_day_empty", shown, offers)])
        offers = (
            offer(texts.label("write_anew"), "start_entry", day=day.isoformat(), is_new=True),
            offer(texts.label("add"), "start_entry", day=day.isoformat()),
            offer(texts.label("delete"), "confirm_delete_day", day=day.isoformat()),
        )
        return ActionResult(says=[Say("utter_edit_day", shown, offers)])


class DeleteDay:
    """Let the entries of a day go that were shown before; it can be undone."""

    name = "action_confirm_delete_day"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        day, today = day_entity(call), self._desk.today(call)
        nachweis = await self._desk.nachweis(call)
        if day is None or not nachweis.of_day(day) or is_locked(nachweis.week(monday(day))):
            return ActionResult(says=[Say("utter_old_button")])
        texts = self._desk.texts
        return ActionResult(
            says=[
                Say(
                    "utter_day_deleted",
                    {"day": texts.named_day(day, today)},
                    (offer(texts.label("undo"), "undo_entry"),),
                )
            ],
            changes=[WriteDays(days={day: ()}, before={day: nachweis.of_day(day)})],
        )


def actions(desk: Desk) -> list[Action]:
    """The actions on days."""
    return [UndoEntry(desk), EditDay(desk), DeleteDay(desk)]
