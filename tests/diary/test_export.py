"""The printed sheets say what the record says, whatever was typed, and are PDF/A-2b with the same bytes each time."""

import io
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from bot.diary.ausbildung import WEEK, Nachweisform, Zeitraum
from bot.diary.export.cover import Stage
from bot.diary.export.pdf import Rendered, Renderer
from bot.diary.export.printable import MARK, Cleaner, load_glyphs
from bot.diary.export.sheets import Book, Choice, Sheet, book
from bot.diary.export.variants import Hours, SheetVariant, Signature, load_variants
from bot.diary.export.wording import load_words
from bot.diary.nachweis import By, DayType, Entry, Nachweis, Step, StepKind, Week
from tests.diary.records import BEGINN, NOW, done, record, three_years, training, worked

RECORDS = int(os.environ.get("DIARY_RECORDS", "40"))
MONDAY = date(2026, 10, 12)
ONE_WEEK = Choice(days=Zeitraum(MONDAY, MONDAY))
VARIANTS = load_variants()
WORDS = load_words()
# A hyphen reads as a soft one when its glyph ends a broken line somewhere in the file.
UNSEEN = re.compile("[\\s\u00ad\u200b-]")
PLAIN = VARIANTS["hauptausschuss"]
NUMBERED = VARIANTS["ihk"]


@cache
def renderer() -> Renderer:
    return Renderer()


def printed(nachweis: Nachweis, choice: Choice = ONE_WEEK, variant: SheetVariant = PLAIN) -> str:
    return text_of(renderer().pdf(book(nachweis, choice, variant, WORDS), NOW))


def sheet_of(nachweis: Nachweis, variant: SheetVariant = PLAIN, choice: Choice = ONE_WEEK) -> Sheet:
    return book(nachweis, choice, variant, WORDS).sheets[0]


def text_of(rendered: Rendered) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(rendered.data)).pages)


def squeezed(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from strings(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from strings(getattr(value, name))


def shown(made: Book) -> Iterator[str]:
    """Every text of a book that has to be on paper."""
    for part in (made.cover, made.sight, made.sheets):
        yield from strings(part)


def is_there(text: str, page: str) -> bool:
    """Whether a text was printed; right-to-left and very long ones only by their characters."""
    is_mirrored = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    if is_mirrored or len(text) > 1000:
        return not Counter(squeezed(text)) - Counter(page)
    return squeezed(text) in page


@pytest.mark.parametrize("seed", range(RECORDS))
def test_whatever_is_typed_is_printed(seed: int) -> None:
    nachweis, choice = record(seed)
    variant = tuple(VARIANTS.values())[seed % len(VARIANTS)]
    made = book(nachweis, choice, variant, WORDS)
    rendered = renderer().pdf(made, NOW)
    page = squeezed(text_of(rendered))
    cleaner = Cleaner(load_glyphs())
    missing = [text for text in shown(made) if not is_there(cleaner.text(text), page)]
    assert not missing
    assert page.count(MARK) >= sum(rendered.dropped.values())
    assert (MARK in page) == bool(rendered.dropped)


def test_the_same_input_gives_the_same_bytes() -> None:
    nachweis, choice = record(7)
    made = book(nachweis, choice, NUMBERED, WORDS)
    first = renderer().pdf(made, NOW)
    renderer().pdf(book(Nachweis(), Choice(), PLAIN, WORDS), NOW)
    assert renderer().pdf(made, NOW) == first
    assert Renderer().pdf(made, NOW) == first


def test_a_file_is_pdf_a_2b() -> None:
    nachweis = Nachweis(replace(training(), name="محمد علي"), (worked(MONDAY, "Ablage ✓"),))
    rendered = renderer().pdf(book(nachweis, ONE_WEEK, NUMBERED, WORDS), NOW)
    reader = PdfReader(io.BytesIO(rendered.data))
    root = reader.root_object
    stream: Any = root["/Metadata"].get_object()
    metadata = stream.get_data().decode()
    assert re.search(r"pdfaid:part\W+2\b", metadata)
    assert re.search(r"pdfaid:conformance\W+B\b", metadata)
    assert "2026-11-21T09:00:00" in metadata
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"  # type: ignore[index]
    fonts = [font for page in reader.pages for font in fonts_of(page)]
    assert len(fonts) >= 3
    assert all(is_embedded(font) for font in fonts)


def fonts_of(page: DictionaryObject) -> list[DictionaryObject]:
    resources: Mapping[str, Any] = page["/Resources"].get_object()  # type: ignore[assignment]
    return [font.get_object() for font in resources["/Font"].get_object().values()]


def is_embedded(font: DictionaryObject) -> bool:
    descendants: Any = font["/DescendantFonts"]
    descriptor = descendants[0].get_object()["/FontDescriptor"].get_object()
    return any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))


