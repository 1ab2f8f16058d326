"""Many cases at once, with two restarts in between: every message reaches the right person once, and in order."""

import random
from pathlib import Path

import pytest

from bot.settings import clock_of
from tests.escalation.crowd import TELEGRAM, WITH_ROOMS, Crowd
from tests.escalation.crowd_play import SEED, Play, Sizes, play_all
from tests.escalation.messengers import MemoryMessenger
from tests.escalation.stage import MONDAY
from tests.support import LateClock, settings_in

SIZES = Sizes.asked(coaches=5, cases=30, messages=200)


async def test_every_message_reaches_the_right_person_once_and_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path, clock_start=MONDAY)
    messengers = [MemoryMessenger(TELEGRAM), MemoryMessenger(WITH_ROOMS, opens_rooms=True)]
    chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    play = Play(Crowd(messengers, chance, SIZES.coaches, SIZES.cases), SIZES)
    happened = await play_all(play, settings, LateClock(clock_of(settings)))
    with capsys.disabled():
        print(f"\n{happened}")  # noqa: T201
