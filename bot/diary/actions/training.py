"""The master data of the training: asked one by one when first needed, changed at any time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.asides import is_aside, is_chosen
from bot.diary.actions.desk import Desk, ask_to_keep, may_keep, offer
from bot.diary.ausbildung import (
    MOST_YEARS,
    Aenderung,
    Aenderungsart,
    Ausbildung,
    Nachweisform,
    add_months,
    sheet_number,
    training_year,
)
from bot.diary.changes import WriteAusbildung
from bot.diary.words import is_block_school, named_date, named_weekdays, yes_or_no
from bot.events import Event, SlotSet
from bot.people.actions import AFTER_CONSENT, DENIED
from bot.tracker import REQUESTED_SLOT
from bot.turn import Offer

PREFIX = "ausbildung_"
ASKED = (
    "beruf",
    "beginn",
    "ende",
    "betrieb",
    "ausbilder",
    "form",
    "schule",
    "stunden",
    "name",
)
"""What the form asks, in this order."""
MORE = ("abteilung", "fachrichtung", "adresse", "samstag", "angerechnet")
"""What only the cover and few trainings need; told when a person chooses it."""
OFTEN = ("beruf", "beginn", "ende", "betrieb", "form", "schule", "name")
"""What is offered first to be changed."""
TEXTS = ("beruf", "betrieb", "ausbilder", "name", "abteilung", "fachrichtung", "adresse")
"""What is kept as it was typed."""
MOST_CREDITED = 24
"""So many months of earlier training may count; more is a typing mistake."""
SKIPPED = "-"
LONGEST = 120
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
            return ActionResult(events=[SlotSet(slot, SKIPPED)])
        chosen = call.entity("ausbildung_value")
        if chosen is None and (is_chosen(parse) or is_aside(parse)):
            return ActionResult()
        text = str(chosen if chosen is not None else parse.text).strip()
        field = slot.removeprefix(PREFIX)
        if field in ("beginn", "ende"):
            return self._date(call, slot, text)
        value = _READ[field](text) if field in _READ else text[:LONGEST] or None
        return _taken(slot, value, "utter_ausbildung_not_understood")

    def _date(self, call: ActionCall, slot: str, text: str) -> ActionResult:
        day = named_date(text, self._desk.today(call))
        begun = call.tracker.slot(PREFIX + "beginn")
        if day and slot == PREFIX + "ende" and begun not in (None, SKIPPED):
            first = date.fromisoformat(str(begun))
            if not is_end(first, day):
                return _taken(slot, None, "utter_ausbildung_end_before_begin")
        return _taken(slot, day.isoformat() if day else None, "utter_ausbildung_no_date")


def is_end(first: date, last: date) -> bool:
    """Whether a training can begin and end so."""
    return first < last <= add_months(first, 12 * MOST_YEARS)


def _taken(slot: str, value: str | None, otherwise: str) -> ActionResult:
    """The slot filled; or emptied, so that it is asked again, and said why."""
    return ActionResult(
        events=[SlotSet(slot, value)], says=[] if value is not None else [Say(otherwise)]
    )


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
        if parse is None or asked != NEW_END or is_chosen(parse) or is_aside(parse):
            return ActionResult()
        day = named_date(parse.text, self._desk.today(call))
        known = (await self._desk.nachweis(call)).ausbildung
        if day is not None and (known.beginn is None or not is_end(known.beginn, day)):
            return _taken(NEW_END, None, "utter_ausbildung_end_before_begin")
        return _taken(NEW_END, day.isoformat() if day else None, "utter_ausbildung_no_date")


def as_slots(ausbildung: Ausbildung) -> dict[str, Any]:
    """What is known, as the form's slots; what was never told is left out."""
    told: dict[str, Any] = {
        name: getattr(ausbildung, name) for name in TEXTS if getattr(ausbildung, name)
    }
    told["samstag"] = "ja" if ausbildung.has_saturday else "nein"
    told["angerechnet"] = str(ausbildung.angerechnet)
    if ausbildung.beginn and ausbildung.ende:
        told |= {"beginn": ausbildung.beginn.isoformat(), "ende": ausbildung.ende.isoformat()}
        told |= {"form": ausbildung.form.value, "stunden": "ja" if ausbildung.has_hours else "nein"}
        told["schule"] = ",".join(map(str, sorted(ausbildung.schultage))) or SKIPPED
    return {PREFIX + name: value for name, value in told.items()}


def merged(before: Ausbildung, slots: Mapping[str, Any]) -> Ausbildung:
    """The master data with what the form was told; what was skipped stays as it was."""
    told = {
        name: str(slots[PREFIX + name])
        for name in (*ASKED, *MORE)
        if slots.get(PREFIX + name) not in (None, SKIPPED)
    }
    changed: dict[str, Any] = {name: told[name] for name in TEXTS if name in told}
    for name in ("beginn", "ende"):
        if name in told:
            changed[name] = date.fromisoformat(told[name])
    if "form" in told:
        changed["form"] = Nachweisform(told["form"])
    for name, attribute in (("stunden", "has_hours"), ("samstag", "has_saturday")):
        if name in told:
            changed[attribute] = told[name] == "ja"
    if "angerechnet" in told:
        changed["angerechnet"] = int(told["angerechnet"])
    if "schule" in told:
        days = [int(day) for day in told["schule"].split(",") if day.isdecimal()]
        changed["schultage"] = frozenset(days)
    return replace(before, **changed)


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


def _form(text: str) -> str | None:
    words = text.lower()
    if words.startswith(("t", "jeden tag")):
        return Nachweisform.TAEGLICH
    return Nachweisform.WOECHENTLICH if words.startswith(("w", "jede woche")) else None


def _school(text: str) -> str | None:
    days = named_weekdays(text)
    if days:
        return ",".join(map(str, sorted(days)))
    return "block" if is_block_school(text) else None


def _months(text: str) -> str | None:
    figures = [int(each) for each in re.findall(r"\d+", text)]
    return str(figures[0]) if len(figures) == 1 and figures[0] <= MOST_CREDITED else None


_READ = {
    "form": _form,
    "schule": _school,
    "stunden": yes_or_no,
    "samstag": yes_or_no,
    "angerechnet": _months,
}


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
