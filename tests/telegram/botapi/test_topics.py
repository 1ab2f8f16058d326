"""Topics of a supergroup: how they are opened, written to, pinned in, closed, and told of to the bot."""

from typing import Any

import pytest

from tests.servers.botapi import BotApi, Group, ImpossibleError, Person
from tests.telegram.botapi.clients import Ask, ptb_bot


@pytest.fixture
def team(api: BotApi, mia: Person) -> Group:
    return api.team("Team", [mia, api.person("Jo")])


async def messages(ask: Ask) -> list[dict[str, Any]]:
    """The messages among all updates, which are confirmed."""
    updates = await ask("getUpdates")
    if updates:
        await ask("getUpdates", offset=updates[-1]["update_id"] + 1)
    return [update["message"] for update in updates if "message" in update]


async def test_the_bot_opens_a_topic_and_writes_there(team: Group, ask: Ask) -> None:
    made = await ask("createForumTopic", chat_id=team.id, name="Fall 12")
    sent = await ask.send(team.id, message_thread_id=made["message_thread_id"])
    answer = await ask.send(team.id, reply_parameters={"message_id": sent})
    general = await ask.send(team.id)
    [topic] = team.topics

    assert (topic.name, topic.thread) == ("Fall 12", made["message_thread_id"])
    assert [seen["message_id"] for seen in topic.sees] == [topic.thread, sent, answer]
    assert [seen["topic"] for seen in team.sees if seen["message_id"] == general] == [None]


async def test_what_is_said_in_a_topic_is_told_as_a_reply_to_its_beginning(
    mia: Person, team: Group, ask: Ask
) -> None:
    topic = team.opens_topic("Fall 12")
    first = mia.says("eins", chat=topic)["message_id"]
    mia.says("zwei", chat=topic, reply_to=first)
    mia.says("drei", chat=team)
    *_, opened, plain, reply, general = await messages(ask)

    assert opened["forum_topic_created"]["name"] == "Fall 12"
    assert "reply_to_message" not in opened
    for each in (opened, plain, reply):
        assert (each["message_thread_id"], each["is_topic_message"]) == (topic.thread, True)
    assert plain["reply_to_message"]["message_id"] == topic.thread
    assert reply["reply_to_message"]["message_id"] == first
    assert not {"message_thread_id", "is_topic_message", "reply_to_message"} & set(general)


async def test_replies_outside_of_topics_are_a_thread_but_no_topic(
    mia: Person, team: Group, ask: Ask
) -> None:
    first = mia.says("eins", chat=team)["message_id"]
    second = mia.says("zwei", chat=team, reply_to=first)["message_id"]
    mia.says("drei", chat=team, reply_to=second)
    *_, two, three = await messages(ask)

    assert [two["message_thread_id"], three["message_thread_id"]] == [first, first]
    assert "is_topic_message" not in three
    error = await ask.error("sendMessage", chat_id=team.id, text="x", message_thread_id=first)
    assert error == "Bad Request: message thread not found"


async def test_a_closed_topic_is_for_administrators(api: BotApi, team: Group, ask: Ask) -> None:
    topic = team.opens_topic("Fall 12")
    jo = api.person("Jo")
    team.chat.members.append(jo.user)
    place = {"chat_id": team.id, "message_thread_id": topic.thread}
    assert await ask("closeForumTopic", **place)
    assert await ask.error("closeForumTopic", **place) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert await ask.send(team.id, message_thread_id=topic.thread)
    with pytest.raises(ImpossibleError):
        jo.says("noch etwas", chat=topic)
    team.promotes_bot("can_manage_topics")
    error = await ask.error("sendMessage", **place, text="x")
    assert error == "Bad Request: TOPIC_CLOSED"
    topic.disappears()
    error = await ask.error("sendMessage", **place, text="x")
    assert error == "Bad Request: message thread not found"


async def test_a_topic_is_deleted_with_what_was_said_there(team: Group, ask: Ask) -> None:
    topic = team.opens_topic("Fall 12")
    place = {"chat_id": team.id, "message_thread_id": topic.thread}
    await ask.send(team.id, message_thread_id=topic.thread)
    kept = await ask.send(team.id)
    team.promotes_bot("can_delete_messages")
    assert "not enough rights to delete the topic" in await ask.error("deleteForumTopic", **place)
    team.promotes_bot("can_manage_topics")
    assert await ask("deleteForumTopic", **place)

    assert team.topics == []
    assert {seen["topic"] for seen in team.sees} == {None}
    assert team.sees[-1]["message_id"] == kept
    assert await ask.error("deleteForumTopic", **place) == "Bad Request: TOPIC_ID_INVALID"


async def test_topics_and_pins_need_rights(mia: Person, team: Group, ask: Ask) -> None:
    sent = await ask.send(team.id)
    team.promotes_bot("can_pin_messages", "can_manage_topics")
    pin: dict[str, Any] = {"chat_id": team.id, "message_id": sent}
    make: dict[str, Any] = {"chat_id": team.id, "name": "Fall 12"}
    assert "not enough rights to manage pinned" in await ask.error("pinChatMessage", **pin)
    assert "not enough rights to create a topic" in await ask.error("createForumTopic", **make)
    team.promotes_bot()
    assert await ask("pinChatMessage", **pin)
    assert team.chat.pinned == [sent]
    missing = await ask.error("pinChatMessage", **{**pin, "message_id": 99})
    assert missing == "Bad Request: message to pin not found"
    empty = await ask.error("createForumTopic", **{**make, "name": " "})
    assert empty == "Bad Request: title must be non-empty"
    alone = await ask.error("createForumTopic", **{**make, "chat_id": mia.id})
    assert alone == "Bad Request: the chat is not a forum"


async def test_a_title_that_telegram_would_cut_is_complained_of(
    api: BotApi, team: Group, ask: Ask
) -> None:
    await ask("createForumTopic", chat_id=team.id, name="x" * 129)

    assert [len(topic.name) for topic in team.topics] == [128]
    assert api.complaints == ["name: longer than 128 characters"]


async def test_python_telegram_bot_reads_topics(api: BotApi, mia: Person, team: Group) -> None:
    async with ptb_bot(api) as bot:
        made = await bot.create_forum_topic(team.id, "Fall 12")
        [topic] = team.topics
        mia.sends_photo(b"\xff\xd8", "Bild", chat=topic)
        team.says_anonymously("Liebe alle")
        team.gets_post(api.channel("Neues"), "Guten Tag")
        *_, photo, anonymous, post = await bot.get_updates()

    assert photo.message is not None
    assert photo.message.message_thread_id == made.message_thread_id
    assert anonymous.message is not None
    assert anonymous.message.sender_chat is not None
    assert anonymous.message.sender_chat.id == team.id
    assert post.message is not None
    assert post.message.from_user is not None
    assert not post.message.from_user.is_bot
