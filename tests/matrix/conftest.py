"""One Synapse for all tests on Matrix; every test makes its own accounts there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.matrix.meeting import REPEATS
from tests.matrix.stage import MatrixStage, on_matrix
from tests.servers.synapse import PlainUser, Synapse


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def synapse() -> AsyncIterator[Synapse]:
    async with Synapse() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    synapse: Synapse, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MatrixStage]:
    """The assistant; each test meets it as somebody else."""
    async with on_matrix(tmp_path_factory.mktemp("assistant"), synapse) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def echo(
    synapse: Synapse, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[MatrixStage]:
    """The assistant as somebody who repeats each word, and can be made to wait."""
    async with on_matrix(tmp_path_factory.mktemp("echo"), synapse, turn_taker=REPEATS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def mia(synapse: Synapse) -> AsyncIterator[PlainUser]:
    async with synapse.person("Mia") as person:
        yield person
