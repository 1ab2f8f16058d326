"""One date, number or amount is read from what people type; everything else is unclear, never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calculators.forms import Calculator, calculators
from bot.calculators.mindestverguetung import load_table
from bot.calculators.questions import SKIPPED, Answer, Asked, Question, Unclear
from bot.calculators.result import NotKnown
from bot.calculators.values import (
    ImpossibleDate,
    is_value,
    read_amount,
    read_date,
    read_quantity,
    written,
)

TODAY = date(2026, 11, 21)
KNOWN = calculators(load_table())
QUESTIONS = {question.slot: question for each in KNOWN for question in each.questions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.9.2026", date(2026, 9, 1)),
        ("01.09.26", date(2026, 9, 1)),
        ("1. September 26", date(2026, 9, 1)),
        ("ab 01.08.27", date(2027, 8, 1)),
        ("am 3. März 2027!", date(2027, 3, 3)),
        ("15 aug 2026", date(2026, 8, 15)),
        ("1. 9. 2026", date(2026, 9, 1)),
        ("2026-09-01", date(2026, 9, 1)),
        ("1/9/2026", date(2026, 9, 1)),
        ("29.2.2028", date(2028, 2, 29)),
        ("ich bin am 5.4.08 geboren", date(2008, 4, 5)),
        ("3.5.98", date(1998, 5, 3)),
        ("1.9.", None),
        ("september 2026", None),
        ("1.9.2026 oder 1.10.2026", None),
        ("1. ju 2026", None),
        ("nächstes jahr", None),
        ("", None),
    ],
)
def test_a_date_is_read(text: str, expected: date | None) -> None:
    assert read_date(text) == expected


@pytest.mark.parametrize(
    "text", ["31.9.2026", "29.2.2027", "1.13.2026", "ab 32. august 26", "0.1.26"]
)
def test_a_day_that_does_not_exist_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("30 stunden", "30", "stunden"),
        ("17", "17", ""),
        ("38,5h", "38.5", "stunden"),
        ("38.5 Std. die Woche", "38.5", "stunden"),
        ("dreieinhalb Jahre", "3.5", "jahre"),
        ("3 jahre lang", "3", "jahre"),
        ("zweites Jahr", "2", "jahre"),
        ("ca. 6 Wochen", "6", "wochen"),
        ("75%", "75", "prozent"),
        ("1.200 €", "1200", "euro"),
        ("€1.200,50", "1200.50", "euro"),
        ("1200,- euro", "1200", "euro"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, number: str, unit: str) -> None:
    found = read_quantity(text)

    assert found is not None
    assert (found.number, found.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    ["30 oder 35", "viel", "", "-5", "30 von 40", "wie viel urlaub mit 17", "1.2.3", "🙂", "."],
)
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert read_quantity(text) is None


def test_an_amount_is_no_duration() -> None:
    assert read_amount("1.200 €") == 1200
    assert read_amount("30 stunden") is None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    read_quantity(text)
    is_value(text)


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_day_written_is_read_again(day: date) -> None:
    for form in ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "ab %d. %m. %Y"):
        assert read_date(day.strftime(form)) == day


@given(st.decimals(0, 99999, places=2))
def test_a_number_written_is_read_again(number: Decimal) -> None:
    found = read_quantity(written(number))

    assert found is not None
    assert found.number == number


EARLIER: dict[str, Answer] = {
    "teilzeit_vollzeit": Decimal(40),
    "fristen_beginn": date(2026, 9, 1),
    "urlaub_beginn": date(2026, 9, 1),
}
ANSWERS = st.one_of(
    st.text(),
    st.dates(date(2010, 1, 1), date(2040, 12, 31)).map(lambda day: day.strftime("%d.%m.%Y")),
    st.decimals(0, 3000, places=2).map(written),
    st.integers(0, 60).map(str),
    st.sampled_from(["abi", "mittlere reife", "ja", "nein", "weiß nicht", "50 %", "3 jahre"]),
)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
@given(text=ANSWERS)
def test_what_was_read_is_kept_and_read_again(question: Question, text: str) -> None:
    asked = Asked(EARLIER, TODAY)
    try:
        answer = question.answer(text, asked)
    except (Unclear, ImpossibleDate, NotKnown):
        return
    kept = SKIPPED if answer is None else written(answer)

    assert question.answer(kept, asked) == answer


@pytest.mark.parametrize("calculator", KNOWN, ids=lambda each: each.name)
@given(data=st.data())
def test_whatever_was_answered_can_be_computed(calculator: Calculator, data: st.DataObject) -> None:
    asked = Asked({}, TODAY)
    for question in calculator.questions:
        try:
            answer = question.answer(data.draw(ANSWERS), asked)
        except (Unclear, ImpossibleDate, NotKnown):
            return
        asked = Asked({**asked.answers, question.slot: answer}, TODAY)

    assert calculator.compute(asked.answers, TODAY).steps
