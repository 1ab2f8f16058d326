"""Writing entries: what was told is shown back, and only then kept."""

from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, day_entity, may_keep
from bot.diary.actions.telling import (
    CLEAR,
    CONFIRMED,
    DAY,
    IS_NEW,
    NOTHING,
    YES,
    emptied,
    planned,
    readings,
)
from bot.diary.ausbildung import monday
from bot.diary.changes import WriteDays
from bot.diary.nachweis import Entry, Nachweis
from bot.diary.rules import Proposal
from bot.diary.words import named_day
from bot.events import ActiveLoop, SlotSet
from bot.people.actions import AFTER_CONSENT, DENIED, ask_to_keep
from bot.tracker import REQUESTED_SLOT
from bot.turn import Offer

SAVE = "action_save_diary"


class BeginEntry:
    """Begin to write: today, or the day that a button or the message names."""

    name = "action_begin_entry"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        today = self._desk.today(call)
        day = day_entity(call) or named_day(parse.text if parse else "", today) or today
        is_new = True if call.entity("is_new") else None
        return ActionResult(
            events=[*emptied(), SlotSet(DAY, day.isoformat()), SlotSet(IS_NEW, is_new)]
        )


class AskTold:
    """Ask what was done on the day."""

    name = "action_ask_diary_told"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        today = self._desk.today(call)
        day = date.fromisoformat(call.tracker.slot(DAY) or today.isoformat())
        if day == today:
            return ActionResult(says=[Say("utter_ask_diary_told_today")])
        values = {"day": self._desk.texts.on_day(day, today)}
        return ActionResult(says=[Say("utter_ask_diary_told_day", values)])


class AskClear:
    """Ask back what nobody could be sure of."""

    name = "action_ask_diary_clear"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        question = next((q for reading in readings(call.tracker) for q in reading.questions), None)
        if question is None:
            return ActionResult(events=[SlotSet(CLEAR, True)])
        text = self._desk.texts.question(question.doubt, question.words)
        return ActionResult(says=[Say("utter_ask_diary_clear_what", {"question": text})])


class AskConfirmed:
    """Show back what would be written."""

    name = "action_ask_diary_confirmed"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._desk.nachweis(call)
        plan = planned(call.tracker, nachweis)
        today = self._desk.today(call)
        shown = {"entries": self._desk.texts.proposed(plan, today)}
        if not plan.days:
            weeks = sorted({monday(day) for day in plan.locked})
            offers = tuple(
                offer(self._desk.texts.week(week, today), "show_week", week=week.isoformat())
                for week in weeks
            )
            return ActionResult(
                events=[
                    SlotSet(CONFIRMED, NOTHING),
                    SlotSet(REQUESTED_SLOT, None),
                    ActiveLoop(None),
                ],
                says=[Say("utter_diary_nothing_to_write", shown, offers)],
            )
        return ActionResult(says=[Say("utter_ask_diary_confirm", shown)])


class SaveEntries:
    """The person said yes: write, or first ask whether anything may be kept."""

    name = SAVE

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if call.tracker.slot(CONFIRMED) == NOTHING:
            return ActionResult(events=emptied())
        if call.tracker.slot(CONFIRMED) != YES:
            return ActionResult(events=emptied(), says=[Say("utter_diary_dropped")])
        if call.tracker.slot(AFTER_CONSENT) == DENIED:
            return ActionResult(events=emptied(), says=[Say("utter_diary_forgotten")])
        if not may_keep(call):
            return ask_to_keep(call, SAVE)
        nachweis = await self._desk.nachweis(call)
        plan = planned(call.tracker, nachweis)
        before = {day: nachweis.of_day(day) for day in plan.days}
        today = self._desk.today(call)
        following = replace(nachweis, entries=_after(nachweis, plan))
        shown = {"days": self._desk.texts.in_a_row(plan.days, today)}
        offers = self._offers(call, following, plan, is_first=not nachweis.entries)
        return ActionResult(
            events=emptied(),
            says=[_saved(call, shown, offers)],
            changes=[WriteDays(days=plan.days, before=before)],
        )

    def _offers(
        self, call: ActionCall, nachweis: Nachweis, plan: Proposal, *, is_first: bool
    ) -> tuple[Offer, ...]:
        """The next gap, the week, the way back; the first time the master data and a reminder."""
        today = self._desk.today(call)
        texts = self._desk.texts
        week = monday(max(plan.days)).isoformat()
        offers = [offer(texts.label("show_week"), "show_week", week=week)]
        missing = [day for day in self._desk.gaps(nachweis, call) if day >= min(plan.days)]
        if missing:
            label = texts.label("next_gap").format(day=texts.day(missing[0], today))
            offers.insert(0, offer(label, "start_entry", day=missing[0].isoformat()))
        if nachweis.ausbildung.zeitraum is None:
            offers.append(offer(texts.label("tell_ausbildung"), "edit_ausbildung"))
        if is_first:
            offers.append(offer(texts.label("remind_me"), "set_reminder"))
        offers.append(offer(texts.label("undo"), "undo_entry"))
        return tuple(offers)


class DropEntry:
    """The person does not want to go on."""

    name = "action_drop_entry"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=emptied(), says=[Say("utter_diary_dropped")])


def actions(desk: Desk) -> list[Action]:
    """The actions of writing."""
    return [
        BeginEntry(desk),
        AskTold(desk),
        AskClear(desk),
        AskConfirmed(desk),
        SaveEntries(desk),
        DropEntry(),
    ]


def _after(nachweis: Nachweis, plan: Proposal) -> tuple[Entry, ...]:
    """All entries, once the plan is carried out."""
    kept = [entry for entry in nachweis.entries if entry.day not in plan.days]
    return (*kept, *(entry for entries in plan.days.values() for entry in entries))


def _saved(call: ActionCall, shown: dict[str, str], offers: tuple[Offer, ...]) -> Say:
    """What was written; while a parent is asked it is a draft, and says so."""
    person = call.situation.person
    if person is None or person.waits_until is None:
        return Say("utter_diary_saved", shown, offers)
    until = {"until": f"{person.waits_until:%d.%m.%Y}"}
    return Say("utter_diary_saved_as_draft", {**shown, **until}, offers)
