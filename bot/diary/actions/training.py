"""The master data of the training: asked one by one when first needed, changed at any time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, may_keep
from bot.diary.actions.fields import ASKED, BLOCK, MORE, PREFIX, SKIPPED, as_slots, merged, value_of
from bot.diary.ausbildung import (
    MOST_YEARS,
    Aenderung,
    Aenderungsart,
    Ausbildung,
    add_months,
    sheet_number,
    training_year,
)
from bot.diary.changes import WriteAusbildung
from bot.diary.words import named_date
from bot.events import Event, SlotSet
from bot.people.actions import AFTER_CONSENT, DENIED, ask_to_keep
from bot.slots import is_aside
from bot.tracker import REQUESTED_SLOT
from bot.turn import Offer

OFTEN = ("beruf", "beginn", "ende", "betrieb", "form", "schule", "name")
"""What is offered first to be changed."""
SAVE = "action_save_ausbildung"
NEW_END = "ausbildung_neues_ende"
WHY = "ausbildung_grund"
_EMPTY = (*(PREFIX + name for name in (*ASKED, *MORE)), NEW_END, WHY)


class BeginAusbildung:
    """Ask for what is not known yet, or for the one thing that is to change."""

    name = "action_begin_ausbildung"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        known = (await self._desk.nachweis(call)).ausbildung
        field = call.entity("field")
        # One thing is to change: nothing else is asked. Else all that is not known, without what few need.
        skipped = (*ASKED, *MORE) if field else MORE
        values = {**{PREFIX + name: SKIPPED for name in skipped}, **as_slots(known)}
        values.pop(f"{PREFIX}{field}", None)
        return ActionResult(
            events=[
                *(SlotSet(name, None) for name in _EMPTY),
                *(SlotSet(name, value) for name, value in values.items()),
            ]
        )


class TakeAusbildung:
    """Take what was typed or pressed for what was asked; what cannot be so is asked again."""

    name = "action_take_ausbildung"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse, slot = call.tracker.latest_message, str(call.tracker.slot(REQUESTED_SLOT) or "")
        if parse is None or not slot.startswith(PREFIX):
            return ActionResult()
        if parse.intent == "skip":
            return ActionResult(events=_filled(slot, SKIPPED))
        chosen = call.entity("ausbildung_value")
        if chosen is None and (parse.is_chosen or is_aside(parse)):
            return ActionResult()
        text = str(chosen if chosen is not None else parse.text).strip()
        field = slot.removeprefix(PREFIX)
        if field in ("beginn", "ende"):
            return self._date(call, slot, text)
        otherwise = "utter_ausbildung_" + ("no_blocks" if field == "bloecke" else "not_understood")
        return _taken(slot, value_of(field, text, self._desk.today(call)), otherwise)

    def _date(self, call: ActionCall, slot: str, text: str) -> ActionResult:
        day = named_date(text, self._desk.today(call))
        begun = call.tracker.slot(PREFIX + "beginn")
        if day and slot == PREFIX + "ende" and begun not in (None, SKIPPED):
            first = date.fromisoformat(str(begun))
            if not is_end(first, day):
                return _taken(slot, None, "utter_ausbildung_end_before_begin")
        return _taken(slot, day.isoformat() if day else None, "utter_ausbildung_no_date")


class AskEnde:
    """Ask for the last day, with the usual lengths of a training as choices."""

    name = "action_ask_ausbildung_ende"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        begun = call.tracker.slot(PREFIX + "beginn")
        offers = []
        if begun not in (None, SKIPPED):
            first = date.fromisoformat(str(begun))
            for months in (24, 36, 42):
                last = date.fromordinal(add_months(first, months).toordinal() - 1)
                label = f"{last:%d.%m.%Y}"
                value = last.isoformat()
                offers.append(offer(label, "tell_ausbildung", ausbildung_value=value))
        return ActionResult(says=[Say("utter_ask_ausbildung_last_day", {}, tuple(offers))])


class DropAusbildung:
    """The person does not want to tell it now."""

    name = "action_drop_ausbildung"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        emptied = [SlotSet(name, None) for name in _EMPTY]
        return ActionResult(events=emptied, says=[Say("utter_ausbildung_dropped")])


class BeginEnd:
    """The end moves: forget what was told of it before."""

    name = "action_begin_end"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=[SlotSet(WHY, None), SlotSet(NEW_END, None)])


class SaveAusbildung:
    """Keep the master data, and show them."""

    name = SAVE

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        emptied: list[Event] = [SlotSet(name, None) for name in (*_EMPTY, AFTER_CONSENT)]
        if call.tracker.slot(AFTER_CONSENT) == DENIED:
            return ActionResult(events=emptied, says=[Say("utter_ausbildung_forgotten")])
        if not may_keep(call):
            return ask_to_keep(call, SAVE)
        before = (await self._desk.nachweis(call)).ausbildung
        following = merged(before, call.tracker.slots)
        says = [_summary(self._desk, following, self._desk.today(call))]
        return ActionResult(events=emptied, says=says, changes=[WriteAusbildung(following)])


class ShowAusbildung:
    """The master data, each with a way to change it."""

    name = "action_show_ausbildung"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if call.entity("more"):
            rest = [name for name in (*ASKED, *MORE) if name not in OFTEN]
            return ActionResult(says=[Say("utter_change_which", {}, _fields(self._desk, rest))])
        known = (await self._desk.nachweis(call)).ausbildung
        return ActionResult(says=[_summary(self._desk, known, self._desk.today(call))])


class ChangeEnd:
    """The training ends on another day, and why: shortened, extended, part-time."""

    name = "action_change_end"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        known = (await self._desk.nachweis(call)).ausbildung
        why, told = call.tracker.slot(WHY), call.tracker.slot(NEW_END)
        emptied: list[Event] = [SlotSet(name, None) for name in _EMPTY]
        if known.zeitraum is None or not why or not told:
            return ActionResult(events=emptied)
        today = self._desk.today(call)
        change = Aenderung(Aenderungsart(str(why)), today, date.fromisoformat(str(told)))
        following = replace(known, aenderungen=(*known.aenderungen, change))
        said = _summary(self._desk, following, today)
        return ActionResult(events=emptied, says=[said], changes=[WriteAusbildung(following)])


class TakeNewEnd:
    """Take the new last day."""

    name = "action_take_ausbildung_neues_ende"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        asked = call.tracker.slot(REQUESTED_SLOT)
        if parse is None or asked != NEW_END or parse.is_chosen or is_aside(parse):
            return ActionResult()
        day = named_date(parse.text, self._desk.today(call))
        known = (await self._desk.nachweis(call)).ausbildung
        if day is not None and (known.beginn is None or not is_end(known.beginn, day)):
            return _taken(NEW_END, None, "utter_ausbildung_end_before_begin")
        return _taken(NEW_END, day.isoformat() if day else None, "utter_ausbildung_no_date")


def is_end(first: date, last: date) -> bool:
    """Whether a training can begin and end so."""
    return first < last <= add_months(first, 12 * MOST_YEARS)


def _taken(slot: str, value: str | None, otherwise: str) -> ActionResult:
    """The slot filled; or emptied, so that it is asked again, and said why."""
    return ActionResult(
        events=_filled(slot, value), says=[] if value is not None else [Say(otherwise)]
    )


def _filled(slot: str, value: str | None) -> list[Event]:
    """The slot filled; when the blocks are is asked of nobody who has none."""
    events: list[Event] = [SlotSet(slot, value)]
    if slot == PREFIX + "schule" and value is not None:
        events.append(SlotSet(PREFIX + "bloecke", None if value == BLOCK else SKIPPED))
    return events


def actions(desk: Desk) -> list[Action]:
    """The actions on the master data."""
    return [
        BeginAusbildung(desk),
        TakeAusbildung(desk),
        AskEnde(desk),
        SaveAusbildung(desk),
        DropAusbildung(),
        BeginEnd(),
        ShowAusbildung(desk),
        TakeNewEnd(desk),
        ChangeEnd(desk),
    ]


def _summary(desk: Desk, known: Ausbildung, today: date) -> Say:
    """The master data, with ways to change those that change most."""
    lines = [desk.texts.ausbildung(known, today)]
    zeitraum = known.zeitraum
    if zeitraum is not None and today in zeitraum:
        number, year = sheet_number(zeitraum, today), training_year(known, today)
        lines.append(desk.texts.sheet(number, year))
    first = (
        offer(desk.texts.label("dates"), "change_ausbildung")
        if zeitraum is None
        else offer(desk.texts.label("change_end"), "change_end")
    )
    offers = (
        first,
        *_fields(desk, OFTEN),
        offer(desk.texts.label("more"), "edit_ausbildung", more=True),
    )
    return Say("utter_ausbildung", {"ausbildung": "\n".join(lines)}, offers)


def _fields(desk: Desk, names: Sequence[str]) -> tuple[Offer, ...]:
    return tuple(offer(desk.texts.field(name), "change_ausbildung", field=name) for name in names)
