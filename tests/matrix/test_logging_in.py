"""Logging in on Matrix: what works, what is refused, and what is said."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError, NotDelivered
from bot.messages import Address, OutgoingMessage, OutgoingText
from bot.settings import load
from tests.matrix.meeting import chat_with, devices_of, said
from tests.matrix.stage import on_matrix
from tests.servers.synapse import Account, PlainUser, Synapse
from tests.servers.synapse.server import fresh
from tests.telegram.stage import Repeats

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]


async def test_a_wrong_password_is_named_and_never_shown(synapse: Synapse, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="MATRIX_PASSWORD") as refused:
        async with on_matrix(tmp_path, synapse, matrix_password="geheim-und-falsch"):
            pass
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"MATRIX_HOMESERVER": "https://matrix.example"},
        {"MATRIX_HOMESERVER": "https://matrix.example", "MATRIX_USER": "@b:matrix.example"},
        {"MATRIX_HOMESERVER": "matrix.example", "MATRIX_TOKEN": "nonsense"},
        {
            "MATRIX_HOMESERVER": "https://matrix.example",
            "MATRIX_USER": "@b:matrix.example",
            "MATRIX_PASSWORD": "nonsense",
            "MATRIX_TOKEN": "nonsense",
        },
        {
            "MATRIX_HOMESERVER": "https://matrix.example",
            "MATRIX_USER": "a b",
            "MATRIX_PASSWORD": "nonsense",
        },
    ],
)
async def test_settings_that_cannot_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="MATRIX") as refused:
        load({f"LERNALLIANZ_{name}": value for name, value in settings.items()})
    assert "nonsense" not in str(refused.value)


async def test_without_the_homeserver_it_starts_and_matrix_joins_later(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    bot = await synapse.register(fresh("bot"))
    await synapse.stop()
    try:
        async with on_matrix(tmp_path, synapse, bot, Repeats()) as stage:
            assert stage.connector.trouble == "the Matrix homeserver cannot be reached"
            message = OutgoingMessage(Address("matrix", "!a"), OutgoingText("hallo"), "m", 1)
            with pytest.raises(NotDelivered):
                await stage.connector.send(message)
            await synapse.start()
            room = await mia.create_direct_room(bot)
            await mia.send_text(room, "eins")
            assert await said(mia, room, bot, 1, within=30) == ["eins"]
            assert stage.connector.trouble is None
    finally:
        if not synapse.is_running:
            await synapse.start()


async def test_a_token_is_enough(synapse: Synapse, mia: PlainUser, tmp_path: Path) -> None:
    bot = await synapse.register(fresh("bot"))
    async with Account(synapse.url, bot) as account:
        login = {"matrix_user": "", "matrix_password": "", "matrix_token": account.access_token}
        async with on_matrix(tmp_path, synapse, bot, Repeats(), None, **login) as stage:
            room = await chat_with(mia, bot)
            await mia.send_text(room, "eins")
            assert await said(mia, room, bot, 1) == ["eins"]
            assert stage.connector.trouble is None
        await account.log_out_everywhere()
        with pytest.raises(ConfigurationError, match="MATRIX_TOKEN"):
            async with on_matrix(tmp_path, synapse, bot, Repeats(), None, **login):
                pass


async def test_who_is_logged_out_logs_in_again_as_the_same_device(
    synapse: Synapse, mia: PlainUser, tmp_path: Path
) -> None:
    async with on_matrix(tmp_path, synapse, turn_taker=Repeats()) as stage:
        bot = stage.user_id
        room = await chat_with(mia, bot)
        await mia.send_text(room, "eins")
        await said(mia, room, bot, 1)
        [before] = await devices_of(mia, bot)
        async with Account(synapse.url, bot) as account:
            await account.log_out_everywhere()
        await mia.send_text(room, "zwei")
        assert await said(mia, room, bot, 2, within=30) == ["eins", "zwei"]
        assert await devices_of(mia, bot) == [before]
