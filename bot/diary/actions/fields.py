"""The master data as the slots of their form, and back. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from bot.diary.ausbildung import Ausbildung, Nachweisform, Zeitraum
from bot.diary.words import is_block_school, named_stretches, named_weekdays, yes_or_no

PREFIX = "ausbildung_"
ASKED = (
    "beruf",
    "beginn",
    "ende",
    "betrieb",
    "ausbilder",
    "form",
    "schule",
    "bloecke",
    "stunden",
    "name",
)
"""What the form asks, in this order."""
MORE = ("abteilung", "fachrichtung", "adresse", "samstag", "freie_tage", "probezeit", "angerechnet")
"""What only the cover and few trainings need; told when a person chooses it."""
TEXTS = ("beruf", "betrieb", "ausbilder", "name", "abteilung", "fachrichtung", "adresse")
"""What is kept as it was typed."""
MOST_CREDITED = 24
"""So many months of earlier training may count; more is a typing mistake."""
LONGEST_PROBEZEIT = 6
"""Months: § 20 S. 2 BBiG has four at most, training in care six."""
LONGEST = 120
"""Characters of a text that is kept."""
SKIPPED, BLOCK, BETWEEN = "-", "block", "/"


def as_slots(ausbildung: Ausbildung) -> dict[str, Any]:
    """What is known, as the form's slots; what was never told is left out."""
    told: dict[str, Any] = {
        name: getattr(ausbildung, name) for name in TEXTS if getattr(ausbildung, name)
    }
    told["samstag"] = "ja" if ausbildung.has_saturday else "nein"
    told["angerechnet"] = str(ausbildung.angerechnet)
    told |= {"freie_tage": SKIPPED, "probezeit": SKIPPED}
    if ausbildung.beginn and ausbildung.ende:
        told |= {"beginn": ausbildung.beginn.isoformat(), "ende": ausbildung.ende.isoformat()}
        told |= {"form": ausbildung.form.value, "stunden": "ja" if ausbildung.has_hours else "nein"}
        days = ",".join(map(str, sorted(ausbildung.schultage)))
        told |= {"schule": BLOCK if ausbildung.has_blocks else days or SKIPPED, "bloecke": SKIPPED}
    return {PREFIX + name: value for name, value in told.items()}


def value_of(field: str, text: str, today: date) -> str | None:
    """What an answer says for a field, as its slot holds it; None when it cannot be read."""
    if field == "bloecke":
        return _blocks(text, today)
    if field == "freie_tage":
        return _free_days(text, today)
    return _READ[field](text) if field in _READ else text[:LONGEST] or None


def merged(before: Ausbildung, slots: Mapping[str, Any]) -> Ausbildung:
    """The master data with what the form was told; what was skipped stays as it was."""
    told = {
        name: str(slots[PREFIX + name])
        for name in (*ASKED, *MORE)
        if slots.get(PREFIX + name) not in (None, SKIPPED)
    }
    changed: dict[str, Any] = {name: told[name] for name in TEXTS if name in told}
    changed |= {
        attribute: value(told[name]) for name, (attribute, value) in _VALUES.items() if name in told
    }
    if "schule" in told:
        has_blocks = told["schule"] == BLOCK
        changed |= {"has_blocks": has_blocks} | ({} if has_blocks else {"bloecke": ()})
    if "freie_tage" in told:
        days, _, since = told["freie_tage"].partition(BETWEEN)
        changed |= {"freie_tage": _weekdays(days), "freie_tage_ab": date.fromisoformat(since)}
    if "bloecke" in told:
        changed |= {"has_blocks": True, "bloecke": _with_blocks(before, told["bloecke"])}
    return replace(before, **changed)


def _is_yes(told: str) -> bool:
    return told == "ja"


def _weekdays(told: str) -> frozenset[int]:
    return frozenset(int(day) for day in told.split(",") if day.isdecimal())


_VALUES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "beginn": ("beginn", date.fromisoformat),
    "ende": ("ende", date.fromisoformat),
    "form": ("form", Nachweisform),
    "stunden": ("has_hours", _is_yes),
    "samstag": ("has_saturday", _is_yes),
    "probezeit": ("probezeit", int),
    "angerechnet": ("angerechnet", int),
    "schule": ("schultage", _weekdays),
}
"""By field, the attribute and what it becomes."""


def _with_blocks(before: Ausbildung, told: str) -> tuple[Zeitraum, ...]:
    """The blocks told, behind those that are over before them."""
    blocks = [Zeitraum(*map(date.fromisoformat, each.split(BETWEEN))) for each in told.split(",")]
    return (*(each for each in before.bloecke if each.bis < blocks[0].von), *blocks)


def _form(text: str) -> str | None:
    words = text.lower()
    if words.startswith(("t", "jeden tag")):
        return Nachweisform.TAEGLICH
    return Nachweisform.WOECHENTLICH if words.startswith(("w", "jede woche")) else None


def _school(text: str) -> str | None:
    days = named_weekdays(text)
    if days:
        return ",".join(map(str, sorted(days)))
    return BLOCK if is_block_school(text) else None


def _blocks(text: str, today: date) -> str | None:
    """The blocks that a text names, as intervals of ISO 8601."""
    named = named_stretches(text, today)
    return ",".join(f"{each.von}{BETWEEN}{each.bis}" for each in named) or None


def _free_days(text: str, today: date) -> str | None:
    """The free weekdays and from when on; `keine` ends them."""
    days = named_weekdays(text)
    if not days and yes_or_no(text) != "nein":
        return None
    return f"{','.join(map(str, sorted(days)))}{BETWEEN}{today}"


def _months(text: str, most: int) -> str | None:
    figures = [int(each) for each in re.findall(r"\d+", text)]
    return str(figures[0]) if len(figures) == 1 and figures[0] <= most else None


_READ: Mapping[str, Callable[[str], str | None]] = {
    "form": _form,
    "schule": _school,
    "stunden": yes_or_no,
    "samstag": yes_or_no,
    "probezeit": partial(_months, most=LONGEST_PROBEZEIT),
    "angerechnet": partial(_months, most=MOST_CREDITED),
}
