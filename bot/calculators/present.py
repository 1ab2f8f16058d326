"""How a result is shown: a line for each step, its sources and its Stand, all from texts and facts. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.answers.present import german_date
from bot.calculators.result import Result, Step, Value
from knowledge.facts import Fact

LAWS = {"BBiG": "bbig_2005", "JArbSchG": "jarbschg", "BUrlG": "burlg"}
"""The folder of a law at gesetze-im-internet.de."""
_URL = re.compile(r"https?://[^\s;)]+")
_PARAGRAPH = re.compile(r"§§? (?P<number>\d+[a-z]?)\b.* (?P<law>\w+)$")
_STAND = re.compile(r"\b(?P<month>\d{2})/(?P<year>\d{4})\b")


def lines(result: Result, texts: Mapping[str, str]) -> str:
    """One line for each step.

    Args:
        result: what was computed.
        texts: by step, its line with `{value}`, or `{money}` for euros, and `{years}` for months.
    """
    return "\n".join(
        texts[step.name].format(
            value=shown(step.value), money=_money(step.value), years=_years(step.value)
        )
        for step in result.steps
    )


def shown(value: Value) -> str:
    """A value as it is written in German; a year or a count has no point."""
    if isinstance(value, date):
        return german_date(value)
    if isinstance(value, int):
        return str(value)
    figures = _german(f"{value:,f}")
    return figures.rstrip("0").rstrip(",") if "," in figures else figures


def sources(steps: Sequence[Step], facts: Mapping[str, Fact]) -> str:
    """The paragraphs with links, each once: that of the paragraph or body itself, else the fact's first."""
    linked = {step.rule: _link(step, facts) for step in steps if step.fact in facts}
    return ", ".join(f"[{rule}]({link})" if link else rule for rule, link in linked.items())


def stand(result: Result, facts: Mapping[str, Fact], otherwise: str) -> str:
    """Month and year of the oldest check among the facts that name one."""
    named = sorted(_stands(facts[key].as_of for key in result.facts if key in facts))
    return f"{named[0][1]}/{named[0][0]}" if named else otherwise


def links(fact: Fact) -> list[str]:
    """All links of a fact."""
    return [found.rstrip(".,") for found in _URL.findall(f"{fact.fact} {fact.source}")]


def _stands(told: Iterator[str]) -> Iterator[tuple[str, str]]:
    for text in told:
        found = _STAND.search(text)
        if found:
            yield found["year"], found["month"]


def _link(step: Step, facts: Mapping[str, Fact]) -> str:
    known = links(facts[step.fact])
    found = _PARAGRAPH.match(step.rule)
    if found:
        named = f"/{LAWS.get(found['law'], '')}/__{found['number']}.html"
    else:
        named = step.rule.split()[-1].lower()
    return next((link for link in known if named in link), known[0] if known else "")


def _german(figures: str) -> str:
    return figures.translate(str.maketrans(",.", ".,"))


def _money(value: Value) -> str:
    """Euros, with two places where there are cents."""
    if not isinstance(value, Decimal):
        return ""
    return _german(f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}")


def _years(value: Value) -> str:
    return shown((Decimal(value) / 12).quantize(Decimal("0.01"))) if isinstance(value, int) else ""
