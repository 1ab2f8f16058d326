"""The stand-in for the Bot API, held against two client libraries and the documented rules."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
import telegram
import telegram.error
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
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from tests.servers.botapi import BotApi, Fault, FaultKind, ImpossibleError, Person
from tests.servers.botapi.entities import settled, utf16
from tests.servers.botapi.errors import ApiError
from tests.servers.botapi.markup import parse_html

MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
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


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(clock=lambda: MORNING) as opened:
        yield opened


@pytest.fixture
def mia(api: BotApi) -> Person:
    return api.person("Mia", language_code="de")


@pytest.fixture
async def ask(api: BotApi) -> AsyncIterator[Ask]:
    async with httpx.AsyncClient(timeout=10, trust_env=False, verify=False) as http:  # noqa: S501
        yield Ask(api, http)


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


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


# aiogram, from the outside


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


@asynccontextmanager
async def receiver(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


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


# The wire


async def test_bodies_come_in_every_form(api: BotApi, mia: Person, ask: Ask) -> None:
    url = f"{api.base_url}{api.token}/SENDmessage"
    params = {"chat_id": str(mia.id), "text": "[1]", "reply_markup": '{"remove_keyboard": true}'}
    for answer in (
        await ask.http.get(url, params=params),
        await ask.http.post(url, data=params),
        await ask.http.post(url, json={**params, "chat_id": mia.id}),
        await ask.http.post(url, files={name: (None, text) for name, text in params.items()}),
    ):
        assert answer.json()["result"]["text"] == "[1]"
    for entry in api.log:
        assert (entry.method, entry.chat_id) == ("sendMessage", mia.id)
        assert entry.params["reply_markup"] == {"remove_keyboard": True}
    assert api.complaints == []


async def test_token_and_method_must_exist(api: BotApi, ask: Ask) -> None:
    answer = await ask.http.get(f"{api.base_url}1:wrong/getMe")
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await ask.error("getMoney") == "Not Found"
    assert [entry.status for entry in api.log] == [401, 404]


async def test_what_telegram_ignores_is_complained_of(api: BotApi, mia: Person, ask: Ask) -> None:
    await ask.send(mia.id, parsemode="HTML")
    assert api.complaints == ["unknown parameter: parsemode"]


async def test_updates_are_confirmed_by_the_offset(api: BotApi, mia: Person, ask: Ask) -> None:
    for number in range(5):
        mia.says(str(number))
    first = await ask("getUpdates", limit=2)
    assert await ask("getUpdates", limit=2) == first
    ids = [update["update_id"] for update in first]
    rest = await ask("getUpdates", offset=ids[1] + 1)
    assert [update["update_id"] for update in rest] == [ids[1] + 1, ids[1] + 2, ids[1] + 3]
    assert api.unconfirmed == 3
    [last] = await ask("getUpdates", offset=-1)
    assert last["message"]["text"] == "4"
    assert api.unconfirmed == 1
    assert await ask("getUpdates", offset=last["update_id"] + 1) == []
    assert [entry.had_effect for entry in api.log] == [False, False, True, True, True]


async def test_updates_vanish_after_a_day(api: BotApi, mia: Person, ask: Ask) -> None:
    mia.says("alt")
    api.pass_time(timedelta(hours=20))
    mia.says("neu")
    api.pass_time(timedelta(hours=4, seconds=1))
    [update] = await ask("getUpdates")
    assert update["message"]["text"] == "neu"


async def test_a_poll_waits_for_an_update(api: BotApi, mia: Person, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    mia.says("Hallo")
    [update] = await poll
    assert update["message"]["date"] == int(MORNING.timestamp())


async def test_the_older_of_two_polls_ends(api: BotApi, mia: Person, ask: Ask) -> None:
    older = asyncio.create_task(ask.error("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    newer = asyncio.create_task(ask("getUpdates", timeout=50))
    assert await older == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    mia.says("Hallo")
    assert len(await newer) == 1


async def test_a_poll_whose_client_left_is_no_rival(api: BotApi, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    poll.cancel()
    await until(lambda: bool(api.log))
    assert (api.log[0].status, api.log[0].answered) == (None, False)
    assert await ask("getUpdates") == []


async def test_closing_answers_a_poll(mia: Person) -> None:
    async with httpx.AsyncClient(trust_env=False) as http, BotApi() as api:
        poll = asyncio.create_task(http.get(f"{api.base_url}{api.token}/getUpdates?timeout=50"))
        await until(lambda: api.is_polled)
    assert (await poll).json() == {"ok": True, "result": []}


async def test_only_wanted_updates_are_queued(api: BotApi, mia: Person, ask: Ask) -> None:
    message_id = mia.says("Hallo")["message_id"]
    mia.reacts(message_id, "👍")
    assert api.unconfirmed == 1
    await ask("getUpdates", allowed_updates=["message_reaction"])
    mia.says("ungehört")
    mia.reacts(message_id, "❤")
    await ask("getUpdates")
    assert [list(update)[1] for update in await ask("getUpdates")] == [
        "message",
        "message_reaction",
    ]
    await ask("getUpdates", allowed_updates=[])
    mia.says("wieder")
    assert api.unconfirmed == 3


# Message ids and chats


async def test_message_ids_are_shared_where_telegram_shares_them(
    api: BotApi, mia: Person, ask: Ask
) -> None:
    jo, group, channel = api.person("Jo"), api.group("9b", [mia]), api.channel("Neues")
    group.adds_bot()
    ids = [await ask.send(mia.id), await ask.send(group.id), await ask.send(jo.id)]
    assert ids == [2, 3, 4]
    channel.adds_bot()
    assert await ask.send(channel.id, "Guten Tag") == 1
    assert [post["text"] for post in await api.arrived(1, channel)] == ["Guten Tag"]
    group.migrates()
    assert group.sees[0]["kind"] == "migrate_from_chat_id"
    assert await ask.send(group.id) == 2


async def test_a_group_is_left(api: BotApi, mia: Person, ask: Ask) -> None:
    group = api.group("9b", [mia])
    group.adds_bot()
    await ask("leaveChat", chat_id=group.id)
    mia.says("Weg?", chat=group)
    kinds = [list(update)[1] for update in await ask("getUpdates")]
    assert kinds == ["my_chat_member", "message", "my_chat_member"]
    error = await ask.error("sendMessage", chat_id=group.id, text="Hallo")
    assert error == "Forbidden: bot is not a member of the group chat"
    group.adds_bot()
    group.removes_bot()
    error = await ask.error("sendMessage", chat_id=group.id, text="Hallo")
    assert error == "Forbidden: bot was kicked from the group chat"


async def test_privacy_mode_hides_what_is_not_for_the_bot() -> None:
    async with BotApi(privacy_mode=True) as api:
        mia, other = api.person("Mia"), api.other_bot("Uhr")
        group = api.group("9b", [mia, other])
        group.adds_bot()
        before = api.unconfirmed
        mia.says("unter uns", chat=group)
        other.says("Es ist acht Uhr.", chat=group)
        assert api.unconfirmed == before
        mia.says("/hilfe", chat=group)
        mia.says("@lern_test_bot und du?", chat=group)
        assert api.unconfirmed == before + 2


async def test_people_send_everything(api: BotApi, mia: Person, ask: Ask) -> None:
    said = mia.says("/start https://example.de")["message_id"]
    mia.says("ja", reply_to=said)
    mia.edits(said, "doch nicht")
    mia.sends_document("a.pdf", b"%PDF", "application/pdf", "Mein Zeugnis")
    mia.sends_voice()
    mia.sends_sticker()
    mia.sends_location()
    mia.sends_contact()
    mia.sends_poll()
    mia.forwards("von jemand")
    mia.presses_data(99, "alt")
    mia.blocks()
    mia.unblocks()
    channel = api.channel("Neues")
    channel.adds_bot()
    post = channel.posts("Guten Tag")
    channel.edits(post["message_id"], "Guten Abend")
    updates = await ask("getUpdates")
    assert updates[0]["message"]["entities"] == [
        {"type": "bot_command", "offset": 0, "length": 6},
        {"type": "url", "offset": 7, "length": 18},
    ]
    assert updates[1]["message"]["reply_to_message"]["message_id"] == said
    assert [list(update)[1] for update in updates[-6:]] == [
        "callback_query",
        "my_chat_member",
        "my_chat_member",
        "my_chat_member",
        "channel_post",
        "edited_channel_post",
    ]
    assert [message["kind"] for message in mia.sees][2:] == [
        "document",
        "voice",
        "sticker",
        "location",
        "contact",
        "poll",
        "text",
    ]


async def test_people_cannot_do_the_impossible(api: BotApi, mia: Person, ask: Ask) -> None:
    question = await ask.send(mia.id, reply_markup=YES)
    with pytest.raises(ImpossibleError, match="no button 'Nein' on message 1; there are: 'Ja'"):
        mia.presses(question, "Nein")
    with pytest.raises(ImpossibleError, match="own messages only"):
        mia.edits(question, "anders")
    with pytest.raises(ImpossibleError, match="empty"):
        mia.says(" \n")
    mia.blocks()
    with pytest.raises(ImpossibleError, match="unblocks"):
        mia.says("Hallo?")


# What is refused


def row(*, buttons: int = 1, data: str = "x", text: str = "Ja") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data}] * buttons]}


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": row(data="ü" * 33)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": row(data="")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": row(buttons=9)}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": row(text=" ")},
            "inline keyboard button text must be non-empty",
        ),
        (
            {
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "http://x"}]]},
            },
            "inline keyboard button URL 'http://x' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "reply_parameters": [1]}, "can't parse parameter reply_parameters"),
        ({"text": "x", "reply_markup": "no"}, "can't parse reply_markup JSON object"),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
    ],
)
async def test_send_message_refuses(
    mia: Person, ask: Ask, params: dict[str, Any], error: str
) -> None:
    given = {"chat_id": mia.id, **params}
    assert await ask.error("sendMessage", **given) == f"Bad Request: {error}"
    assert mia.sees == []


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "can't parse JSON object"),
        ("application/json", b'{"text": "\xff"}', "strings must be encoded in UTF-8"),
        ("application/json", b'{"text": "\\ud83d"}', "strings must be encoded in UTF-8"),
        ("application/x-www-form-urlencoded", b"text=\xff", "strings must be encoded in UTF-8"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", "chat_id is empty"),
    ],
)
async def test_broken_bodies_are_refused(
    ask: Ask, content_type: str, body: bytes, error: str
) -> None:
    url = f"{ask.api.base_url}{ask.api.token}/sendChatAction?action=typing"
    answer = await ask.http.post(url, content=body, headers={"content-type": content_type})
    assert answer.json()["description"] == f"Bad Request: {error}"


async def test_too_many_buttons_are_refused(mia: Person, ask: Ask) -> None:
    full = {"inline_keyboard": row(buttons=5)["inline_keyboard"] * 20}
    await ask.send(mia.id, reply_markup=full)
    full["inline_keyboard"] += row()["inline_keyboard"]
    error = await ask.error("sendMessage", chat_id=mia.id, text="x", reply_markup=full)
    assert error == "Bad Request: reply markup is too long"


@pytest.mark.parametrize(
    "params",
    [
        {"text": "😀" * 2048},
        {"text": "<b>" + "a" * 4096 + "</b>", "parse_mode": "html"},
        {"text": "x", "reply_markup": row(data="ü" * 32, buttons=8)},
        {"text": "x", "reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}},
        {"text": "x", "link_preview_options": {"is_disabled": True}},
    ],
)
async def test_send_message_lets_pass(mia: Person, ask: Ask, params: dict[str, Any]) -> None:
    await ask("sendMessage", chat_id=mia.id, **params)
    assert ask.api.complaints == []


async def test_who_cannot_be_written_to(api: BotApi, mia: Person, ask: Ask) -> None:
    stranger = api.person("Kim", started=False)
    mia.blocks()
    gone = api.person("Jo")
    gone.deletes_account()
    errors = [
        await ask.error("sendMessage", chat_id=person.id, text="Hallo")
        for person in (stranger, mia, gone, api.other_bot("Uhr"))
    ]
    assert errors == [
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot can't send messages to bots",
    ]
    mia.unblocks()
    stranger.says("Hallo")
    assert [await ask.send(mia.id), await ask.send(stranger.id)] == [2, 3]


async def test_edits_are_checked(mia: Person, ask: Ask) -> None:
    hers = mia.says("Hallo")["message_id"]
    ours = await ask.send(mia.id, reply_markup=YES)
    edit: dict[str, Any] = {"chat_id": mia.id, "message_id": ours, "text": "Hallo"}
    unchanged = await ask.error("editMessageText", **edit, reply_markup=YES)
    assert unchanged == (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )
    missing = await ask.error("editMessageText", **{**edit, "message_id": 99})
    assert missing == "Bad Request: message to edit not found"
    foreign = await ask.error("editMessageText", **{**edit, "message_id": hers})
    assert foreign == "Bad Request: message can't be edited"
    await ask("editMessageText", **edit)
    assert mia.sees[-1]["reply_markup"] is None
    await ask("editMessageReplyMarkup", chat_id=mia.id, message_id=ours, reply_markup=YES)
    assert mia.sees[-1]["reply_markup"] == YES


async def test_messages_are_deleted(api: BotApi, mia: Person, ask: Ask) -> None:
    message_id = await ask.send(mia.id)
    assert await ask("deleteMessage", chat_id=mia.id, message_id=message_id)
    assert mia.sees == []
    again = await ask.error("deleteMessage", chat_id=mia.id, message_id=message_id)
    assert again == "Bad Request: message to delete not found"
    old = await ask.send(mia.id)
    api.pass_time(timedelta(hours=48, seconds=1))
    error = await ask.error("deleteMessage", chat_id=mia.id, message_id=old)
    assert error == "Bad Request: message can't be deleted for everyone"


async def test_a_callback_is_answered_once_and_in_time(api: BotApi, mia: Person, ask: Ask) -> None:
    question = await ask.send(mia.id, reply_markup=YES)
    query = mia.presses(question, "Ja")
    assert await ask("answerCallbackQuery", callback_query_id=query, text="Ja!", show_alert=True)
    assert mia.toasts == [{"text": "Ja!", "show_alert": True}]
    late = mia.presses(question, "Ja")
    api.pass_time(timedelta(seconds=16))
    for callback_id in (query, late, "7"):
        assert await ask.error("answerCallbackQuery", callback_query_id=callback_id) == TOO_OLD


async def test_actions_and_reactions(api: BotApi, mia: Person, ask: Ask) -> None:
    hers = mia.says("Danke")["message_id"]
    await ask("sendChatAction", chat_id=mia.id, action="typing")
    assert api.chat_actions == [(mia.id, "typing")]
    wrong = await ask.error("sendChatAction", chat_id=mia.id, action="thinking")
    assert wrong == "Bad Request: wrong parameter action in request"
    react: dict[str, Any] = {"chat_id": mia.id, "message_id": hers}
    await ask("setMessageReaction", **react, reaction=[{"type": "emoji", "emoji": "❤"}])
    assert mia.sees[0]["reactions"] == ["❤"]
    wrong = await ask.error(
        "setMessageReaction", **react, reaction=[{"type": "emoji", "emoji": "x"}]
    )
    assert wrong == "Bad Request: REACTION_INVALID"


async def test_the_bot_describes_itself(api: BotApi, ask: Ask) -> None:
    commands = [{"command": "hilfe", "description": "Was ich kann"}]
    await ask("setMyCommands", commands=commands)
    assert await ask("getMyCommands") == commands == api.commands
    for wrong in ({"command": "Hilfe!", "description": "x"}, {"command": "x", "description": ""}):
        assert "INVALID" in await ask.error("setMyCommands", commands=[wrong])
    assert await ask.error("setMyCommands", commands=commands * 101)
    await ask("deleteMyCommands")
    assert await ask("getMyCommands") == []
    await ask("setMyDescription", description="Ich helfe.")
    await ask("setMyShortDescription", short_description="Hilfe")
    assert await ask("getMyDescription") == {"description": "Ich helfe."}
    assert await ask("getMyShortDescription") == {"short_description": "Hilfe"}


async def test_files_have_limits(api: BotApi, mia: Person, ask: Ask) -> None:
    sent = mia.sends_document("groß.bin", bytes(20 * 1024 * 1024 + 1))
    file_id = sent["document"]["file_id"]
    assert await ask.error("getFile", file_id=file_id) == "Bad Request: file is too big"
    assert "wrong file_id" in await ask.error("getFile", file_id="nothing")
    url = f"{api.base_url}{api.token}/sendPhoto?chat_id={mia.id}"
    answer = await ask.http.post(url, files={"photo": ("a.jpg", bytes(10 * 1024 * 1024 + 1))})
    assert "is too big for a photo" in answer.json()["description"]
    answer = await ask.http.post(f"{url}&caption={'a' * 1025}", files={"photo": ("a.jpg", b"12")})
    assert answer.json()["description"] == "Bad Request: message caption is too long"
    document = {"document": ("a.bin", bytes(50 * 1024 * 1024 + 1))}
    answer = await ask.http.post(url.replace("Photo", "Document"), files=document)
    assert answer.json()["description"] == "Request Entity Too Large"
    missing = await ask.http.get(f"{api.base_file_url}{api.token}/photos/nothing.jpg")
    assert missing.status_code == 404


async def test_get_chat_tells_who_it_is(mia: Person, ask: Ask) -> None:
    assert (await ask("getChat", chat_id=mia.id))["first_name"] == "Mia"


# HTML


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp;amp; &quot; &#228;&#x1F600;", 'a <b> &amp; " ä😀', []),
        ("&nbsp; &copy;", "&nbsp; &copy;", []),
        ("😀<b>ä</b>", "😀ä", [bold(2, 1)]),
        ("<b>a</b><strong>b</strong>", "ab", [bold(0, 2)]),
        (
            "<b>a<i>b</i></b>",
            "ab",
            [bold(0, 2), {"type": "italic", "offset": 1, "length": 1}],
        ),
        ("  <b> a </b> ", "a", [bold(0, 1)]),
        ("<b>x</b>  ", "x", [bold(0, 1)]),
        ("<u></u>x", "x", []),
        (
            '<a href="https://e.de/?a=1&amp;b=2">l</a>',
            "l",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://e.de/?a=1&b=2"}],
        ),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [{"type": "pre", "offset": 0, "length": 1, "language": "py"}],
        ),
        ("<code>/start</code>", "/start", [{"type": "code", "offset": 0, "length": 6}]),
        ("<b>a<code>b</code></b>", "ab", [bold(0, 1), {"type": "code", "offset": 1, "length": 1}]),
        (
            '<span class="tg-spoiler">x</span>',
            "x",
            [{"type": "spoiler", "offset": 0, "length": 1}],
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            [{"type": "expandable_blockquote", "offset": 0, "length": 1}],
        ),
        ("<a href='javascript:x'>a</a><a href='http://x/'>b</a>", "ab", []),
        (
            "<a href='TG://user?id=1'>a</a><a href='Wirbel.DE?x'>b</a>",
            "ab",
            [{"type": "text_link", "offset": 1, "length": 1, "url": "http://wirbel.de/?x"}],
        ),
        ("<S>x</>", "x", [{"type": "strikethrough", "offset": 0, "length": 1}]),
        ("/hilfe", "/hilfe", [{"type": "bot_command", "offset": 0, "length": 6}]),
    ],
)
async def test_html_becomes_entities(
    mia: Person, ask: Ask, source: str, text: str, entities: list[Any]
) -> None:
    message = await ask("sendMessage", chat_id=mia.id, text=source, parse_mode="HTML")
    assert (message["text"], message.get("entities", [])) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("ä<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä<div>x</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=ü>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>l</a>', 'Unclosed start tag "a" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused(source: str, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


def test_texts_are_cleaned() -> None:
    text, [entity] = settled("\r\n a\tb\u202ec 😀 e@example.org ", [])
    assert text == "a bc 😀 e@example.org"
    assert (entity.kind, utf16(text[: entity.offset])) == ("email", 8)


# Flood limits


async def burst(ask: Ask, chat_id: int, count: int) -> list[int]:
    answers = [await ask.answer("sendMessage", chat_id=chat_id, text="x") for _ in range(count)]
    return [answer.json().get("parameters", {}).get("retry_after", 0) for answer in answers]


async def test_a_private_chat_takes_short_bursts(api: BotApi, mia: Person, ask: Ask) -> None:
    assert await burst(ask, mia.id, 6) == [0, 0, 0, 0, 0, 5]
    api.pass_time(timedelta(seconds=4.5))
    assert await burst(ask, mia.id, 1) == [1]
    api.pass_time(timedelta(seconds=0.5))
    for _ in range(20):
        assert await burst(ask, mia.id, 1) == [0]
        api.pass_time(timedelta(seconds=1))
    assert api.log[5].status == 429
    assert (api.log[5].had_effect, api.log[5].fault) == (False, None)


async def test_a_group_takes_twenty_a_minute(api: BotApi, mia: Person, ask: Ask) -> None:
    group = api.group("9b", [mia])
    group.adds_bot()
    assert await burst(ask, group.id, 21) == [*[0] * 20, 60]


async def test_all_chats_together_take_thirty_a_second(api: BotApi, ask: Ask) -> None:
    people = [api.person(f"Person {number}") for number in range(31)]
    waits = [(await burst(ask, person.id, 1))[0] for person in people]
    assert waits == [*[0] * 30, 1]


async def test_limits_can_be_off() -> None:
    async with BotApi(enforce_limits=False) as api, httpx.AsyncClient(trust_env=False) as http:
        assert await burst(Ask(api, http), api.person("Mia").id, 40) == [0] * 40


# Faults


async def outcome(ask: Ask, mia: Person, *, is_slow: bool = False) -> str:
    """What a client makes of it: the status, `garbage` or the name of the error."""
    try:
        answer = await ask.http.post(
            f"{ask.api.base_url}{ask.api.token}/sendMessage",
            json={"chat_id": mia.id, "text": "Hallo"},
            timeout=0.2 if is_slow else 10,
        )
        answer.json()
    except httpx.HTTPError as error:
        return type(error).__name__
    except ValueError:
        return "garbage" if answer.status_code == 200 else str(answer.status_code)
    return str(answer.status_code)


@pytest.mark.parametrize(
    ("kind", "outcomes", "status", "is_answered"),
    [
        ("500", {"500"}, 500, True),
        ("502", {"502"}, 502, True),
        ("429", {"429"}, 429, True),
        ("timeout_before_effect", {"ReadTimeout"}, None, False),
        ("timeout_after_effect", {"ReadTimeout"}, None, False),
        ("garbage_before_effect", {"garbage"}, 200, False),
        ("garbage_after_effect", {"garbage"}, 200, False),
        ("half_answer", {"RemoteProtocolError"}, 200, False),
        ("cut_before_effect", {"RemoteProtocolError", "ReadError"}, None, False),
        ("cut_after_effect", {"RemoteProtocolError", "ReadError"}, None, False),
        ("offline", {"RemoteProtocolError", "ReadError"}, None, False),
    ],
)
async def test_faults_strike(
    api: BotApi,
    mia: Person,
    ask: Ask,
    kind: FaultKind,
    outcomes: set[str],
    status: int | None,
    is_answered: bool,
) -> None:
    api.faults.add(Fault(kind, "SendMessage", count=1))
    assert await outcome(ask, mia, is_slow=kind.startswith("timeout")) in outcomes
    [entry] = api.log
    has_effect = kind == "half_answer" or kind.endswith("after_effect")
    assert (entry.fault, entry.status, entry.answered) == (kind, status, is_answered)
    assert (entry.had_effect, entry.message_id) == ((True, 1) if has_effect else (False, None))
    assert len(mia.sees) == has_effect
    assert api.faults.are_used_up
    assert await outcome(ask, mia) == "200"


async def test_a_fault_strikes_what_it_is_meant_for(api: BotApi, mia: Person, ask: Ask) -> None:
    jo = api.person("Jo")
    with api.faults.during(Fault("500", chat_id=mia.id)):
        assert await ask.error("sendMessage", chat_id=mia.id, text="x")
        assert await ask.send(jo.id)
        assert await ask("getMe")
    assert await ask.send(mia.id)


async def test_faults_are_drawn_alike_every_time(mia: Person, ask: Ask) -> None:
    runs = []
    for _ in range(2):
        fault = Fault("500", probability=0.5, random=Random(7))  # noqa: S311 - repeatable
        with ask.api.faults.during(fault):
            runs.append([(await ask.answer("getMe")).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert {200, 500} == set(runs[0])


async def test_offline_cuts_what_waits(api: BotApi, mia: Person, ask: Ask) -> None:
    poll = asyncio.create_task(ask("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    with api.faults.during(Fault("offline")):
        with pytest.raises(httpx.TransportError):
            await poll
        mia.says("Hallo?")
        with pytest.raises(httpx.TransportError):
            await ask("getUpdates")
    assert len(await ask("getUpdates")) == 1


async def test_silence_ends_when_the_stand_in_closes() -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http, BotApi() as api:
        api.faults.add(Fault("timeout_before_effect"))
        asked = asyncio.create_task(http.get(f"{api.base_url}{api.token}/getMe"))
        await until(lambda: bool(api.log))
    with pytest.raises(httpx.TransportError):
        await asked


async def test_a_lost_poll_confirms_and_is_delivered_again(
    api: BotApi, mia: Person, ask: Ask
) -> None:
    mia.says("eins")
    [first] = await ask("getUpdates")
    mia.says("zwei")
    api.faults.add(Fault("half_answer", "getUpdates", count=1))
    with pytest.raises(httpx.TransportError):
        await ask("getUpdates", offset=first["update_id"] + 1)
    assert api.log[-1].had_effect
    [second] = await ask("getUpdates", offset=first["update_id"] + 1)
    assert second["message"]["text"] == "zwei"


def test_there_is_no_other_fault() -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Fault("404")  # type: ignore[arg-type]


# Webhooks


class Receiver:
    """Takes updates after a number of refusals."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.got: list[tuple[str, str]] = []
        self.app = web.Application()
        self.app.router.add_post("/hook", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.got.append((secret, (await request.json())["message"]["text"]))
        self.refusals -= 1
        return web.Response(status=503 if self.refusals >= 0 else 200)


async def test_a_webhook_is_tried_again_in_order_and_replayed(
    api: BotApi, mia: Person, ask: Ask
) -> None:
    hook = Receiver(refusals=2)
    async with receiver(hook.app) as url:
        await ask("setWebhook", url=url, secret_token="a_B-9", max_connections=1)
        mia.says("eins")
        mia.says("zwei")
        await until(lambda: api.unconfirmed == 0)
        assert hook.got == [("a_B-9", text) for text in ("eins", "eins", "eins", "zwei")]
        info = await ask("getWebhookInfo")
        assert info["last_error_message"] == (
            "Wrong response from the webhook: 503 Service Unavailable"
        )
        assert (info["url"], info["max_connections"]) == (url, 1)
        api.replay_last_update()
        await until(lambda: api.unconfirmed == 0)
        assert hook.got[-1] == ("a_B-9", "zwei")
        assert api.webhook_attempts == 5
        await ask("deleteWebhook")
    mia.says("drei")
    assert len(await ask("getUpdates")) == 1


async def test_a_webhook_may_answer_with_a_method(api: BotApi, mia: Person, ask: Ask) -> None:
    async def answer(request: web.Request) -> web.Response:
        chat_id = (await request.json())["message"]["chat"]["id"]
        return web.json_response({"method": "sendmessage", "chat_id": chat_id, "text": "Ja?"})

    app = web.Application()
    app.router.add_post("/hook", answer)
    async with receiver(app) as url:
        await ask("setWebhook", url=url)
        mia.says("Hallo")
        assert [message["text"] for message in await api.arrived(1, mia)] == ["Ja?"]
        await until(lambda: api.unconfirmed == 0)
    assert (api.log[-1].method, api.log[-1].had_effect) == ("sendMessage", True)
    assert not api.log[-1].answered


async def test_webhook_and_polling_exclude_each_other(api: BotApi, mia: Person, ask: Ask) -> None:
    poll = asyncio.create_task(ask.error("getUpdates", timeout=50))
    await until(lambda: api.is_polled)
    await ask("setWebhook", url="http://127.0.0.1:1/hook")
    assert await poll == "Conflict: terminated by setWebhook request"
    assert await ask.error("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    mia.says("verloren")
    await ask("deleteWebhook", drop_pending_updates=True)
    assert await ask("getUpdates") == []


async def test_a_secret_has_its_letters(ask: Ask) -> None:
    error = await ask.error("setWebhook", url="http://127.0.0.1:1/", secret_token="geheim!")
    assert error == "Bad Request: secret token contains unallowed characters"


# The stand-in itself


async def test_a_replay_reaches_a_poll_too(api: BotApi, mia: Person, ask: Ask) -> None:
    with pytest.raises(LookupError):
        api.replay_last_update()
    mia.says("Hallo")
    [update] = await ask("getUpdates")
    await ask("getUpdates", offset=update["update_id"] + 1)
    api.replay_last_update()
    assert await ask("getUpdates") == [update]


async def test_waiting_for_messages_says_what_is_there(mia: Person, ask: Ask) -> None:
    await ask.send(mia.id, "nur eine")
    with pytest.raises(TimeoutError, match="nur eine"):
        await ask.api.arrived(2, mia, within=0.01)


async def test_a_mistake_of_the_stand_in_fails_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.servers.botapi import methods as all_methods

    monkeypatch.setitem(all_methods.METHODS, "getMe", lambda state, call: {"id": "x"})
    with pytest.raises(AssertionError, match="the stand-in is wrong"):
        async with BotApi() as api, httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{api.base_url}{api.token}/getMe")).status_code == 500
