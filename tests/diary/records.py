"""Random records: every sheet kind, every day type, all that people type and phones put between it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.diary.ausbildung import Ausbildung, Nachweisform, Zeitraum, monday
from bot.diary.export.cover import Stage
from bot.diary.export.sheets import Choice
from bot.diary.nachweis import By, DayType, Entry, Nachweis, Step, StepKind, Week

BEGINN = date(2026, 8, 3)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NAMES = (
    "Krüger, Mia",
    "Öztürk, Ayşe",
    "Nguyễn Thị Ngọc Ánh",
    "محمد علي الأحمد",
    "שרה כהן",
    "Иванова, Ольга",
    "王小明",
    "O’Brien-Weiß, Zoë 🙂",
    "",
)
ACTIVITIES = (
    "Kundengespräch geführt: Reklamation über 1.250 €",
    "Ablage",
    "WiSo: Kündigungsschutz",
    "Bremsbeläge gewechselt 🔧🚗",
    "Hallo 👨‍👩‍👧 und 👍🏽",
    "Angebot für محمد علي geschrieben",
    "שרה כהן beraten",
    "=SUMME(A1:A9)",
    "#set page(fill: red) *fett* $x$ \\ @x <y> // nichts",
    "Zeile eins\nZeile zwei\r\n\n\tZeile drei",
    "mit\x00Steuer\x07zeichen\x1b[31m und \u202egedreht",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "e\u0301 a\u0308 u\u0308\u0301",
    "  viele   Leerzeichen  ",
    "漢字とかな",
    "„Anführung“ – Gedanke … ½ ² → ✓",
    "",
)


def record(seed: int) -> tuple[Nachweis, Choice]:
    """A record of some weeks and what of it is wanted; the same seed gives the same."""
    chance = random.Random(seed)  # noqa: S311 - the same record each time
    ausbildung = replace(
        training(chance.choice(tuple(Nachweisform))),
        name=chance.choice(NAMES),
        has_hours=chance.random() < 0.8,
    )
    if chance.random() < 0.1:
        ausbildung = replace(ausbildung, beginn=None)
    weeks = [BEGINN + timedelta(weeks=chance.randrange(157)) for _ in range(chance.randrange(4))]
    entries = sorted(
        (_entry(chance, week) for week in weeks for _ in range(6)), key=lambda e: e.day
    )
    nachweis = Nachweis(ausbildung, tuple(entries), {week: _week(chance, week) for week in weeks})
    first = weeks[0] if weeks else BEGINN
    choice = Choice(
        days=Zeitraum(first, first + timedelta(days=chance.randrange(15))),
        has_plan=chance.random() < 0.5,
        has_cover=chance.random() < 0.3,
        has_sight=chance.random() < 0.3,
        stages=chance.choice((None, (), (Stage("Einkauf", Zeitraum(first, first)),))),
    )
    return nachweis, choice


def training(form: Nachweisform = Nachweisform.TAEGLICH) -> Ausbildung:
    """Three years that touch 157 calendar weeks."""
    return Ausbildung(
        name="Krüger, Mia Sophie",
        adresse="Weißdornstraße 12\n60313 Frankfurt am Main",
        beruf="Kauffrau für Büromanagement",
        betrieb="Größe & Söhne GmbH",
        ausbilder="Öztürk, Ayşe",
        abteilung="Einkauf",
        beginn=BEGINN,
        ende=date(2029, 7, 31),
        form=form,
    )


def worked(day: date, *activities: str, minutes: int | None = 480, position: str = "") -> Entry:
    """A day in the company."""
    return Entry(day, DayType.BETRIEB, minutes, activities, position)


def done(kind: StepKind, at: datetime, by: By = By.AZUBI, text: str = "") -> Step:
    """A step with a name for each role."""
    return Step(
        kind,
        at,
        by,
        {By.AZUBI: "Mia Krüger", By.ELTERN: "Jens Krüger"}.get(by, "Ayşe Öztürk"),
        text,
    )


def three_years() -> Nachweis:
    """A whole record: five days a week with two activities each."""
    ausbildung = training()
    days = (BEGINN + timedelta(days=offset) for offset in range(3 * 365))
    return Nachweis(
        ausbildung,
        tuple(
            worked(day, f"Auftrag {day:%j} bearbeitet und mit dem Kunden besprochen", "Ablage")
            for day in days
            if day.weekday() < 5
        ),
    )


def _entry(chance: random.Random, week: date) -> Entry:
    activities = chance.sample(ACTIVITIES, chance.randrange(4))
    if chance.random() < 0.02:
        activities.append("Baugrube ausgehoben und gesichert. " * 590)
    return Entry(
        week + timedelta(days=chance.randrange(7)),
        chance.choice(tuple(DayType)),
        chance.choice((None, 0, 45, 480, 450)),
        tuple(activities),
        chance.choice(("", "1.2 a", "Abschnitt A Nr. 3 Buchstabe c")),
    )


def _week(chance: random.Random, week: date) -> Week:
    steps = [
        Step(
            kind,
            NOW + timedelta(hours=hours),
            chance.choice(tuple(By)),
            chance.choice(NAMES),
            chance.choice(ACTIVITIES),
            is_on_paper=chance.random() < 0.2,
        )
        for hours, kind in enumerate(chance.sample(tuple(StepKind), chance.randrange(5)))
    ]
    return Week(monday(week), tuple(steps), school_topic=chance.choice(ACTIVITIES))
