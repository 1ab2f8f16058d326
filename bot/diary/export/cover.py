"""The cover (Anlage 1) and the Sichtvermerke (Anlage 4) as plain values. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.clock import day_in_germany
from bot.diary.ausbildung import WEEK, Ausbildung, Zeitraum
from bot.diary.export.places import place
from bot.diary.export.signatures import standing
from bot.diary.export.wording import Words, head_field, lines_of, short_day
from bot.diary.nachweis import By, Nachweis, StepKind

BLANK_STAGES = 8
BLANK_NOTICES = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the training: what, and from when to when."""

    area: str
    zeitraum: Zeitraum


@dataclass(frozen=True, slots=True)
class Cover:
    """Anlage 1.

    Attributes:
        title: the heading.
        fields: label and lines, in the order of the form.
        course: the heading of the table Ausbildungsverlauf and of its columns; empty without the table.
        stages: its rows.
    """

    title: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    course: tuple[str, ...]
    stages: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One Kenntnisnahme: of which weeks, on which day, by whom; empty to be filled in by hand."""

    period: str = ""
    date: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """Anlage 4.

    Attributes:
        title: the heading.
        why: the sentence below it.
        head: label and value.
        truth: the sentence above the signatures.
        columns: the headings of the columns.
        parts: who, and their notices.
    """

    title: str
    why: str
    head: tuple[tuple[str, str], ...]
    truth: str
    columns: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Notice, ...]], ...]


def cover_of(
    ausbildung: Ausbildung, volume: str, stages: Sequence[Stage] | None, words: Words
) -> Cover:
    """The cover of a record; `stages` empty gives blank rows, None no table."""
    said = words["cover"]
    zeitraum = ausbildung.zeitraum
    values = {
        "volume": volume,
        "name": ausbildung.name,
        "address": ausbildung.adresse,
        "occupation": ausbildung.beruf,
        "specialisation": ausbildung.fachrichtung,
        "company": ausbildung.betrieb,
        "trainer": ausbildung.ausbilder,
        "first": short_day(ausbildung.beginn),
        "last": short_day(zeitraum.bis if zeitraum else ausbildung.ende),
    }
    course: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    if stages is not None:
        course = tuple(said[key] for key in ("course", "area", "period", "sheets"))
        rows = tuple(_stage(ausbildung, each, words) for each in stages)
        rows = rows or (("", "", ""),) * BLANK_STAGES
    return Cover(
        title=said["title"],
        fields=tuple((said[key], lines_of(head_field(value))) for key, value in values.items()),
        course=course,
        stages=rows,
    )


def sight_of(nachweis: Nachweis, weeks: Sequence[date], words: Words) -> Sight:
    """The Sichtvermerke for some weeks: what was noted in the system, and room to sign by hand."""
    said = words["sight"]
    ausbildung = nachweis.ausbildung
    years = [year for week in weeks if (year := place(ausbildung, week).year) is not None]
    values = {
        "name": head_field(ausbildung.name),
        "year": _span(str(min(years)), str(max(years)), words) if years else "",
        "department": head_field(ausbildung.abteilung),
    }
    return Sight(
        title=said["title"],
        why=said["why"],
        head=tuple((said[key], value) for key, value in values.items()),
        truth=said["truth"],
        columns=tuple(said[key] for key in ("period", "date", "signature")),
        parts=(
            (said["schule"], _notices(nachweis, weeks, By.SCHULE, words)),
            (said["eltern"], _notices(nachweis, weeks, By.ELTERN, words)),
            (said["betriebsrat"], (Notice(),) * BLANK_NOTICES),
        ),
    )


def _stage(ausbildung: Ausbildung, stage: Stage, words: Words) -> tuple[str, str, str]:
    days = (stage.zeitraum.von, stage.zeitraum.bis)
    first, last = (place(ausbildung, day).number for day in days)
    sheets = "" if first is None or last is None else _span(str(first), str(last), words)
    return stage.area, _span(short_day(days[0]), short_day(days[1]), words), sheets


def _notices(nachweis: Nachweis, weeks: Sequence[date], by: By, words: Words) -> tuple[Notice, ...]:
    """The notices of one side; neighbouring weeks that one person noted on one day are one notice."""
    noted = [
        (week, day_in_germany(step.at), step.name or words["by"][step.by.value])
        for week in weeks
        for step in standing(nachweis.week(week).steps)
        if step.kind is StepKind.NOTED and step.by is by
    ]
    starts = [0] if noted else []
    for place_, (before, after) in enumerate(pairwise(noted), start=1):
        if after != (before[0] + WEEK, *before[1:]):
            starts.append(place_)
    found = []
    for start, end in zip(starts, [*starts[1:], len(noted)], strict=False):
        first, day, name = noted[start]
        last = noted[end - 1][0] + WEEK - timedelta(days=1)
        period = _span(short_day(first), short_day(last), words)
        found.append(Notice(period, short_day(day), words["seen"].format(name=head_field(name))))
    return (*found, *(Notice(),) * (BLANK_NOTICES - len(found)))


def _span(first: str, last: str, words: Words) -> str:
    return first if first == last else str(words["span"].format(first=first, last=last))
