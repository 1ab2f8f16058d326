"""The six calculators as forms: their questions, and how the answers are computed. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any

from bot.calculators.ausland import ausland
from bot.calculators.fristen import PROBEZEIT, fristen
from bot.calculators.mindestverguetung import AUFSCHLAG, Row, Tarif, mindestverguetung
from bot.calculators.questions import (
    MOST_YEARS,
    Answer,
    Asked,
    Question,
    Read,
    Unclear,
    a_date,
    a_duration,
    an_amount,
    choice,
    number,
    weeks,
    whole,
)
from bot.calculators.result import NotKnown, Result
from bot.calculators.teilzeit import CENT, MINDESTANTEIL, teilzeit
from bot.calculators.urlaub import age_on_new_year, urlaub
from bot.calculators.values import read_date, read_quantity, written
from bot.calculators.verkuerzung import TEILBAR, Grund, verkuerzung

BEGINN, ENDE = ("ausbildung_beginn",), ("ausbildung_ende",)
"""Slots of other topics that may know the first and the last day."""
AGES = (12, 69)
"""Ages outside of these are typing mistakes."""


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator.

    Attributes:
        name: its word: `<name>_form`, `utter_<name>_result`.
        article: the key of the article that explains it.
        questions: in their order.
        compute: the result from the answers by slot.
    """

    name: str
    article: str
    questions: tuple[Question, ...]
    compute: Callable[[Mapping[str, Any], date], Result]

    @property
    def form(self) -> str:
        """The name of its form."""
        return f"{self.name}_form"


def calculators(table: Mapping[int, Row]) -> tuple[Calculator, ...]:
    """All calculators.

    Args:
        table: the announced minimum pay by start year.
    """
    return (
        Calculator("teilzeit", "teilzeit.dauer", _TEILZEIT, _teilzeit),
        Calculator("ausland", "ausland.ausbildung", _AUSLAND, _ausland),
        Calculator("verkuerzung", "dual.verkuerzung", _VERKUERZUNG, _verkuerzung),
        Calculator(
            "mindestverguetung",
            "verguetung.minimum.2026",
            (
                Question("mindestverguetung_beginn", _start_year(table), known=BEGINN),
                Question("mindestverguetung_jahr", _training_year),
                Question("mindestverguetung_tarif", _tariff_or_amount),
            ),
            lambda answers, today: _mindestverguetung(table, answers),
        ),
        Calculator("urlaub", "urlaub.teilurlaub", _URLAUB, _urlaub),
        Calculator("fristen", "dual.probezeit", _FRISTEN, _fristen),
    )


def leave_year(beginn: Answer, today: date) -> int:
    """The calendar year whose leave is computed: this one, or that of a later beginning."""
    return max(today.year, beginn.year) if isinstance(beginn, date) else today.year


_full_time = number(("stunden",), 30, 48, "utter_calculator_unclear_full_time")


def _part_time(text: str, asked: Asked) -> Decimal:
    """Hours a week, or per cent of the full-time hours; half of them at least."""
    full = asked.answers.get("teilzeit_vollzeit")
    found = read_quantity(text)
    if (
        found is None
        or found.unit not in ("stunden", "prozent", "")
        or not isinstance(full, Decimal)
    ):
        raise Unclear("utter_calculator_unclear_part_time")
    exact = full * found.number / 100 if found.unit == "prozent" else found.number
    hours = exact.quantize(CENT, ROUND_CEILING)
    least = full * MINDESTANTEIL.numerator / MINDESTANTEIL.denominator
    if not least <= hours <= full:
        raise Unclear("utter_teilzeit_out_of_range", von=written(least), bis=written(full))
    return hours


def _notice(text: str, asked: Asked) -> date:
    day, begin = a_date(text, asked), asked.answers.get("fristen_beginn")
    if isinstance(begin, date) and day < begin:
        raise Unclear("utter_fristen_before_begin")
    return day


def _leaving(text: str, asked: Asked) -> date:
    day, begin = a_date(text, asked), asked.answers.get("urlaub_beginn")
    new_year = date(leave_year(begin, asked.today), 1, 1)
    if day < (max(begin, new_year) if isinstance(begin, date) else new_year):
        raise Unclear("utter_urlaub_before_begin")
    return day


_told_age = whole(("jahre",), *AGES, "utter_calculator_unclear_age")


def _age(text: str, asked: Asked) -> Answer:
    """The age on 1 January, as such or from the day of birth."""
    year = leave_year(asked.answers.get("urlaub_beginn"), asked.today)
    born = read_date(text)
    if born is None:
        return _told_age(text, asked)
    age = age_on_new_year(born, year)
    if not AGES[0] <= age <= AGES[1]:
        raise Unclear("utter_calculator_unclear_age")
    return age


def _start_year(table: Mapping[int, Row]) -> Read:
    """Reads the first day, or only its year; raises `NotKnown` when the table lacks it."""

    def read(text: str, asked: Asked) -> Answer:
        told, this = read_quantity(text), asked.today.year
        is_year = told is not None and not told.unit and abs(told.number - this) <= MOST_YEARS
        begin = int(told.number) if told is not None and is_year else a_date(text, asked)
        year = begin.year if isinstance(begin, date) else begin
        if year not in table:
            raise NotKnown(year)
        return begin

    return read


