"""Writing entries: told in one message or step by step, shown back, and only then kept.

What was told stays as text with the day it was told on, and is read again at each step: so a draft of the day
before yesterday still means its own days.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.asides import is_aside, is_chosen
from bot.diary.actions.desk import Desk, ask_to_keep, day_entity, may_keep, offer
from bot.diary.ausbildung import monday
from bot.diary.changes import UndoDays, WriteDays
from bot.diary.listening import LOG
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.diary.reading import Doubt, Reading, read
from bot.diary.rules import Proposal, is_locked, proposal
from bot.diary.words import (
    adds_on,
    corrects,
    is_brief,
    named_day,
    only_minutes,
    place_of,
    with_hours,
)
from bot.events import ActiveLoop, Event, SlotSet
from bot.people.actions import AFTER_CONSENT, DENIED
from bot.tracker import REQUESTED_SLOT, Tracker
from bot.turn import Offer

LONGEST = 1000
"""So many characters of words that nothing is read from are kept as an activity."""
TOLD, CLEAR, PLACE, HOURS, CONFIRMED = (
    "diary_told",
    "diary_clear",
    "diary_place",
    "diary_hours",
    "diary_confirmed",
)
DAY, IS_NEW = "diary_day", "diary_is_new"
SLOTS = (TOLD, CLEAR, PLACE, HOURS, CONFIRMED, DAY, IS_NEW)
KNOWN, YES, CHANGE, NOTHING = "known", "ja", "aendern", "nichts"
SAVE = "action_save_diary"


def told(tracker: Tracker) -> list[tuple[date, str]]:
    """What the person told so far, each with the day that it calls today."""
    return [(date.fromisoformat(day), text) for day, text in tracker.slot(TOLD) or ()]


def readings(tracker: Tracker) -> list[Reading]:
    """Each told message as it is read."""
    return [listened(text, day) for day, text in told(tracker)]


def listened(text: str, day: date) -> Reading:
    """What was answered when we asked for it: words that nothing is read from are an activity of the day."""
    reading = read(text, day)
    if reading.entries or reading.questions:
        return reading
    return Reading((Entry(day, DayType.BETRIEB, activities=(text.strip()[:LONGEST],)),), (), True)


def entries_of(tracker: Tracker) -> tuple[Entry, ...]:
    """All that was told, with the place and the hours that were said afterwards."""
    entries = tuple(entry for reading in readings(tracker) for entry in reading.entries)
    place, minutes = tracker.slot(PLACE), tracker.slot(HOURS)
    if place not in (None, KNOWN):
        entries = tuple(replace(each, type=DayType(place)) for each in entries)
    if isinstance(minutes, int | float):
        entries = with_minutes(entries, int(minutes))
    return entries


def with_minutes(entries: Sequence[Entry], minutes: int) -> tuple[Entry, ...]:
    """The hours said afterwards go to the one entry that lacks them, or to the only one."""
    lacking = [each for each in entries if each.type.is_training and each.minutes is None]
    meant = lacking if len(lacking) == 1 else list(entries) if len(entries) == 1 else []
    return tuple(replace(each, minutes=minutes) if each in meant else each for each in entries)


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


class TakeTold:
    """Take what was typed: as the entry, as its answer to what was unclear, or as its correction."""

    name = "action_take_diary_told"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse, asked = call.tracker.latest_message, call.tracker.slot(REQUESTED_SLOT)
        if parse is None:
            return ActionResult()
        if asked is None:
            return ActionResult(events=self._begun(call) if parse.intent == LOG else ())
        if is_chosen(parse) or (asked in (TOLD, CONFIRMED) and is_aside(parse)):
            return ActionResult()
        if asked == TOLD:
            return ActionResult(events=self._said(call, parse.text))
        if asked == CLEAR:
            return ActionResult(events=self._cleared(call, parse.text))
        if asked == CONFIRMED:
            return ActionResult(events=self._corrected(call, parse.text))
        return ActionResult()

    def _begun(self, call: ActionCall) -> Sequence[Event]:
        """A free message says all at once."""
        parse = call.tracker.latest_message
        assert parse is not None  # noqa: S101 - for the type checker
        is_new = SlotSet(IS_NEW, True if corrects(parse.text) else None)
        known = (SlotSet(PLACE, KNOWN), SlotSet(HOURS, KNOWN))
        return [*emptied(), is_new, *known, *self._taken(call, [], parse.text, None)]

    def _said(self, call: ActionCall, text: str) -> Sequence[Event]:
        day = call.tracker.slot(DAY)
        return self._taken(call, [], text, date.fromisoformat(day) if day else None)

    def _cleared(self, call: ActionCall, answer: str) -> Sequence[Event]:
        """What was unclear is put in the words of the answer; when that does not help, it is asked anew."""
        *before, (day, last) = told(call.tracker)
        question = next(iter(read(last, day).questions), None)
        fresh = read(answer, day)
        if question is None or any(entry.activities for entry in fresh.entries):
            text = answer
        elif question.doubt is Doubt.TOO_MANY_HOURS:
            text = with_hours(last, answer)
        elif question.words and question.words in last:
            text = last.replace(question.words, answer, 1)
        else:
            text = f"{answer}: {last}"
        again = read(text, day)
        if not again.entries or (question and question.doubt in {q.doubt for q in again.questions}):
            return [SlotSet(TOLD, None), SlotSet(CLEAR, None), SlotSet(DAY, day.isoformat())]
        return self._taken(call, before, text, day)

    def _corrected(self, call: ActionCall, text: str) -> Sequence[Event]:
        """Said when it was shown back: hours that lack, one more entry, or another day's words anew."""
        minutes = only_minutes(text)
        if minutes is not None:
            return [SlotSet(HOURS, minutes)]
        fresh = read(text, self._desk.today(call))
        if not fresh.is_entry or not (fresh.entries or fresh.questions):
            return []
        kept = told(call.tracker)
        days = {entry.day for entry in fresh.entries}
        if not adds_on(text):
            kept = [
                each for each in kept if not days & {e.day for e in read(each[1], each[0]).entries}
            ]
        return self._taken(call, kept, text, None)

    def _taken(
        self, call: ActionCall, before: Sequence[tuple[date, str]], text: str, day: date | None
    ) -> list[Event]:
        today = day or self._desk.today(call)
        reading = listened(text, today)
        rows = [[each.isoformat(), words] for each, words in (*before, (today, text))]
        events: list[Event] = [
            SlotSet(TOLD, rows),
            SlotSet(CLEAR, None if reading.questions else True),
        ]
        if call.tracker.slot(IS_NEW) or place_of(text) or any(map(_says_all, reading.entries)):
            events.append(SlotSet(PLACE, KNOWN))
        training = [entry for entry in reading.entries if entry.type.is_training]
        if len(training) != 1 or training[0].minutes is not None:
            events.append(SlotSet(HOURS, KNOWN))
        return events


