"""What tests do with the stand-in itself: people act, updates are replayed, mistakes are shown."""

import httpx
import pytest

from tests.servers.botapi import BotApi, ImpossibleError, Person
from tests.telegram.botapi.clients import YES, Ask


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
