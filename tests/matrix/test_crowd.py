"""Many cases at once, some of them in encrypted rooms: the assistant starts anew twice, the homeserver once."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.settings import clock_of
from tests.escalation.crowd import TELEGRAM, WITH_ROOMS, Crowd
from tests.escalation.crowd_play import SEED, Play, Sizes, play_all
from tests.escalation.messengers import MemoryMessenger, Messenger
from tests.escalation.stage import MONDAY
from tests.matrix.crowd_messenger import on_synapse
from tests.servers.synapse import PASSWORD, Synapse
from tests.support import LateClock, settings_in

ASKED = "CROWD_ENCRYPTED"
pytestmark = [
    pytest.mark.synapse,
    pytest.mark.skipif(
        ASKED not in os.environ,
        reason=f"half a minute: make simulate runs it at full size, {ASKED}=2 at a small one",
    ),
]

SIZES = Sizes.asked(coaches=4, cases=6, messages=30)
ENCRYPTED = int(os.environ.get(ASKED, "2"))


async def test_every_message_reaches_the_right_person_though_the_homeserver_starts_anew(
    synapse: Synapse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with on_synapse(synapse) as there:
        settings = settings_in(
            tmp_path,
            clock_start=MONDAY,
            matrix_homeserver=synapse.url,
            matrix_user=there.bot,
            matrix_password=PASSWORD,
        )
        messengers: list[Messenger] = [
            MemoryMessenger(TELEGRAM),
            MemoryMessenger(WITH_ROOMS, opens_rooms=True),
            there,
        ]
        chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
        crowd = Crowd(messengers, chance, SIZES.coaches, SIZES.cases, ENCRYPTED)
        play = Play(crowd, SIZES)
        stuck: list[int] = []

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            await synapse.stop()
            await play.speak(crowd.encrypted)
            yield
            while await play.waiting():  # noqa: ASYNC110 - turns end without an event
                await asyncio.sleep(0.01)
            stuck.append(await there.stuck())
            await synapse.start()
            await there.reconnect()

        happened = await play_all(play, settings, LateClock(clock_of(settings)), outage)
    assert stuck[0]
    with capsys.disabled():
        inside = sum(len(each.by_learner) + len(each.by_coach) for each in crowd.encrypted)
        print(  # noqa: T201
            f"\n{happened}\n{ENCRYPTED} cases encrypted with {inside} messages; "
            f"the homeserver started anew while {stuck[0]} waited for it"
        )