def test_three_years_are_157_sheets_with_number_year_and_days() -> None:
    choice = Choice(has_cover=True, stages=(Stage("Einkauf", Zeitraum(BEGINN, date(2026, 8, 31))),))
    made = book(three_years(), choice, NUMBERED, WORDS)
    pages = PdfReader(io.BytesIO(renderer().pdf(made, NOW).data)).pages
    assert len(pages) == 1 + 157
    assert "Ausbildungsverlauf" in pages[0].extract_text()
    assert "1 bis 5" in pages[0].extract_text()
    for place, page in enumerate(pages[1:]):
        week = BEGINN + place * WEEK
        year = 1 + (week >= date(2027, 8, 3)) + (week >= date(2028, 8, 3))
        head = page.extract_text()[:300].replace("\n", " ")
        assert f"Nr. {place + 1} Name" in head
        assert f"Ausbildungsjahr {year} " in head
        assert (
            f"Ausbildungswoche vom {week:%d.%m.%Y} bis {week + timedelta(days=5):%d.%m.%Y}" in head
        )


def test_a_text_of_20_kb_runs_over_pages_in_order_under_the_same_head() -> None:
    words = [f"Wort{place:04}" for place in range(2200)]
    nachweis = Nachweis(training(), (worked(MONDAY, " ".join(words)),))
    rendered = renderer().pdf(book(nachweis, ONE_WEEK, NUMBERED, WORDS), NOW)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered.data)).pages]
    assert re.findall(r"Wort\d{4}", "".join(pages)) == words
    assert len(pages) > 2
    assert all("Nr. 11" in page and "12.10.2026" in page for page in pages)
    assert ["Unterschrift Auszubildende/r" in page for page in pages[-2:]] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "a" + "\u0301" * 20_000,
        "字" * 20_000,
        "محمد" * 5_000,
        "a\n" * 3_000,
        "\x00\x1b\u2028",
    ],
    ids=["one word", "one letter", "no glyph", "right to left", "lines", "control"],
)
def test_no_text_keeps_a_record_from_being_printed(text: str) -> None:
    steps = (
        Step(StepKind.SUBMITTED, NOW, By.AZUBI, text),
        done(StepKind.CORRECTED, NOW, text=text),
    )
    ausbildung = replace(training(), name=text, adresse=text, abteilung=text, betrieb=text)
    nachweis = Nachweis(
        ausbildung, (worked(MONDAY, text, position=text[:2000]),), {MONDAY: Week(MONDAY, steps)}
    )
    choice = replace(ONE_WEEK, has_cover=True, has_sight=True, has_plan=True)
    made = book(nachweis, choice, VARIANTS["hwk"], WORDS)
    assert renderer().pdf(made, NOW).data.startswith(b"%PDF")


@pytest.mark.parametrize("form", Nachweisform)
def test_an_empty_record_is_a_form_to_fill_in(form: Nachweisform) -> None:
    nachweis = Nachweis(replace(Nachweis().ausbildung, form=form))
    made = book(nachweis, Choice(has_cover=True, has_sight=True, stages=()), NUMBERED, WORDS)
    assert len(made.sheets) == 1
    page = text_of(renderer().pdf(made, NOW))
    for label in ("Heft-Nummer", "Ausbildungswoche vom", "II Gesetzlicher Vertreter", "Stunden"):
        assert label in page


def test_what_has_no_glyph_is_marked_and_counted() -> None:
    nachweis = Nachweis(
        training(), (worked(MONDAY, "Rad 🔧 und 🔧 bei 王, 👍🏽 für محمد und שרה"),)
    )
    rendered = renderer().pdf(book(nachweis, ONE_WEEK, PLAIN, WORDS), NOW)
    assert rendered.dropped == {"🔧": 2, "王": 1, "👍🏽": 1}
    assert text_of(rendered).count(MARK) == 4 + 1
    assert WORDS["labels"]["legend"] in text_of(rendered)
    assert WORDS["labels"]["legend"] not in printed(Nachweis(training()))


def test_every_character_of_the_list_is_printed() -> None:
    listed = set().union(*load_glyphs().values())
    chars = sorted(char for char in listed if unicodedata.is_normalized("NFC", char))
    nachweis = Nachweis(training(), (worked(MONDAY, *chars),))
    rendered = renderer().pdf(book(nachweis, ONE_WEEK, PLAIN, WORDS), NOW)
    assert not rendered.dropped
    assert len(chars) > 3800


