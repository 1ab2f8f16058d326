"""The year as a picture, whatever stands in it."""

from datetime import date, timedelta

import pytest

from bot.diary.ausbildung import Zeitraum
from bot.diary.heatmap import picture
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.texts import load_texts

TEXTS = load_texts("diary")
FIRST = date(2026, 9, 1)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_each_type_of_day_has_its_own_colour() -> None:
    pictures = {
        picture(Nachweis(entries=(Entry(FIRST, each),)), Zeitraum(FIRST, FIRST), TEXTS)
        for each in DayType
    }

    assert len(pictures) == len(DayType)


@pytest.mark.parametrize("days", [0, 6, 364])
def test_a_longer_time_is_a_wider_picture_of_the_same_height(days: int) -> None:
    entries = tuple(Entry(FIRST + timedelta(days=each), DayType.BETRIEB) for each in range(days))
    wide = picture(Nachweis(entries=entries), Zeitraum(FIRST, FIRST + timedelta(days=days)), TEXTS)
    longest = picture(Nachweis(), Zeitraum(FIRST, FIRST + timedelta(days=364)), TEXTS)

    assert size(wide)[1] == size(longest)[1]
    assert size(wide)[0] <= size(longest)[0]
