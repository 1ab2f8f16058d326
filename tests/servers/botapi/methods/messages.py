"""Methods about messages that exist or shall exist."""

from datetime import timedelta

from tests.servers.botapi import keyboards
from tests.servers.botapi.calls import Call
from tests.servers.botapi.errors import bad_request, forbidden
from tests.servers.botapi.methods.sending import (
    caption_content,
    check_length,
    send,
    sent,
    text_content,
    thread_of,
)
from tests.servers.botapi.model import Json, Message
from tests.servers.botapi.state import State, Toast

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
"""https://core.telegram.org/bots/api#sendchataction"""
_DELETABLE = timedelta(hours=48)
"""https://core.telegram.org/bots/api#deletemessage"""
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)
"""Single-character ones of https://core.telegram.org/bots/api#reactiontypeemoji."""


def send_message(state: State, call: Call) -> Json:
    """`sendMessage`"""
    return send(state, call, text_content(state, call))


def edit_message_text(state: State, call: Call) -> Json:
    """`editMessageText`"""
    content = text_content(state, call)
    message = _own(state, call, "message to edit not found")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(state, call, message, content)


def edit_message_caption(state: State, call: Call) -> Json:
    """`editMessageCaption`"""
    caption = caption_content(state, call)
    message = _own(state, call, "message to edit not found")
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    kept = {
        name: value
        for name, value in message.content.items()
        if name not in ("caption", "caption_entities")
    }
    return _edit(state, call, message, {**kept, **caption})


def edit_message_reply_markup(state: State, call: Call) -> Json:
    """`editMessageReplyMarkup`"""
    message = _own(state, call, "message to edit not found")
    return _edit(state, call, message, message.content)


def _edit(state: State, call: Call, message: Message, content: Json) -> Json:
    markup = keyboards.checked(call.structure("reply_markup"))
    check_length(content)
    if content == message.content and markup == message.reply_markup:
        raise bad_request(_NOT_MODIFIED)
    if content != message.content:
        message.edited = state.now()
    message.content, message.reply_markup = content, markup
    state.arrivals.ring()
    return sent(call, message)


def _own(state: State, call: Call, missing: str) -> Message:
    message = call.message(state, missing)
    if not message.is_ours and message.chat.kind != "channel":
        raise bad_request("message can't be edited")
    return message


def delete_message(state: State, call: Call) -> bool:
    """`deleteMessage`"""
    message = call.message(state, "message to delete not found")
    can_delete_others = message.chat.kind == "private" or message.chat.bot_is == "administrator"
    if not (message.is_ours or can_delete_others) or state.now() - message.date > _DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    del message.chat.messages[message.message_id]
    message.chat.pinned = [each for each in message.chat.pinned if each != message.message_id]
    state.arrivals.ring()
    call.had_effect = True
    return True


def pin_chat_message(state: State, call: Call) -> bool:
    """`pinChatMessage`"""
    message = call.message(state, "message to pin not found")
    if message.chat.kind != "private" and not message.chat.bot_may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.chat.pinned.append(message.message_id)
    pinned = {"pinned_message": message.as_json(with_reply=False)}
    state.notice(message.chat, state.bot, pinned, message.thread)
    call.had_effect = True
    return True


def send_chat_action(state: State, call: Call) -> bool:
    """`sendChatAction`"""
    action = call.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.chat(state)
    if refusal := chat.refusal():
        raise refusal
    thread_of(call, chat)
    state.chat_actions.append((chat.id, action))
    call.had_effect = True
    return True


def set_message_reaction(state: State, call: Call) -> bool:
    """`setMessageReaction`"""
    message = call.message(state, "message to react not found")
    reactions = call.structure("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    for reaction in reactions:
        emoji = str(reaction.get("emoji", "")).removesuffix("\ufe0f")
        if reaction.get("type") != "emoji" or emoji not in _REACTIONS:
            raise bad_request("REACTION_INVALID")
    message.reactions[state.bot.id] = [reaction["emoji"] for reaction in reactions]
    call.had_effect = True
    return True


def answer_callback_query(state: State, call: Call) -> bool:
    """`answerCallbackQuery`"""
    text = call.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    toast: Toast = {"text": text, "show_alert": call.flag("show_alert")}
    state.answer_callback(call.text("callback_query_id"), toast)
    call.had_effect = True
    return True


def get_chat(state: State, call: Call) -> Json:
    """`getChat`"""
    chat = call.chat(state)
    if chat.kind != "private" and (refusal := chat.refusal()):
        raise refusal
    return {
        **chat.as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def leave_chat(state: State, call: Call) -> bool:
    """`leaveChat`"""
    chat = call.chat(state)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    if chat.bot_is in ("left", "kicked"):
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    was, chat.bot_is = chat.bot_is, "left"
    state.announce("my_chat_member", state.membership(chat, state.bot, was))
    call.had_effect = True
    return True