@pytest.mark.parametrize(
    ("form", "has_plan", "labels"),
    [
        (Nachweisform.TAEGLICH, False, ("Montag", "Samstag", "sonstige Schulungen, Themen des")),
        (Nachweisform.TAEGLICH, True, ("Montag", "Laufende Nummer:", "2.3 c")),
        (
            Nachweisform.WOECHENTLICH,
            False,
            ("Betriebliche Tätigkeiten", "Themen des Berufsschulunterrichts"),
        ),
        (
            Nachweisform.WOECHENTLICH,
            True,
            ("Betriebliche Tätigkeiten", "Laufende Nummer:", "2.3 c"),
        ),
    ],
    ids=["2a", "3a", "2b", "3b"],
)
def test_each_anlage_has_its_fields(
    form: Nachweisform, has_plan: bool, labels: tuple[str, ...]
) -> None:
    nachweis = Nachweis(training(form), (worked(MONDAY, "Ablage", position="2.3 c"),))
    page = printed(nachweis, replace(ONE_WEEK, has_plan=has_plan))
    fixed = (
        "Ausbildungsjahr",
        "ggf. ausbildende Abteilung",
        "Stunden",
        "8:00",
        "Krüger, Mia Sophie",
    )
    for label in (*labels, *fixed, WORDS["labels"]["truth"], WORDS["labels"]["trainer"]):
        assert squeezed(label) in squeezed(page)
    assert ("2.3 c" in page) == has_plan


def test_days_other_than_work_are_said_in_words() -> None:
    kinds = (DayType.SCHULE, DayType.UNTERWEISUNG, DayType.URLAUB, DayType.KRANK, DayType.FEIERTAG)
    entries = [
        Entry(MONDAY + timedelta(days=at), kind, None, ("Netzplan", "WiSo") if at == 0 else ())
        for at, kind in enumerate(kinds)
    ]
    sheet = sheet_of(Nachweis(training(), (*entries, worked(MONDAY, "Ablage"))))
    assert [row.lines for group in sheet.groups for row in group.rows] == [
        ("Berufsschule: Netzplan", "WiSo"),
        ("Betrieb: Ablage",),
        ("Unterweisung",),
        ("Urlaub",),
        ("krank",),
        ("Feiertag",),
    ]


def test_weekly_blocks_keep_apart_what_the_form_keeps_apart() -> None:
    nachweis = Nachweis(
        training(Nachweisform.WOECHENTLICH),
        (
            worked(MONDAY, "Ablage", minutes=450),
            Entry(MONDAY, DayType.SCHULE, 90, ("WiSo",)),
            worked(MONDAY + timedelta(days=1), "Post", minutes=30),
            Entry(MONDAY + timedelta(days=2), DayType.UNTERWEISUNG, 60, ("Brandschutz",)),
            Entry(MONDAY + timedelta(days=3), DayType.KRANK),
        ),
        {MONDAY: Week(MONDAY, school_topic="Kaufvertrag")},
    )
    groups = sheet_of(nachweis).groups
    assert [([row.lines for row in group.rows], group.total) for group in groups] == [
        ([("Ablage",), ("Post",)], "8:00"),
        ([("Brandschutz",)], "1:00"),
        ([("Kaufvertrag",), ("WiSo",)], "1:30"),
        ([("Donnerstag, 15.10.2026: krank",)], ""),
    ]


def test_days_outside_the_training_are_marked_and_sunday_shows_when_worked() -> None:
    last = training().ende
    assert last is not None
    sheet = sheet_of(Nachweis(training()), choice=Choice(days=Zeitraum(last, last)))
    assert [bool(group.mark) for group in sheet.groups] == [False] * 2 + [True] * 4
    sunday = sheet_of(Nachweis(training(), (worked(MONDAY + timedelta(days=6), "Dienst"),)))
    assert (sunday.groups[-1].label, sunday.last) == ("Sonntag", "18.10.2026")


@pytest.mark.parametrize(
    ("hours", "rows", "total"),
    [
        (Hours.NONE, ["", ""], ""),
        (Hours.SINGLE, ["3:00", "1:30"], ""),
        (Hours.DAY, ["", ""], "4:30"),
        (Hours.BOTH, ["3:00", "1:30"], "4:30"),
    ],
)
def test_the_chamber_says_which_hours_are_shown(hours: Hours, rows: list[str], total: str) -> None:
    entries = (worked(MONDAY, "Ablage", minutes=180), worked(MONDAY, "Post", minutes=90))
    day = sheet_of(Nachweis(training(), entries), replace(PLAIN, hours=hours)).groups[0]
    assert ([row.hours for row in day.rows], day.total) == (rows, total)
    without = Nachweis(replace(training(), has_hours=False), entries)
    day = sheet_of(without, replace(PLAIN, hours=hours)).groups[0]
    assert ([row.hours for row in day.rows], day.total) == (["", ""], "")


