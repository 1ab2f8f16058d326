"""Private chats, groups and channels: their message ids, who reads along and who cannot be written to."""

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import Ask


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


async def test_get_chat_tells_who_it_is(mia: Person, ask: Ask) -> None:
    assert (await ask("getChat", chat_id=mia.id))["first_name"] == "Mia"
