"""The year as a picture, whatever stands in it."""

from datetime import date, timedelta

import pytest

from bot.diary.ausbildung import Zeitraum
from bot.diary.heatmap import picture
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.texts import load_texts

TEXTS = load_texts("diary")
FIRST = date(2026, 9, 1)
MONDAY = date(2026, 9, 7)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_each_type_of_day_has_its_own_colour() -> None:
    pictures = {
        picture(Nachweis(entries=(Entry(FIRST, each),)), Zeitraum(FIRST, FIRST), TEXTS)
        for each in DayType
    }

    assert len(pictures) == len(DayType)


@pytest.mark.parametrize(("weeks", "rows"), [(1, 1), (13, 1), (14, 2), (53, 5)])
def test_a_quarter_more_is_one_row_more(weeks: int, rows: int) -> None:
    def height(weeks: int) -> int:
        days = Zeitraum(MONDAY, MONDAY + timedelta(days=7 * weeks - 1))
        return size(picture(Nachweis(), days, TEXTS))[1]

    row = height(14) - height(13)

    assert height(weeks) == pytest.approx(height(1) + (rows - 1) * row, abs=3)
