"""Weeks: looking at them, what is missing, handing in, signatures on paper, corrections, reflection."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.asides import is_aside
from bot.diary.actions.desk import Desk, may_keep, offer, week_entity
from bot.diary.ausbildung import WEEK, monday
from bot.diary.changes import WriteWeek
from bot.diary.nachweis import By, Nachweis, Step, StepKind, Week, WeekState
from bot.diary.rules import NotAllowed, found, taken, week_entries
from bot.diary.words import named_week, without_wish
from bot.events import Event, FollowupAction, SlotSet
from bot.tracker import REQUESTED_SLOT
from bot.turn import FileReply, Offer

SHOWN_GAPS = 8
SHOWN_FINDS = 8
LONGEST_NOTE = 2000
"""So many characters of a reason, a note or a reflection are kept."""
YEAR = "nachweis_jahr"
"""The document with the picture of a year."""


class OpenDiary:
    """What can be done with the diary, and where it stands."""

    name = "action_open_diary"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        missing = self._desk.gaps(nachweis, call)
        name = "utter_diary_with_gaps" if missing else "utter_diary"
        return ActionResult(says=[Say(name, {"count": str(len(missing))})])


class ShowWeek:
    """Show a week: the one named, else the present one."""

    name = "action_show_week"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        today, first = self._desk.today(call), _week(call, self._desk)
        nachweis = await self._desk.nachweis(call)
        shown = {"week": self._desk.texts.week_shown(nachweis, first, today)}
        return ActionResult(says=[Say("utter_week", shown, self._offers(nachweis, first, today))])

    def _offers(self, nachweis: Nachweis, first: date, today: date) -> tuple[Offer, ...]:
        """What can be done with the week as it stands."""
        label, week = self._desk.texts.label, first.isoformat()
        state, has_entries = nachweis.week(first).state, bool(week_entries(nachweis, first))
        offers = [offer(label("earlier_week"), "show_week", week=(first - WEEK).isoformat())]
        if state in (WeekState.DRAFT, WeekState.RETURNED):
            day = today if monday(today) == first else _first_empty(nachweis, first)
            offers.append(offer(label("write"), "start_entry", day=day.isoformat()))
            if has_entries:
                offers.append(offer(label("change"), "edit_day"))
                offers.append(offer(label("submit"), "submit_week", week=week))
        if state is WeekState.SUBMITTED:
            offers.append(offer(label("withdraw"), "withdraw_week", week=week))
            offers.append(offer(label("returned"), "return_week", week=week))
        if has_entries and state is not WeekState.SIGNED:
            offers.append(offer(label("signed_on_paper"), "sign_week", week=week))
        if state is WeekState.SIGNED:
            offers.append(offer(label("correct"), "correct_week", week=week))
        if has_entries:
            offers.append(offer(label("as_pdf"), "export_nachweis", scope="week", week=week))
        return tuple(offers)


class ShowGaps:
    """List what is missing, and offer to fill it from the oldest on."""

    name = "action_show_gaps"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        today, texts = self._desk.today(call), self._desk.texts
        if nachweis.ausbildung.zeitraum is None:
            offers = (offer(texts.label("tell_ausbildung"), "edit_ausbildung"),)
            return ActionResult(says=[Say("utter_gaps_need_dates", {}, offers)])
        missing = self._desk.gaps(nachweis, call)
        if not missing:
            return ActionResult(says=[Say("utter_no_gaps")])
        shown = {
            "gaps": texts.listed(missing[:SHOWN_GAPS], today),
            "count": str(len(missing)),
        }
        next_gap = offer(
            texts.label("next_gap").format(day=texts.day(missing[0], today)),
            "start_entry",
            day=missing[0].isoformat(),
        )
        name = "utter_gaps" if len(missing) <= SHOWN_GAPS else "utter_many_gaps"
        return ActionResult(says=[Say(name, shown, (next_gap,))])


class ShowYear:
    """The year at a glance: a picture where the channel shows files, and text everywhere."""

    name = "action_show_year"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        if not nachweis.entries:
            return ActionResult(says=[Say("utter_no_entries")])
        today = self._desk.today(call)
        last = max(today, nachweis.entries[-1].day)
        first = max(nachweis.entries[0].day, last - timedelta(days=364))
        shown = {"year": self._desk.texts.year(nachweis, first, last, today)}
        if call.situation.capabilities.pictures:
            parameters = {"first": first.isoformat(), "last": last.isoformat()}
            picture = FileReply(document=YEAR, parameters=parameters)
            return ActionResult(says=[picture, Say("utter_year_legend")])
        return ActionResult(says=[Say("utter_year", shown)])


class SearchEntries:
    """Find words in one's own entries."""

    name = "action_search_entries"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        told = str(call.entity("argument") or (parse.text if parse else ""))
        words = without_wish(told)
        if not words:
            return ActionResult(says=[Say("utter_search_how")])
        nachweis = await self._desk.nachweis(call)
        finds = found(nachweis, words)
        if not finds:
            return ActionResult(says=[Say("utter_nothing_found", {"words": words})])
        today = self._desk.today(call)
        shown = {
            "words": words,
            "count": str(len(finds)),
            "entries": self._desk.texts.days(finds[:SHOWN_FINDS], today),
        }
        return ActionResult(says=[Say("utter_found", shown)])


