"""Whoever has the bot's device and all its keys cannot read what was once written to it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, AsyncClientConfig, MegolmEvent
from nio.exceptions import EncryptionError

from tests.matrix.stage import on_matrix
from tests.matrix.strict import StrictClients
from tests.servers.synapse import Synapse
from tests.support import RING
from tests.telegram.stage import Repeats

pytestmark = pytest.mark.synapse


@asynccontextmanager
async def thief(
    synapse: Synapse, device: Mapping[str, Any], folder: Path
) -> AsyncIterator[AsyncClient]:
    """A client with everything that the bot keeps."""
    config = AsyncClientConfig(
        encryption_enabled=True,
        store_sync_tokens=False,
        pickle_key=RING.keyed_hash("matrix keys", "store"),
    )
    client = AsyncClient(
        synapse.url,
        device["user"],
        device["device"],
        store_path=str(folder / "matrix"),
        config=config,
    )
    client.restore_login(device["user"], device["device"], device["token"])
    try:
        yield client
    finally:
        await client.close()


def can_read(client: AsyncClient, event: MegolmEvent, room: str) -> bool:
    event.room_id = room
    try:
        client.decrypt_event(event)
    except EncryptionError:
        return False
    return True


async def test_what_was_answered_cannot_be_read_again(synapse: Synapse, tmp_path: Path) -> None:
    async with StrictClients() as clients, clients.person(synapse, "Mia") as mia:
        async with on_matrix(tmp_path, synapse, turn_taker=Repeats()) as stage:
            room = await mia.create_direct_room(stage.user_id)
            await mia.joined(room, stage.user_id)
            for number, words in enumerate(("geheim", "auch geheim", "noch eins"), start=1):
                await mia.send_text(room, words)
                [*_, answer] = await mia.arrived(number, room, sender=stage.user_id)
                assert answer.body == words
            device = await stage.house.remembered("matrix").load("device")
        assert device is not None
        async with thief(synapse, device, tmp_path) as client:
            page = await client.room_messages(room, limit=100)
            written = [each for each in page.chunk if isinstance(each, MegolmEvent)]

            assert len(written) == 6
            assert not any(can_read(client, each, room) for each in written)
