"""The sheets of a record as plain values that a template prints (HA 156, Anlagen 1 to 4). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.diary.ausbildung import Nachweisform, Zeitraum
from bot.diary.export.cover import Cover, Sight, Stage, cover_of, sight_of
from bot.diary.export.places import Place, mondays, place
from bot.diary.export.signatures import Confirmation, confirmations, notes
from bot.diary.export.variants import Hours, SheetVariant, Signature
from bot.diary.export.wording import Words, clock_hours, head_field, lines_of, short_day, summed
from bot.diary.nachweis import DayType, Entry, Nachweis

SATURDAY = 5
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a record is wanted on paper.

    Attributes:
        days: the sheets of all weeks that these days touch, each whole; None is the whole record.
        has_sheets: with the sheets of these weeks; without, the cover or the Sichtvermerke alone.
        has_plan: with the column for the Ausbildungsrahmenplan: Anlage 3a or 3b instead of 2a or 2b.
        has_cover: with the cover, Anlage 1.
        has_sight: with the Sichtvermerke, Anlage 4.
        volume: the number of the booklet, for the cover.
        stages: the table Ausbildungsverlauf of the cover: None leaves it out, an empty one is left to fill in by hand.
    """

    days: Zeitraum | None = None
    has_sheets: bool = True
    has_plan: bool = False
    has_cover: bool = False
    has_sight: bool = False
    volume: str = ""
    stages: tuple[Stage, ...] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its lines, its hours, its number in the Ausbildungsrahmenplan."""

    lines: tuple[str, ...]
    hours: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A day of a daily sheet, or a block of a weekly one; `mark` says why it is empty."""

    label: str
    date: str = ""
    mark: str = ""
    rows: tuple[Row, ...] = ()
    total: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One week, Anlage 2a, 2b, 3a or 3b. Fields without a value are empty and can be filled in by hand.

    Attributes:
        number: of the sheet; empty too when the chamber does not want it.
        year: the training year.
        first: the Monday.
        last: the Saturday, or the Sunday if something was done then.
        groups: the days or the blocks.
        total: the hours of the week, if wanted.
        notes: what else has to stand on the sheet, such as corrections.
        confirmations: who confirmed the sheet and when.
    """

    number: str
    year: str
    name: str
    department: str
    first: str
    last: str
    groups: tuple[Group, ...]
    total: str = ""
    notes: tuple[str, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """All that is printed into one file.

    Attributes:
        anlage: which form the sheets have: 2a, 2b, 3a or 3b.
        title: the heading of each sheet.
        name: whose record it is.
        has_hours: whether there is a column of hours.
        has_total: whether the hours of a week are summed up.
        has_stamp: whether there is a field for a stamp.
        has_lines: whether there are lines to sign by hand.
        has_steps: whether the electronic confirmations are shown.
        shows_number: whether the number of the sheet is in the head.
        labels: the fixed words of the sheets.
    """

    anlage: str
    title: str
    name: str
    has_hours: bool
    has_total: bool
    has_stamp: bool
    has_lines: bool
    has_steps: bool
    shows_number: bool
    labels: Mapping[str, str]
    sheets: tuple[Sheet, ...]
    cover: Cover | None = None
    sight: Sight | None = None


def book(nachweis: Nachweis, choice: Choice, variant: SheetVariant, words: Words) -> Book:
    """What is to be printed of a record; one empty sheet when there is nothing at all."""
    ausbildung = nachweis.ausbildung
    has_hours = ausbildung.has_hours and variant.hours is not Hours.NONE
    is_daily = ausbildung.form is Nachweisform.TAEGLICH
    chosen = mondays(nachweis, choice.days)
    weeks = chosen if choice.has_sheets else ()
    writer = _Writer(nachweis, variant, words, has_hours, choice.has_plan)
    blank = (writer.empty(),) if choice.has_sheets else ()
    return Book(
        anlage=f"{'3' if choice.has_plan else '2'}{'a' if is_daily else 'b'}",
        title=variant.title,
        name=head_field(ausbildung.name),
        has_hours=has_hours,
        has_total=has_hours and variant.has_week_total,
        has_stamp=variant.has_stamp,
        has_lines=variant.signature is not Signature.ELECTRONIC,
        has_steps=variant.signature is not Signature.LINES,
        shows_number=variant.shows_number,
        labels=words["labels"],
        sheets=tuple(map(writer.sheet, weeks)) or blank,
        cover=cover_of(ausbildung, choice.volume, choice.stages, words)
        if choice.has_cover
        else None,
        sight=sight_of(nachweis, chosen, words) if choice.has_sight else None,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns weeks of a record into sheets."""

    nachweis: Nachweis
    variant: SheetVariant
    words: Words
    has_hours: bool
    has_plan: bool

    def sheet(self, week: date) -> Sheet:
        days = [week + timedelta(days=offset) for offset in range(7)]
        entries = self.nachweis.of_days(days[0], days[-1])
        last = SUNDAY if any(entry.day == days[SUNDAY] for entry in entries) else SATURDAY
        known = self.nachweis.week(week)
        is_daily = self.nachweis.ausbildung.form is Nachweisform.TAEGLICH
        topic = lines_of(known.school_topic)
        steps = () if self.variant.signature is Signature.LINES else known.steps
        if is_daily:
            groups = tuple(self._day(day) for day in days[: last + 1])
        else:
            groups = self._blocks(entries, topic)
        return self._headed(
            place(self.nachweis.ausbildung, week),
            first=short_day(week),
            last=short_day(days[last]),
            groups=groups,
            total=self._hours(entries) if self.variant.has_week_total else "",
            notes=notes(known.steps, topic if is_daily else (), self.words),
            confirmations=confirmations(steps, self.words),
        )

    def empty(self) -> Sheet:
        """A sheet to be filled in by hand."""
        if self.nachweis.ausbildung.form is Nachweisform.TAEGLICH:
            groups = tuple(Group(name) for name in self.words["days"][: SATURDAY + 1])
        else:
            groups = self._blocks((), ())
        return self._headed(Place(), first="", last="", groups=groups)

    def _headed(
        self,
        at: Place,
        *,
        first: str,
        last: str,
        groups: tuple[Group, ...],
        total: str = "",
        notes: tuple[str, ...] = (),
        confirmations: tuple[Confirmation, ...] = (),
    ) -> Sheet:
        shows_number = self.variant.shows_number and at.number is not None
        return Sheet(
            number=str(at.number) if shows_number else "",
            year="" if at.year is None else str(at.year),
            name=head_field(self.nachweis.ausbildung.name),
            department=head_field(self.nachweis.ausbildung.abteilung),
            first=first,
            last=last,
            groups=groups,
            total=total,
            notes=notes,
            confirmations=confirmations,
        )

    def _day(self, day: date) -> Group:
        zeitraum = self.nachweis.ausbildung.zeitraum
        is_outside = zeitraum is not None and day not in zeitraum
        entries = self.nachweis.of_day(day)
        return Group(
            label=self.words["days"][day.weekday()],
            date=short_day(day),
            mark=self.words["outside"] if is_outside else "",
            rows=tuple(
                self._row(entry, self._daily(entry, before))
                for before, entry in zip((None, *entries), entries, strict=False)
            ),
            total=self._sum(entries),
        )

    def _daily(self, entry: Entry, before: Entry | None) -> tuple[str, ...]:
        """The lines of an entry; work goes without saying, but not below something else."""
        told = _told(entry)
        is_below_other = before is not None and before.type is not DayType.BETRIEB
        if entry.type is DayType.BETRIEB and told and not is_below_other:
            return told
        return self._said(entry.type, told)

    def _said(self, type_: DayType, told: Sequence[str]) -> tuple[str, ...]:
        word: str = self.words["types"][type_.value]
        if not told:
            return (word,)
        return (self.words["said"].format(type=word, activity=told[0]), *told[1:])

    def _blocks(self, entries: Sequence[Entry], topic: tuple[str, ...]) -> tuple[Group, ...]:
        kept_apart = (DayType.BETRIEB, DayType.UNTERWEISUNG, DayType.SCHULE)
        blocks = [self._block(type_, entries, topic) for type_ in kept_apart]
        absent = tuple(entry for entry in entries if not entry.type.is_training)
        if absent:
            rows = tuple(self._row(entry, self._absent(entry)) for entry in absent)
            blocks.append(Group(self.words["blocks"]["absent"], rows=rows, total=self._sum(absent)))
        return tuple(blocks)

    def _block(self, type_: DayType, entries: Sequence[Entry], topic: tuple[str, ...]) -> Group:
        own = tuple(entry for entry in entries if entry.type is type_)
        rows = tuple(self._row(entry, _told(entry)) for entry in own)
        if type_ is DayType.SCHULE and topic:
            rows = (Row(topic), *rows)
        return Group(self.words["blocks"][type_.value], rows=rows, total=self._sum(own))

    def _absent(self, entry: Entry) -> tuple[str, ...]:
        weekday = self.words["days"][entry.day.weekday()]
        day = self.words["absent"].format(weekday=weekday, day=short_day(entry.day))
        first, *more = self._said(entry.type, _told(entry))
        return (self.words["said"].format(type=day, activity=first), *more)

    def _row(self, entry: Entry, lines: tuple[str, ...]) -> Row:
        is_single = self.variant.hours in (Hours.SINGLE, Hours.BOTH)
        hours = clock_hours(entry.minutes) if self.has_hours and is_single else ""
        return Row(lines, hours, entry.position if self.has_plan else "")

    def _sum(self, entries: Sequence[Entry]) -> str:
        """The sum of a day or block; one figure alone is not repeated as its own sum."""
        is_told_already = self.variant.hours is Hours.BOTH and len(entries) == 1
        if self.variant.hours is Hours.SINGLE or is_told_already:
            return ""
        return self._hours(entries)

    def _hours(self, entries: Sequence[Entry]) -> str:
        return clock_hours(summed(entries)) if self.has_hours else ""


def _told(entry: Entry) -> tuple[str, ...]:
    return tuple(line for activity in entry.activities for line in lines_of(activity))
