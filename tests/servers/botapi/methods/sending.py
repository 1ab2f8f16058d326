"""What every message on its way out passes: content, keyboard, chat, reply, length, flood limits.

The order is Telegram's: what the Bot API server sees in the request comes first, then the chat,
then what Telegram behind it refuses.
"""

from typing import Any

from tests.servers.botapi import keyboards
from tests.servers.botapi.calls import Call
from tests.servers.botapi.entities import as_json, settled, utf16
from tests.servers.botapi.errors import bad_request, too_many_requests
from tests.servers.botapi.model import Chat, Json, Message, StoredFile
from tests.servers.botapi.state import State

LONGEST_TEXT = 4096
"""UTF-16 units after the entities are parsed, https://core.telegram.org/bots/api#sendmessage"""
LONGEST_CAPTION = 1024
"""The same, for a caption."""


def text_content(state: State, call: Call) -> Json:
    """The parameters `text`, `entities` and `parse_mode` as a message keeps them.

    A text that is too long is found by `check_length`, as Telegram looks at the chat before.
    """
    if not call.text("text"):
        raise bad_request("message text is empty")
    text, entities = settled(*call.formatted("text", "entities"))
    if not text:
        raise bad_request("message text is empty")
    content: Json = {"text": text}
    if entities:
        content["entities"] = as_json(text, entities, state.users)
    return content


def caption_content(state: State, call: Call) -> Json:
    """The parameters `caption`, `caption_entities` and `parse_mode`; nothing without a caption."""
    text, entities = settled(*call.formatted("caption", "caption_entities"))
    if not text:
        return {}
    content: Json = {"caption": text}
    if entities:
        content["caption_entities"] = as_json(text, entities, state.users)
    return content


def check_length(content: Json) -> None:
    """Refuse what is too long.

    Raises:
        ApiError: 400.
    """
    if utf16(content.get("text", "")) > LONGEST_TEXT:
        raise bad_request("message is too long")
    if utf16(content.get("caption", "")) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")


def send(state: State, call: Call, content: Json, file: StoredFile | None = None) -> Json:
    """Put a message of the bot into the chat that the call names; answers with it."""
    markup = keyboards.checked(call.structure("reply_markup"))
    chat = call.chat(state)
    if refusal := chat.refusal():
        raise refusal
    thread = thread_of(call, chat)
    reply_to = _reply(state, call, chat)
    check_length(content)
    if wait := state.wait_to_send(chat):
        raise too_many_requests(wait)
    more: dict[str, Any] = {"reply_markup": markup, "reply_to": reply_to, "file": file}
    is_channel = chat.kind == "channel"
    message = state.post(
        chat,
        None if is_channel else state.bot,
        content,
        is_ours=True,
        sender_chat=chat if is_channel else None,
        thread=thread,
        **more,
    )
    return sent(call, message)


def sent(call: Call, message: Message) -> Json:
    """Note what was done to which message; answers with it."""
    call.had_effect = True
    call.message_id = message.message_id
    return message.as_json()


def thread_of(call: Call, chat: Chat) -> int | None:
    """The topic that the call names; None without one.

    Raises:
        ApiError: there is no such topic, or the bot cannot write there.
    """
    if not call.text("message_thread_id"):
        return None
    topic = chat.topics.get(call.integer("message_thread_id", 0, 0, 2**31))
    if topic is None:
        raise bad_request("message thread not found")
    if topic.is_closed and not chat.bot_may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic.id


def _reply(state: State, call: Call, chat: Chat) -> int | None:
    asked = call.structure("reply_parameters")
    if asked is None:
        asked = {
            "message_id": call.params.get("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if not asked.get("message_id"):
        return None
    reply_to = int(asked["message_id"])
    if reply_to in chat.messages:
        return reply_to
    if asked.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