class TakePlace:
    """Take where it was, from a button or typed."""

    name = "action_take_diary_place"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        chosen = call.entity(PLACE)
        if chosen is None and parse and (is_brief(parse.text) or not is_aside(parse)):
            chosen = place_of(parse.text)
        return _answered(call, PLACE, chosen, "utter_diary_place_how")


class TakeHours:
    """Take how long it was, from a button or typed; a bare figure means hours."""

    name = "action_take_diary_hours"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        chosen = call.entity(HOURS)
        if chosen is None and parse and not is_chosen(parse):
            chosen = only_minutes(parse.text)
        return _answered(call, HOURS, chosen, "utter_diary_hours_how")


class TakeConfirmed:
    """Take the yes, the no, or the wish to say it anew."""

    name = "action_take_diary_confirmed"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        chosen = call.entity(CONFIRMED)
        if chosen is None and parse and not is_chosen(parse) and only_minutes(parse.text) is None:
            chosen = {"affirm": YES, "react": YES, "deny": CHANGE}.get(parse.intent)
        if chosen == CHANGE:
            return ActionResult(events=_again(call.tracker))
        return ActionResult(events=[SlotSet(CONFIRMED, str(chosen))] if chosen else ())


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
        planned = _planned(call.tracker, nachweis)
        today = self._desk.today(call)
        shown = {"entries": self._desk.texts.proposed(planned, today)}
        if not planned.days:
            weeks = sorted({monday(day) for day in planned.locked})
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
        planned = _planned(call.tracker, nachweis)
        before = {day: nachweis.of_day(day) for day in planned.days}
        today = self._desk.today(call)
        following = replace(nachweis, entries=_after(nachweis, planned))
        shown = {"days": self._desk.texts.in_a_row(planned.days, today)}
        offers = self._offers(call, following, planned)
        return ActionResult(
            events=emptied(),
            says=[_saved(call, shown, offers)],
            changes=[WriteDays(days=planned.days, before=before)],
        )

    def _offers(self, call: ActionCall, nachweis: Nachweis, planned: Proposal) -> tuple[Offer, ...]:
        """The next gap, the week, the way back; the first time the master data."""
        today = self._desk.today(call)
        texts = self._desk.texts
        week = monday(max(planned.days)).isoformat()
        offers = [offer(texts.label("show_week"), "show_week", week=week)]
        missing = [day for day in self._desk.gaps(nachweis, call) if day >= min(planned.days)]
        if missing:
            label = texts.label("next_gap").format(day=texts.day(missing[0], today))
            offers.insert(0, offer(label, "start_entry", day=missing[0].isoformat()))
        if nachweis.ausbildung.zeitraum is None:
            offers.append(offer(texts.label("tell_ausbildung"), "edit_ausbildung"))
        offers.append(offer(texts.label("undo"), "undo_entry"))
        return tuple(offers)