class StepWeek:
    """Do something with a week that needs no words: hand in, take back, signed on paper.

    Args:
        desk: where the diary's actions work.
        name: of the action.
        kind: what is done.
        done: the response when it was.
        is_on_paper: it was done on paper.
    """

    def __init__(
        self, desk: Desk, name: str, kind: StepKind, done: str, *, is_on_paper: bool = False
    ) -> None:
        self.name = name
        self._desk = desk
        self._kind = kind
        self._done = done
        self._is_on_paper = is_on_paper

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may_keep(call):
            return ActionResult(says=[Say("utter_no_entries")])
        nachweis = await self._desk.nachweis(call)
        first, today = _week(call, self._desk), self._desk.today(call)
        shown = {"week": self._desk.texts.week(first, today)}
        if not week_entries(nachweis, first):
            return ActionResult(says=[Say("utter_week_empty", shown)])
        step = Step(
            self._kind,
            call.situation.now,
            By.AZUBI,
            name="" if self._is_on_paper else nachweis.ausbildung.name,
            is_on_paper=self._is_on_paper,
        )
        return _stepped(self._desk, nachweis.week(first), step, Say(self._done, shown), today)


class AskSignWeek:
    """Ask once more before a week is locked for good."""

    name = "action_ask_sign_week"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        first, texts = _week(call, self._desk), self._desk.texts
        nachweis = await self._desk.nachweis(call)
        shown = {"week": texts.week(first, self._desk.today(call))}
        if not week_entries(nachweis, first):
            return ActionResult(says=[Say("utter_week_empty", shown)])
        week = first.isoformat()
        offers = (
            offer(texts.label("is_signed"), "confirm_sign_week", week=week),
            offer(texts.label("is_not_signed"), "show_week", week=week),
        )
        return ActionResult(says=[Say("utter_ask_sign_week", shown, offers)])


class BeginNote:
    """Begin to write words about a week: a reason, a correction, a reflection, a topic.

    Args:
        desk: where the diary's actions work.
        name: of the action.
        kind: which words, one of `NOTES`.
    """

    def __init__(self, desk: Desk, name: str, kind: str) -> None:
        self.name = name
        self._desk = desk
        self._kind = kind

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may_keep(call):
            return ActionResult(says=[Say("utter_no_entries")])
        week = _week(call, self._desk).isoformat()
        return ActionResult(
            events=[
                SlotSet("note_kind", self._kind),
                SlotSet("note_week", week),
                SlotSet("note_text", None),
                FollowupAction("note_form"),
            ]
        )


class TakeNote:
    """Take what was typed as the note."""

    name = "action_take_note"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        if parse is None or call.tracker.slot(REQUESTED_SLOT) != "note_text" or is_aside(parse):
            return ActionResult()
        return ActionResult(events=[SlotSet("note_text", parse.text[:LONGEST_NOTE].strip())])