_tariff = choice(
    {
        Tarif.GILT: "gilt, ja, jo, jep, ja gilt, tarif gilt, es gilt ein tarif",
        Tarif.KEINER: "keiner, kein, keine, nein, nee, noe, kein tarif, ohne tarif",
        Tarif.UNBEKANNT: "unbekannt, weiss nicht, weiss ich nicht, keine ahnung, egal, ka",
    },
    "utter_calculator_unclear_tariff",
)


def _tariff_or_amount(text: str, asked: Asked) -> Answer:
    """Whether an agreement holds, or what that of the branch gives (euros a month)."""
    found = read_quantity(text)
    return an_amount(text, asked) if found else _tariff(text, asked)


_reason = choice(
    {
        Grund.MITTLERER: "mittlerer, mittlere reife, mittlerer abschluss, realschule, realschulabschluss, msa",
        Grund.ABITUR: "abitur, abi, fachabi, fachabitur, fachhochschulreife, hochschulreife, fos",
        Grund.AB21: "ab21, ueber 21, aelter als 21, bin ueber 21, ich bin ueber 21",
        Grund.KEINER: "keiner, kein, keine, nein, nichts, nichts davon, nix davon, hauptschule, hauptschulabschluss",
    },
    "utter_calculator_unclear_reason",
)


def _credited(text: str, asked: Asked) -> int:
    months = whole(("monate",), 0, 24, "utter_calculator_unclear_credited")(text, asked)
    if not isinstance(months, int) or months % TEILBAR:
        raise Unclear("utter_calculator_unclear_credited")
    return months


_TEILZEIT = (
    Question("teilzeit_dauer", a_duration),
    Question("teilzeit_vollzeit", _full_time),
    Question("teilzeit_stunden", _part_time),
    Question("teilzeit_beginn", a_date, may_skip=True, known=BEGINN),
    Question("teilzeit_verguetung", an_amount, may_skip=True),
)
_AUSLAND = (
    Question("ausland_dauer", a_duration),
    Question("ausland_wochen", weeks, may_skip=True),
)
_VERKUERZUNG = (
    Question("verkuerzung_dauer", a_duration),
    Question("verkuerzung_grund", _reason),
    Question("verkuerzung_angerechnet", _credited, may_skip=True),
    Question("verkuerzung_beginn", a_date, may_skip=True, known=BEGINN),
)
_training_year = whole(("jahre",), 1, len(AUFSCHLAG), "utter_calculator_unclear_training_year")
_URLAUB = (
    Question("urlaub_beginn", a_date, may_skip=True, known=BEGINN),
    Question("urlaub_ende", _leaving, may_skip=True, known=ENDE),
    Question("urlaub_alter", _age),
    Question("urlaub_tage", whole(("tage",), 1, 6, "utter_calculator_unclear_days")),
)
_FRISTEN = (
    Question("fristen_beginn", a_date, known=BEGINN),
    Question("fristen_probezeit", whole(("monate",), *PROBEZEIT, "utter_fristen_out_of_range")),
    Question("fristen_kuendigung", _notice, may_skip=True),
)


def _teilzeit(answers: Mapping[str, Any], today: date) -> Result:
    return teilzeit(
        answers["teilzeit_dauer"],
        vollzeit=answers["teilzeit_vollzeit"],
        stunden=answers["teilzeit_stunden"],
        beginn=answers["teilzeit_beginn"],
        verguetung=answers["teilzeit_verguetung"],
    )


def _ausland(answers: Mapping[str, Any], today: date) -> Result:
    return ausland(answers["ausland_dauer"], wochen=answers["ausland_wochen"])


def _verkuerzung(answers: Mapping[str, Any], today: date) -> Result:
    return verkuerzung(
        answers["verkuerzung_dauer"],
        answers["verkuerzung_grund"],
        angerechnet=answers["verkuerzung_angerechnet"] or 0,
        beginn=answers["verkuerzung_beginn"],
    )


def _mindestverguetung(table: Mapping[int, Row], answers: Mapping[str, Any]) -> Result:
    begin, tariff = answers["mindestverguetung_beginn"], answers["mindestverguetung_tarif"]
    is_day, is_amount = isinstance(begin, date), isinstance(tariff, Decimal)
    return mindestverguetung(
        table,
        begin.year if is_day else begin,
        answers["mindestverguetung_jahr"],
        tarif=Tarif.KEINER if is_amount else tariff,
        branche=tariff if is_amount else None,
        beginn=begin if is_day else None,
    )


def _urlaub(answers: Mapping[str, Any], today: date) -> Result:
    return urlaub(
        leave_year(answers["urlaub_beginn"], today),
        alter=answers["urlaub_alter"],
        beginn=answers["urlaub_beginn"],
        ende=answers["urlaub_ende"],
        wochentage=answers["urlaub_tage"],
    )


def _fristen(answers: Mapping[str, Any], today: date) -> Result:
    return fristen(
        answers["fristen_beginn"],
        answers["fristen_probezeit"],
        kuendigung=answers["fristen_kuendigung"],
    )
