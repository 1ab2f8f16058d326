"""Words about a week: a reason for its return, a correction, a reflection, the topic at school."""

from dataclasses import replace
from datetime import date
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, may_keep, week_asked
from bot.diary.actions.weeks import stepped
from bot.diary.changes import WriteWeek
from bot.diary.nachweis import By, Step, StepKind
from bot.events import Event, FollowupAction, SlotSet
from bot.slots import is_aside
from bot.tracker import REQUESTED_SLOT

LONGEST = 2000
"""So many characters of a note are kept."""
KIND, TEXT, WEEK = "note_kind", "note_text", "note_week"
BESIDE = ("school_topic", "hard", "to_ask")
"""The notes that are no step of a week: its attributes."""


class BeginNote:
    """Begin to write words about a week: a reason, a correction, a reflection, a topic.

    Args:
        desk: where the diary's actions work.
        name: of the action.
        kind: which words, one of `BESIDE` or of `StepKind`.
    """

    def __init__(self, desk: Desk, name: str, kind: str) -> None:
        self.name = name
        self._desk = desk
        self._kind = kind

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may_keep(call):
            return ActionResult(says=[Say("utter_no_entries")])
        week = week_asked(call, self._desk.today(call)).isoformat()
        return ActionResult(
            events=[
                SlotSet(KIND, self._kind),
                SlotSet(WEEK, week),
                SlotSet(TEXT, None),
                FollowupAction("note_form"),
            ]
        )


class TakeNote:
    """Take what was typed as the note."""

    name = "action_take_note"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        if parse is None or call.tracker.slot(REQUESTED_SLOT) != TEXT or is_aside(parse):
            return ActionResult()
        return ActionResult(events=[SlotSet(TEXT, parse.text[:LONGEST].strip())])


class AskNote:
    """Ask for the words."""

    name = "action_ask_note_text"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        week = date.fromisoformat(str(call.tracker.slot(WEEK)))
        values = {"week": self._desk.texts.week(week, self._desk.today(call))}
        return ActionResult(says=[Say(f"utter_ask_note_{call.tracker.slot(KIND)}", values)])


class SaveNote:
    """Keep the words: as a step of the week, or beside its entries."""

    name = "action_save_note"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        slot = call.tracker.slot
        kind, text, named = str(slot(KIND)), slot(TEXT), slot(WEEK)
        if not text or not named:
            return ActionResult(events=_emptied())
        first, today = date.fromisoformat(str(named)), self._desk.today(call)
        nachweis = await self._desk.nachweis(call)
        week = nachweis.week(first)
        texts, week_named = self._desk.texts, first.isoformat()
        more = (offer(texts.label("ask_too"), "reflect_ask", week=week_named),)
        shown = {"week": texts.week(first, today)}
        said = Say("utter_note_kept", shown, more if kind == "hard" else ())
        if kind in BESIDE:
            told: dict[str, Any] = {kind: str(text)}
            following = replace(week, **told)
            change = WriteWeek(following, steps_before=len(week.steps))
            return ActionResult(events=_emptied(), says=[said], changes=[change])
        by = By.AUSBILDER if kind == StepKind.RETURNED else By.AZUBI
        step = Step(StepKind(kind), call.situation.now, by, text=str(text))
        result = stepped(self._desk, week, step, said, today)
        return replace(result, events=_emptied())


class ForgetNote:
    """The person does not want to write the note."""

    name = "action_forget_note"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=_emptied(), says=[Say("utter_note_dropped")])


def actions(desk: Desk) -> list[Action]:
    """The actions on notes."""
    return [
        BeginNote(desk, "action_return_week", StepKind.RETURNED),
        BeginNote(desk, "action_correct_week", StepKind.CORRECTED),
        BeginNote(desk, "action_reflect", "hard"),
        BeginNote(desk, "action_reflect_ask", "to_ask"),
        BeginNote(desk, "action_set_school_topic", "school_topic"),
        TakeNote(),
        AskNote(desk),
        SaveNote(desk),
        ForgetNote(),
    ]


def _emptied() -> list[Event]:
    return [SlotSet(name, None) for name in (KIND, TEXT, WEEK)]
