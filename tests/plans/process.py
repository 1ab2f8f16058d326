"""The assistant in the web chat with a quick clock, and with plans that say which they are; a process to be killed.

`python -m tests.plans.process`; settings come from the environment, what the clock shows from a file in the data
folder. Whether a plan may speak, and how what it says leaves, is decided as always.
"""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.bootstrap import House, open_keys, running
from bot.clock import system_clock
from bot.messages import Due, Text
from bot.plans.values import EndRinging, RingingState
from bot.ports import Connector
from bot.proactive import Speak
from bot.service import log_as_json, web_chat
from bot.settings import load
from bot.turn import Outcome, Reply, Situation
from bot.unasked import silenced, unasked, verdict

PACE = 30
"""A minute in two seconds."""
LOOKS_EVERY = 0.05
"""Seconds."""


class QuickClock:
    """A clock that runs `PACE` times as fast, goes on while nobody looks, and can be set.

    Args:
        folder: where it is kept what it showed when.
    """

    def __init__(self, folder: Path) -> None:
        self._kept = folder / "clock"

    def show(self, moment: datetime) -> None:
        """Set it."""
        new = self._kept.with_suffix(".new")
        new.write_text(f"{system_clock().isoformat()} {moment.isoformat()}")
        new.replace(self._kept)

    def __call__(self) -> datetime:
        """What it shows."""
        began, showed = map(datetime.fromisoformat, self._kept.read_text().split())
        return showed + PACE * (system_clock() - began)


class Tells:
    """A turn taker that tells which plan rang on which day, and says yes to what is typed."""

    async def turn(self, situation: Situation) -> Outcome:
        """See `bot.ports.TurnTaker`."""
        content = situation.message.content
        if isinstance(content, Text):
            return Outcome(situation.tracker, (Reply("Ja."),))
        if not isinstance(content, Due):
            return Outcome(situation.tracker)
        told = verdict(situation, content)
        if not isinstance(told, Speak):
            return Outcome(situation.tracker, changes=(silenced(content, told),))
        said = Reply(f"{content.entities['plan']} {content.entities['day']}")
        return Outcome(
            situation.tracker,
            unasked([said], situation, content),
            (EndRinging(content.entities["ringing"], RingingState.SAID),),
        )


async def main() -> None:
    """Run until killed."""
    settings = load()
    log_as_json("error")
    ring, _ = open_keys(settings)
    clock = QuickClock(settings.data_dir)

    def connectors(house: House) -> list[Connector]:
        return [web_chat(house)]

    async with running(settings, ring, connectors, clock, Tells()) as house:
        while True:
            await house.ring()
            await asyncio.sleep(LOOKS_EVERY)


if __name__ == "__main__":
    asyncio.run(main())
