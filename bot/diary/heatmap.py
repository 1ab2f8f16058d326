"""A year at a glance as a picture: a column a week, a field a day, a colour each type of day."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.diary.ausbildung import WEEK, Zeitraum, monday
from bot.diary.nachweis import Nachweis
from bot.diary.rules import types_of

TEMPLATE = Path(__file__).resolve().parent / "heatmap.typ"
DAYS = 6
"""Monday to Saturday."""
SHARPNESS = 200.0
"""Pixels an inch."""


def picture(nachweis: Nachweis, days: Zeitraum, texts: Mapping[str, Any]) -> bytes:
    """A PNG.

    Args:
        nachweis: the record.
        days: from when to when.
        texts: `bot/texts/diary.yml`.
    """
    types = types_of(nachweis, days.von, days.bis)
    weeks: list[dict[str, Any]] = []
    week = monday(days.von)
    while week <= days.bis:
        fields = [week + timedelta(days=number) for number in range(DAYS)]
        weeks.append(
            {
                "month": "",
                "days": [types.get(day, "empty") if day in days else "outside" for day in fields],
            }
        )
        week += WEEK
    _name_months(weeks, days, texts)
    data = {
        "weeks": weeks,
        "weekdays": list(texts["short_weekdays"])[:DAYS],
        "types": dict(texts["types"]),
        "title": texts["year_title"].format(
            first=f"{days.von:%d.%m.%Y}", last=f"{days.bis:%d.%m.%Y}"
        ),
    }
    # As in `bot.diary.export.pdf`: whoever never prints needs none of its memory.
    import typst

    made = typst.compile(
        TEMPLATE,
        format="png",
        ppi=SHARPNESS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("the heat map is one page")
    return made


def _name_months(weeks: list[dict[str, Any]], days: Zeitraum, texts: Mapping[str, Any]) -> None:
    """Write a month above the week in which its first day lies, and one above the first week."""
    last = 0
    for number, week in enumerate(weeks):
        day = max(monday(days.von) + number * WEEK, days.von)
        if day.month != last:
            week["month"] = str(texts["months"][day.month - 1])[:3]
            last = day.month
