"""How a chamber wants the sheets, as data: `variants.yml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.errors import ConfigurationError
from bot.texts import load_texts

FOLDER = Path(__file__).resolve().parent


class Hours(StrEnum):
    """What stands in the column of hours."""

    NONE = "none"
    SINGLE = "single"
    DAY = "day"
    BOTH = "both"


class Signature(StrEnum):
    """How a sheet is confirmed: lines to sign by hand, who did it when in the system, or both."""

    LINES = "lines"
    ELECTRONIC = "electronic"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class SheetVariant:
    """The wishes of a chamber.

    Attributes:
        title: the heading of a sheet.
        shows_number: whether the number of the sheet stands in the head.
        has_stamp: whether there is a field for a stamp.
        hours: what stands in the column of hours; `day` means the sum of a day, or of a block on weekly sheets.
        has_week_total: whether the hours of the week are summed up below.
        signature: how a sheet is confirmed.
    """

    title: str
    shows_number: bool
    has_stamp: bool
    hours: Hours
    has_week_total: bool
    signature: Signature


def load_variants(folder: Path = FOLDER) -> Mapping[str, SheetVariant]:
    """The variants of `variants.yml` by name.

    Raises:
        ConfigurationError: the file is missing or broken, or a variant has a wrong or missing field.
    """
    return {name: _variant(name, fields) for name, fields in load_texts("variants", folder).items()}


def _variant(name: str, fields: Mapping[str, Any]) -> SheetVariant:
    try:
        return SheetVariant(
            **{
                **fields,
                "hours": Hours(fields["hours"]),
                "signature": Signature(fields["signature"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"variants.yml: {name}: {error}") from error
