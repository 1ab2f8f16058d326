"""What a calculation gives back: its steps as values, each with its paragraph and its fact. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = date | Decimal | int


class NotKnown(Exception):
    """No checked fact gives this figure; `value` is what was asked for (a start year)."""

    def __init__(self, value: int) -> None:
        super().__init__(f"no checked fact for {value}")
        self.value = value


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning.

    Attributes:
        name: what was found out; the texts have a line for each.
        value: what came out.
        rule: the paragraph (`§ 7a Abs. 2 BBiG`), or whose guideline or announcement it is.
        fact: the key of the checked fact that the figure comes from.
    """

    name: str
    value: Value
    rule: str
    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What every calculation has: its steps in their order."""

    steps: tuple[Step, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of all facts that were used, each once."""
        return tuple(dict.fromkeys(step.fact for step in self.steps))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All rules that were used, each once."""
        return tuple(dict.fromkeys(step.rule for step in self.steps))
