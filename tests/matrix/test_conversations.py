"""Whole conversations in encrypted rooms, word for word as on every other channel."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conversations.play import FOLDER, load_conversation
from tests.matrix.play import expected, play, take_seat
from tests.matrix.stage import MatrixStage, on_matrix
from tests.matrix.strict import StrictClients
from tests.servers.synapse import Synapse

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]

NAMES = (
    "first_question",
    "greeting_and_menu",
    "misunderstood",
    "crisis_acute",
    "under_16",
    "diary_first_entry",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clients() -> AsyncIterator[StrictClients]:
    async with StrictClients() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    synapse: Synapse, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MatrixStage]:
    async with on_matrix(tmp_path_factory.mktemp("assistant"), synapse) as running:
        yield running


@pytest.mark.parametrize("name", NAMES)
async def test_a_conversation(
    synapse: Synapse, stage: MatrixStage, clients: StrictClients, name: str
) -> None:
    conversation = load_conversation(FOLDER / f"{name}.yml")
    async with clients.person(synapse, "Mia") as mia:
        seat = await take_seat(stage, mia)
        assert await play(conversation, seat) == expected(conversation)
        written = [event for event in await mia.events(seat.room) if event.msgtype]
        assert all(event.is_encrypted and event.shield is None for event in written)
