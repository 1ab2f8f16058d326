"""Two client libraries talk to the stand-in as their authors meant them to."""

import asyncio
from datetime import timedelta

import pytest
import telegram
import telegram.error
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.servers.botapi import BotApi, Fault, Person
from tests.telegram.botapi.clients import aiogram_bot, greeter, ptb_bot, running
from tests.telegram.botapi.hooks import receiver
from tests.telegram.stage import until

# aiogram, from the outside


async def talk(api: BotApi, mia: Person) -> None:
    """The same conversation, however the updates come."""
    mia.says("/start")
    [question] = await api.arrived(1, mia)
    assert (question["text"], question["entities"][0]["type"]) == ("Bereit?", "bold")
    mia.presses(question["message_id"], "Ja")
    await until(lambda: mia.sees[1]["edited"])
    assert mia.sees[1]["text"] == "Es geht los."
    assert mia.sees[1]["reply_markup"] is None
    assert mia.toasts == [{"text": "Gut!", "show_alert": False}]
    mia.sends_photo(b"12345", "Schau")
    document = (await api.arrived(2, mia))[-1]
    assert document["file"] is not None
    assert (document["file"].name, document["file"].data) == ("zurück.bin", b"54321")
    await until(lambda: api.unconfirmed == 0)
    assert api.complaints == []


async def test_aiogram_polls(api: BotApi, mia: Person) -> None:
    async with aiogram_bot(api) as bot:
        dispatcher = greeter()
        polling = dispatcher.start_polling(
            bot, handle_signals=False, close_bot_session=False, polling_timeout=5
        )
        async with running(polling):
            await talk(api, mia)
            await dispatcher.stop_polling()


@pytest.mark.parametrize("in_background", [True, False])
async def test_aiogram_takes_a_webhook(api: BotApi, mia: Person, in_background: bool) -> None:
    async with aiogram_bot(api) as bot:
        app = web.Application()
        SimpleRequestHandler(
            greeter(), bot, handle_in_background=in_background, secret_token="Geheim_1"
        ).register(app, "/hook")
        async with receiver(app) as url:
            await bot.set_webhook(url, secret_token="Geheim_1")
            await talk(api, mia)
            assert (await bot.get_webhook_info()).last_error_message is None


# python-telegram-bot, from the outside


async def test_python_telegram_bot_talks(api: BotApi, mia: Person) -> None:
    async with ptb_bot(api) as bot:
        assert bot.username == api.bot.username
        poll = asyncio.create_task(bot.get_updates(timeout=5))
        await until(lambda: api.is_polled)
        mia.says("Hallo")
        [update] = await poll
        assert update.message is not None
        assert (update.message.text, update.message.chat.id) == ("Hallo", mia.id)
        markup = telegram.InlineKeyboardMarkup(
            [[telegram.InlineKeyboardButton("Ja", callback_data="yes")]]
        )
        sent = await bot.send_message(mia.id, "<b>Na</b>?", parse_mode="HTML", reply_markup=markup)
        mia.presses(sent.message_id, "Ja")
        [pressed] = await bot.get_updates(offset=update.update_id + 1, timeout=5)
        assert pressed.callback_query is not None
        await pressed.callback_query.answer("Gut!")
        await pressed.callback_query.edit_message_text("Gut.")
        assert mia.sees[-1]["text"] == "Gut."
        document = await bot.send_document(mia.id, b"abc", filename='ä "b".txt', caption="c")
        assert document.document is not None
        assert document.document.file_name == 'ä "b".txt'
        assert await (await document.document.get_file()).download_as_bytearray() == b"abc"
        assert api.complaints == []


async def test_python_telegram_bot_gets_its_errors(
    api: BotApi, mia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise the error itself warns that its seconds will become a timedelta.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with ptb_bot(api) as bot:
        api.faults.add(Fault("429", "sendMessage", count=1, retry_after=7))
        with pytest.raises(telegram.error.RetryAfter) as refused:
            await bot.send_message(mia.id, "Hallo")
        assert refused.value.retry_after == timedelta(seconds=7)
        mia.blocks()
        with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
            await bot.send_message(mia.id, "Hallo")
        group = api.group("Klasse 9b", [mia])
        group.adds_bot()
        old, new = group.id, group.migrates()
        with pytest.raises(telegram.error.ChatMigrated) as moved:
            await bot.send_message(old, "Hallo")
        assert moved.value.new_chat_id == new
        await bot.get_updates(offset=-1)
        await bot.set_webhook("http://127.0.0.1:1/")
        with pytest.raises(telegram.error.Conflict, match="webhook is active"):
            await bot.get_updates()