class AskNote:
    """Ask for the words."""

    name = "action_ask_note_text"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        week = date.fromisoformat(str(call.tracker.slot("note_week")))
        values = {"week": self._desk.texts.week(week, self._desk.today(call))}
        return ActionResult(says=[Say(f"utter_ask_note_{call.tracker.slot('note_kind')}", values)])


class SaveNote:
    """Keep the words: as a step of the week, or beside its entries."""

    name = "action_save_note"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        slot = call.tracker.slot
        kind, text, named = str(slot("note_kind")), slot("note_text"), slot("note_week")
        emptied: list[Event] = [
            SlotSet(name, None) for name in ("note_kind", "note_text", "note_week")
        ]
        if not text or not named:
            return ActionResult(events=emptied)
        first, today = date.fromisoformat(str(named)), self._desk.today(call)
        nachweis = await self._desk.nachweis(call)
        week = nachweis.week(first)
        texts, week_named = self._desk.texts, first.isoformat()
        more = (offer(texts.label("ask_too"), "reflect_ask", week=week_named),)
        shown = {"week": texts.week(first, today)}
        said = Say("utter_note_kept", shown, more if kind == "hard" else ())
        if kind in NOTES:
            told: dict[str, Any] = {kind: str(text)}
            following = replace(week, **told)
            change = WriteWeek(following, steps_before=len(week.steps))
            return ActionResult(events=emptied, says=[said], changes=[change])
        by = By.AUSBILDER if kind == StepKind.RETURNED else By.AZUBI
        step = Step(StepKind(kind), call.situation.now, by, text=str(text))
        result = _stepped(self._desk, week, step, said, today)
        return replace(result, events=emptied)


NOTES = ("school_topic", "hard", "to_ask")
"""The words of a week that are no step: its attributes."""


class ForgetNote:
    """The person does not want to write the note."""

    name = "action_forget_note"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        emptied = [SlotSet(name, None) for name in ("note_kind", "note_text", "note_week")]
        return ActionResult(events=emptied, says=[Say("utter_note_dropped")])


def actions(desk: Desk) -> list[Action]:
    """The actions on weeks."""
    return [
        OpenDiary(desk),
        ShowWeek(desk),
        ShowGaps(desk),
        ShowYear(desk),
        SearchEntries(desk),
        StepWeek(desk, "action_submit_week", StepKind.SUBMITTED, "utter_week_submitted"),
        StepWeek(desk, "action_withdraw_week", StepKind.WITHDRAWN, "utter_week_withdrawn"),
        AskSignWeek(desk),
        StepWeek(desk, "action_sign_week", StepKind.SIGNED, "utter_week_signed", is_on_paper=True),
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


def _first_empty(nachweis: Nachweis, first: date) -> date:
    """The first working day of a week at which nothing stands, else its Monday."""
    days = [first + timedelta(days=number) for number in range(5)]
    return next((day for day in days if not nachweis.of_day(day)), first)


def _week(call: ActionCall, desk: Desk) -> date:
    """The week that a button, a slot or the message names; else the present one."""
    parse, today = call.tracker.latest_message, desk.today(call)
    return week_entity(call) or named_week(parse.text if parse else "", today) or monday(today)


def _stepped(desk: Desk, week: Week, step: Step, said: Say, today: date) -> ActionResult:
    """The week after a step, or why it cannot be done."""
    shown = {"week": desk.texts.week(week.monday, today), "state": desk.texts.state(week.state)}
    offers: Sequence[Offer] = (
        offer(desk.texts.label("show_week"), "show_week", week=week.monday.isoformat()),
    )
    try:
        following = taken(week, step)
    except NotAllowed:
        return ActionResult(says=[Say("utter_week_not_so", shown, tuple(offers))])
    return ActionResult(
        says=[replace(said, offers=tuple(offers))],
        changes=[WriteWeek(following, steps_before=len(week.steps))],
    )