@pytest.mark.parametrize("signature", Signature)
def test_a_sheet_is_signed_by_hand_or_electronically(signature: Signature) -> None:
    steps = (
        done(StepKind.SUBMITTED, datetime(2026, 10, 16, 14, 5, tzinfo=UTC)),
        done(StepKind.SIGNED, datetime(2026, 10, 26, 22, 30, tzinfo=UTC), By.AUSBILDER),
        done(StepKind.NOTED, datetime(2026, 10, 27, 18, tzinfo=UTC), By.ELTERN),
    )
    nachweis = Nachweis(training(), weeks={MONDAY: Week(MONDAY, steps)})
    page = printed(nachweis, variant=replace(PLAIN, signature=signature))
    said = (
        "Auszubildende/r: eingereicht Mia Krüger Freitag, 16. Oktober 2026, 16:05 Uhr",
        "freigegeben Ayşe Öztürk Montag, 26. Oktober 2026, 23:30 Uhr",
        "zur Kenntnis genommen Jens Krüger Dienstag, 27. Oktober 2026, 19:00 Uhr",
    )
    for line in said:
        assert (line in page) == (signature is not Signature.LINES)
    assert ("Datum, Unterschrift Auszubildende/r" in page) == (
        signature is not Signature.ELECTRONIC
    )


def test_what_was_taken_back_does_not_stand_on_the_sheet() -> None:
    steps = (
        done(StepKind.SUBMITTED, NOW),
        done(StepKind.RETURNED, NOW, By.AUSBILDER, "Stunden fehlen"),
    )
    nachweis = Nachweis(training(), weeks={MONDAY: Week(MONDAY, steps)})
    page = printed(nachweis, variant=replace(PLAIN, signature=Signature.ELECTRONIC))
    assert "Noch nicht bestätigt." in page
    assert "eingereicht" not in page
    assert "Stunden fehlen" not in page


def test_corrections_and_paper_signatures_are_noted_and_reflections_are_not() -> None:
    steps = (
        replace(done(StepKind.SIGNED, NOW, By.AUSBILDER), is_on_paper=True),
        done(StepKind.CORRECTED, NOW + timedelta(days=1), text="Mittwoch: 7,5 Stunden"),
    )
    week = Week(MONDAY, steps, hard="Streit mit dem Chef", to_ask="Überstunden?")
    page = printed(Nachweis(training(), weeks={MONDAY: week}))
    assert "Auf Papier unterschrieben am 21. November 2026 (Ayşe Öztürk)" in page
    assert "Berichtigung vom 22. November 2026 (Mia Krüger): Mittwoch: 7,5 Stunden" in page
    assert "Streit" not in page
    assert "Überstunden" not in page


def test_neighbouring_weeks_seen_on_one_day_are_one_sichtvermerk() -> None:
    def seen(week: date, day: int) -> tuple[date, Week]:
        at = datetime(2026, 11, day, 9, tzinfo=UTC)
        return week, Week(week, (done(StepKind.NOTED, at, By.ELTERN),))

    weeks = dict(
        [
            seen(MONDAY, 2),
            seen(MONDAY + WEEK, 2),
            seen(MONDAY + 2 * WEEK, 3),
            seen(MONDAY + 4 * WEEK, 3),
        ]
    )
    nachweis = Nachweis(training(), weeks=weeks)
    sight = book(nachweis, Choice(has_sight=True), PLAIN, WORDS).sight
    assert sight is not None
    notices = [notice for notice in sight.parts[1][1] if notice.period]
    assert [(notice.period, notice.date) for notice in notices] == [
        ("12.10.2026 bis 25.10.2026", "02.11.2026"),
        ("26.10.2026 bis 01.11.2026", "03.11.2026"),
        ("09.11.2026 bis 15.11.2026", "03.11.2026"),
    ]
    assert sight.head[1] == ("Ausbildungsjahr", "1 bis 3")


def test_the_sichtvermerke_can_be_printed_alone() -> None:
    choice = Choice(has_sheets=False, has_sight=True)
    rendered = renderer().pdf(book(three_years(), choice, PLAIN, WORDS), NOW)
    assert len(PdfReader(io.BytesIO(rendered.data)).pages) == 1
    assert "III Betriebsrat/Personalrat" in text_of(rendered)


def test_weeks_beyond_the_dates_of_the_training_are_printed_too() -> None:
    early = worked(BEGINN - WEEK, "Probearbeit")
    sheets = book(Nachweis(training(), (early,)), Choice(), NUMBERED, WORDS).sheets
    assert (len(sheets), sheets[0].number, sheets[0].year, sheets[1].number) == (158, "", "", "1")
    unknown = replace(training(), ende=None)
    sheets = book(Nachweis(unknown, (worked(MONDAY, "Ablage"),)), Choice(), NUMBERED, WORDS).sheets
    assert [sheet.first for sheet in sheets] == ["12.10.2026"]
