"""The entries of a record as a table that Excel opens: semicolons, UTF-8 with a mark, one line each. Pure."""

import csv
import io

from bot.diary.export.places import place
from bot.diary.export.wording import Words, short_day
from bot.diary.nachweis import Entry, Nachweis

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so would be run as a formula."""


def as_csv(nachweis: Nachweis, words: Words) -> bytes:
    """The whole record as CSV, a line for each entry with its week, sheet number and training year.

    Hours are decimal with a comma, rounded to hundredths. A text that begins like a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(words["columns"])
    writer.writerows(_cells(nachweis, entry, words) for entry in nachweis.entries)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _cells(nachweis: Nachweis, entry: Entry, words: Words) -> tuple[str, ...]:
    year, week, _ = entry.day.isocalendar()
    at = place(nachweis.ausbildung, entry.day)
    return (
        short_day(entry.day),
        words["week"].format(week=week, year=year),
        "" if at.number is None else str(at.number),
        "" if at.year is None else str(at.year),
        words["types"][entry.type.value],
        "" if entry.minutes is None else _decimal(entry.minutes),
        _harmless(", ".join(entry.activities)),
    )


def _decimal(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
