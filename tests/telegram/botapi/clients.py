"""Clients of the Bot API: plain HTTP, aiogram and python-telegram-bot, and a small bot on aiogram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import telegram
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from tests.servers.botapi import BotApi

MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
YES = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}


class Ask:
    """A client that is nothing but HTTP."""

    def __init__(self, api: BotApi, http: httpx.AsyncClient) -> None:
        self.api = api
        self.http = http

    async def answer(self, method: str, **params: Any) -> httpx.Response:
        return await self.http.post(f"{self.api.base_url}{self.api.token}/{method}", json=params)

    async def __call__(self, method: str, **params: Any) -> Any:
        body = (await self.answer(method, **params)).json()
        assert body["ok"], body
        return body["result"]

    async def error(self, method: str, **params: Any) -> str:
        answer = await self.answer(method, **params)
        body = answer.json()
        assert body["ok"] is False
        assert body["error_code"] == answer.status_code
        return str(body["description"])

    async def send(self, chat_id: int, text: str = "Hallo", **params: Any) -> int:
        message = await self("sendMessage", chat_id=chat_id, text=text, **params)
        return int(message["message_id"])


@asynccontextmanager
async def aiogram_bot(api: BotApi) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    async with Bot(api.token, session=session) as bot:
        yield bot


@asynccontextmanager
async def ptb_bot(api: BotApi) -> AsyncIterator[telegram.Bot]:
    bot = telegram.Bot(api.token, base_url=api.base_url, base_file_url=api.base_file_url)
    async with bot:
        yield bot


@asynccontextmanager
async def running(work: Awaitable[Any]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def greeter() -> Dispatcher:
    """A small bot as its authors would write it."""
    dispatcher = Dispatcher()

    async def greet(message: Message) -> None:
        button = InlineKeyboardButton(text="Ja", callback_data="yes")
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.answer("<b>Bereit?</b>", parse_mode="HTML", reply_markup=markup)

    async def go_on(callback: CallbackQuery) -> None:
        await callback.answer("Gut!")
        assert isinstance(callback.message, Message)
        await callback.message.edit_text("Es geht los.")

    async def copy(message: Message, bot: Bot) -> None:
        assert message.photo
        data = await bot.download(message.photo[-1].file_id)
        assert data is not None
        await message.answer_document(
            BufferedInputFile(data.read()[::-1], "zurück.bin"), caption="<i>Da</i>"
        )

    dispatcher.message.register(greet, CommandStart())
    dispatcher.message.register(copy, F.photo)
    dispatcher.callback_query.register(go_on)
    return dispatcher
