"""Webhooks: updates are posted, tried again and answered; polling is refused meanwhile."""

import asyncio

from aiohttp import web

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import Ask
from tests.telegram.botapi.hooks import Receiver, receiver
from tests.telegram.stage import until


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
