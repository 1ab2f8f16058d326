"""No figure without a checked fact: constants and table say what the facts say, and every step names its fact."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from bot.calculators import ausland as stay
from bot.calculators import fristen as notice
from bot.calculators import mindestverguetung as pay
from bot.calculators import teilzeit as part
from bot.calculators import urlaub as leave
from bot.calculators import verkuerzung as short
from bot.calculators.forms import calculators
from bot.calculators.present import LAWS, lines, links, sources, stand
from bot.calculators.result import Result
from bot.models import open_library
from bot.settings import load
from bot.texts import load_texts
from knowledge.facts import Fact
from knowledge.loader import Library
from knowledge.text import figures

TABLE = pay.load_table()


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(load()).current


def _part_time(hours: str, cut: int | None) -> Result:
    begin, full = date(2026, 9, 1), Decimal(40)
    return part.teilzeit(
        36,
        vollzeit=full,
        stunden=Decimal(hours),
        beginn=begin,
        verguetung=Decimal(1000),
        kuerzung=cut,
    )


def _shorter(reason: short.Grund, months: int) -> Result:
    return short.verkuerzung(months, reason, angerechnet=12, beginn=date(2026, 8, 1))


def _paid(start: int, tariff: pay.Tarif, branch: Decimal | None) -> Result:
    begin = date(start, 9, 15)
    return pay.mindestverguetung(TABLE, start, 1, tarif=tariff, branche=branch, beginn=begin)


def _leave(age: int, begin: date | None) -> Result:
    return leave.urlaub(2026, alter=age, beginn=begin)


def _notice(day: date | None) -> Result:
    return notice.fristen(date(2026, 9, 1), 4, kuendigung=day)


WAYS: dict[str, list[Result]] = {
    "teilzeit": [_part_time(*each) for each in product(("20", "30", "34", "40"), (None, 6))],
    "ausland": [stay.ausland(36, wochen=weeks) for weeks in (None, 3, 12, 60)],
    "verkuerzung": [_shorter(*each) for each in product(short.Grund, (24, 36, 42))],
    "mindestverguetung": [
        _paid(*each) for each in product(TABLE, pay.Tarif, (None, Decimal(1000)))
    ],
    "urlaub": [_leave(*each) for each in product((15, 18), (None, date(2026, 9, 1)))],
    "fristen": [_notice(day) for day in (None, date(2026, 9, 2), date(2027, 9, 2))],
}
"""Every way a calculation can go."""
RESULTS = [(name, result) for name, ways in WAYS.items() for result in ways]


@pytest.mark.parametrize(
    ("fact", "figure"),
    [
        ("teilzeit.umfang", f"{100 * part.MINDESTANTEIL}"),
        ("teilzeit.dauer", "1,5" if part.HOECHSTENS * 2 == 3 else ""),
        ("teilzeit.dauer", str(part.NAHE_VOLLZEIT)),
        ("ausland.ausbildung", f"1/{stay.VIERTEL}"),
        ("ausland.plan", str(stay.OHNE_PLAN)),
        ("dual.verkuerzung.umfang", str(short.RICHTWERT[short.Grund.MITTLERER])),
        ("dual.verkuerzung.umfang", str(short.RICHTWERT[short.Grund.ABITUR])),
        ("dual.verkuerzung.umfang", str(short.RICHTWERT[short.Grund.AB21])),
        ("dual.verkuerzung.umfang", str(short.MINDESTENS[36])),
        ("dual.verkuerzung.umfang", str(short.MINDESTENS[42])),
        ("dual.anrechnung", str(short.TEILBAR)),
        *(("verguetung.minimum.regel", str(each)) for each in pay.AUFSCHLAG[1:]),
        ("verguetung.tarif", str(pay.MOST_BELOW)),
        *(("urlaub.u18", str(each)) for row in leave.JUGENDLICHE for each in row),
        ("urlaub.ab18", str(leave.ERWACHSENE)),
        ("urlaub.teilurlaub", str(leave.WARTEZEIT)),
        ("urlaub.teilurlaub", f"1/{leave.ZWOELFTEL}"),
        ("dual.probezeit", str(notice.PROBEZEIT[1])),
        ("dual.kuendigung.nach_probezeit", str(notice.VIER_WOCHEN.days // 7)),
        ("dual.kuendigung.frist_wichtiger_grund", str(notice.ZWEI_WOCHEN.days // 7)),
    ],
)
def test_a_constant_is_the_figure_of_a_checked_fact(
    library: Library, fact: str, figure: str
) -> None:
    assert library.facts[fact].is_checked
    assert figure in figures(library.facts[fact].fact)


def test_the_exam_is_half_a_year_earlier(library: Library) -> None:
    assert short.VORZEITIG * 2 == 12
    assert "ein halbes Jahr früher" in library.facts["dual.vorzeitige_pruefung"].fact


@pytest.mark.parametrize("year", sorted(TABLE))
def test_the_table_says_what_its_fact_says(library: Library, year: int) -> None:
    row = TABLE[year]
    fact = library.facts[row.fact]

    written = " / ".join(f"{amount:,}".replace(",", ".") for amount in row.amounts)
    assert fact.fact == f"Ausbildungsbeginn {year}: {written} Euro (1.–4. Jahr)."
    assert fact.is_checked
    assert row.source in fact.source
    assert [pay.of_year(row.amounts[0], each) for each in (1, 2, 3, 4)] == list(row.amounts)


def test_a_year_stands_in_the_table_when_its_fact_is_checked(library: Library) -> None:
    begin = "verguetung.minimum.2"
    checked = {
        key for key, fact in library.facts.items() if key.startswith(begin) and fact.is_checked
    }

    assert checked == {row.fact for row in TABLE.values()}


def words_of(fact: Fact) -> list[str]:
    return f"{fact.fact} {fact.source}".split()


@pytest.mark.parametrize(("name", "result"), RESULTS)
def test_every_step_has_a_checked_fact_a_link_and_a_line(
    library: Library, name: str, result: Result
) -> None:
    texts = load_texts("calculators")[name]

    for step in result.steps:
        fact = library.facts[step.fact]
        assert fact.is_checked
        assert step.rule.split()[-1] in LAWS or step.rule in fact.source
        assert set(links(fact)) <= {word.rstrip(".,;)").lstrip("(") for word in words_of(fact)}
        assert links(fact)
    assert len(lines(result, texts).splitlines()) == len(result.steps)
    assert all(rule in sources(result.steps, library.facts) for rule in result.paragraphs)
    assert "/" in stand(result, library.facts, "")


def test_no_line_is_left_over() -> None:
    used = {
        name: {step.name for result in ways for step in result.steps} for name, ways in WAYS.items()
    }

    assert {name: set(texts) for name, texts in load_texts("calculators").items()} == used


@pytest.mark.parametrize(
    ("rule", "law", "number"),
    [("§ 7a Abs. 2 BBiG", "bbig_2005", "7a"), ("§ 17 Abs. 5 BBiG", "bbig_2005", "17")],
)
def test_a_paragraph_leads_to_its_own_page(
    library: Library, rule: str, law: str, number: str
) -> None:
    steps = [step for _, result in RESULTS for step in result.steps if step.rule == rule]

    assert f"[{rule}](https://www.gesetze-im-internet.de/{law}/__{number}.html)" in sources(
        steps, library.facts
    )


def test_every_calculator_is_explained_by_an_article(library: Library) -> None:
    for calculator in calculators(TABLE):
        assert library.find(calculator.article) is not None
