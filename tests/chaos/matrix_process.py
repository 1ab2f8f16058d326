"""The assistant on Matrix with a dialogue that repeats what it hears; a process to be killed.

`python -m tests.chaos.matrix_process`; settings come from the environment.
"""

import asyncio

from bot.bootstrap import House, open_keys, running
from bot.ports import Connector
from bot.service import log_as_json, matrix
from bot.settings import load
from tests.telegram.stage import Repeats


async def main() -> None:
    """Run until killed."""
    settings = load()
    log_as_json("error")
    ring, _ = open_keys(settings)

    def connectors(house: House) -> list[Connector]:
        return [matrix(house)]

    async with running(settings, ring, connectors, turn_taker=Repeats()):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