class DropEntry:
    """The person does not want to go on."""

    name = "action_drop_entry"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=emptied(), says=[Say("utter_diary_dropped")])


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
            days = sorted({entry.day for entry in nachweis.entries})[-5:]
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
    """The actions of writing."""
    return [
        BeginEntry(desk),
        TakeTold(desk),
        TakePlace(),
        TakeHours(),
        TakeConfirmed(),
        AskTold(desk),
        AskClear(desk),
        AskConfirmed(desk),
        SaveEntries(desk),
        DropEntry(),
        UndoEntry(desk),
        EditDay(desk),
        DeleteDay(desk),
    ]


def emptied() -> list[Event]:
    """Nothing is told any more."""
    return [SlotSet(name, None) for name in (*SLOTS, AFTER_CONSENT)]


def _again(tracker: Tracker) -> list[Event]:
    """Ask once more for the same day; the place stays as it was said."""
    days = {entry.day for entry in entries_of(tracker)}
    same = [SlotSet(DAY, days.pop().isoformat())] if len(days) == 1 else []
    emptied = [SlotSet(name, None) for name in (TOLD, CLEAR, CONFIRMED)]
    return [*emptied, *same, SlotSet(HOURS, KNOWN)]


def _says_all(entry: Entry) -> bool:
    """Whether nothing about the place needs to be asked: it was named, or hours were told in one go."""
    return entry.type is not DayType.BETRIEB or entry.minutes is not None


def _answered(call: ActionCall, slot: str, value: object, otherwise: str) -> ActionResult:
    """The slot filled; asked again with a hint when the answer cannot be read; left alone when it is none."""
    parse = call.tracker.latest_message
    if value is not None:
        return ActionResult(events=[SlotSet(slot, value)])
    if parse is None or is_aside(parse):
        return ActionResult()
    return ActionResult(events=[SlotSet(slot, None)], says=[Say(otherwise)])


def _planned(tracker: Tracker, nachweis: Nachweis) -> Proposal:
    return proposal(entries_of(tracker), nachweis, is_new=bool(tracker.slot(IS_NEW)))


def _after(nachweis: Nachweis, planned: Proposal) -> tuple[Entry, ...]:
    """All entries, once the plan is carried out."""
    kept = [entry for entry in nachweis.entries if entry.day not in planned.days]
    return (*kept, *(entry for entries in planned.days.values() for entry in entries))


def _saved(call: ActionCall, shown: dict[str, str], offers: tuple[Offer, ...]) -> Say:
    """What was written; while a parent is asked it is a draft, and says so."""
    person = call.situation.person
    if person is None or person.waits_until is None:
        return Say("utter_diary_saved", shown, offers)
    until = {"until": f"{person.waits_until:%d.%m.%Y}"}
    return Say("utter_diary_saved_as_draft", {**shown, **until}, offers)
