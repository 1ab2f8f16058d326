"""The answers in the form of writing: what was told, what was unclear, where, how long, yes or no."""

from collections.abc import Sequence
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.desk import Desk
from bot.diary.actions.telling import (
    CHANGE,
    CLEAR,
    CONFIRMED,
    DAY,
    HOURS,
    IS_NEW,
    KNOWN,
    PLACE,
    TOLD,
    YES,
    emptied,
    entries_of,
    listened,
    says_all,
    told,
)
from bot.diary.listening import LOG
from bot.diary.reading import Doubt, read
from bot.diary.words import adds_on, corrects, is_brief, only_minutes, place_of, with_hours
from bot.events import Event, SlotSet
from bot.slots import is_aside
from bot.tracker import REQUESTED_SLOT, Tracker


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
        if parse.is_chosen or (asked in (TOLD, CONFIRMED) and is_aside(parse)):
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
        if call.tracker.slot(IS_NEW) or place_of(text) or any(map(says_all, reading.entries)):
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
        if chosen is None and parse and not parse.is_chosen:
            chosen = only_minutes(parse.text)
        return _answered(call, HOURS, chosen, "utter_diary_hours_how")


class TakeConfirmed:
    """Take the yes, the no, or the wish to say it anew."""

    name = "action_take_diary_confirmed"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        chosen = call.entity(CONFIRMED)
        if chosen is None and parse and not parse.is_chosen and only_minutes(parse.text) is None:
            chosen = {"affirm": YES, "react": YES, "deny": CHANGE}.get(parse.intent)
        if chosen == CHANGE:
            return ActionResult(events=_again(call.tracker))
        return ActionResult(events=[SlotSet(CONFIRMED, str(chosen))] if chosen else ())


def actions(desk: Desk) -> list[Action]:
    """The actions that take the answers."""
    return [TakeTold(desk), TakePlace(), TakeHours(), TakeConfirmed()]


def _again(tracker: Tracker) -> list[Event]:
    """Ask once more for the same day; the place stays as it was said."""
    days = {entry.day for entry in entries_of(tracker)}
    same = [SlotSet(DAY, days.pop().isoformat())] if len(days) == 1 else []
    emptied = [SlotSet(name, None) for name in (TOLD, CLEAR, CONFIRMED)]
    return [*emptied, *same, SlotSet(HOURS, KNOWN)]


def _answered(call: ActionCall, slot: str, value: object, otherwise: str) -> ActionResult:
    """The slot filled; asked again with a hint when the answer cannot be read; left alone when it is none."""
    parse = call.tracker.latest_message
    if value is not None:
        return ActionResult(events=[SlotSet(slot, value)])
    if parse is None or is_aside(parse):
        return ActionResult()
    return ActionResult(events=[SlotSet(slot, None)], says=[Say(otherwise)])
