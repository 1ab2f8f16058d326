"""What the methods beside `sendMessage` do, and what they refuse."""

from datetime import timedelta
from typing import Any

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import YES, Ask

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


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
