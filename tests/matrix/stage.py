"""The whole assistant on Matrix, with a real Synapse."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.bootstrap import House, running
from bot.delivery.inbox import DurableInbox
from bot.messages import Address
from bot.ports import Connector, TurnTaker
from bot.service import matrix
from bot.settings import clock_of
from connectors.matrix import MatrixConnector
from tests.servers.synapse import PASSWORD, Synapse
from tests.servers.synapse.server import fresh
from tests.support import RING, LateClock, settings_in


@dataclass(frozen=True, slots=True)
class MatrixStage:
    """A running assistant and the Matrix account that it runs on."""

    house: House
    synapse: Synapse
    connector: MatrixConnector
    clock: LateClock
    user_id: str


@asynccontextmanager
async def on_matrix(
    folder: Path,
    synapse: Synapse,
    user_id: str = "",
    turn_taker: TurnTaker | None = None,
    on_typing: Callable[[Address], None] | None = None,
    **settings: str,
) -> AsyncIterator[MatrixStage]:
    """The assistant on Matrix.

    Args:
        folder: the database's and the keys'.
        synapse: running.
        user_id: the bot's account; empty makes a fresh one.
        turn_taker: answers instead of the assistant.
        on_typing: is told instead of the house in which chat somebody is typing.
        settings: more of them.
    """
    user_id = user_id or await synapse.register(fresh("bot"))
    own_settings = settings_in(
        folder,
        **{
            "matrix_homeserver": synapse.url,
            "matrix_user": user_id,
            "matrix_password": PASSWORD,
            "web_port": "0",
            **settings,
        },
    )
    made: list[MatrixConnector] = []

    def connectors(house: House) -> list[Connector]:
        made.append(matrix(_told_of_typing(house, on_typing) if on_typing else house))
        return list(made)

    clock = LateClock(clock_of(own_settings))
    async with running(own_settings, RING, connectors, clock, turn_taker) as house:
        yield MatrixStage(house, synapse, made[0], clock, user_id)


def _told_of_typing(house: House, on_typing: Callable[[Address], None]) -> House:
    wake = house.turns.signal.set
    return replace(
        house,
        inbox=DurableInbox(house.database, house.clock, lambda text: None, wake, on_typing),
    )
