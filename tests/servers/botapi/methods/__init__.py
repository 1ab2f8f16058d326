"""What each method of the Bot API checks and does.

A method is a function of the state and the call; it changes the state in one go, without waiting,
so that a request either happened or did not. Only `getUpdates` waits, and it lives in `polling`.
"""

from collections.abc import Callable
from typing import Any

from tests.servers.botapi.calls import Call
from tests.servers.botapi.methods import account, files, messages, topics
from tests.servers.botapi.state import State

METHODS: dict[str, Callable[[State, Call], Any]] = {
    "getMe": account.get_me,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "setMyDescription": account.set_my_description,
    "getMyDescription": account.get_my_description,
    "setMyShortDescription": account.set_my_short_description,
    "getMyShortDescription": account.get_my_short_description,
    "sendMessage": messages.send_message,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "pinChatMessage": messages.pin_chat_message,
    "createForumTopic": topics.create_forum_topic,
    "closeForumTopic": topics.close_forum_topic,
    "deleteForumTopic": topics.delete_forum_topic,
    "answerCallbackQuery": messages.answer_callback_query,
    "sendChatAction": messages.send_chat_action,
    "setMessageReaction": messages.set_message_reaction,
    "sendDocument": files.send_document,
    "sendPhoto": files.send_photo,
    "getFile": files.get_file,
    "getChat": messages.get_chat,
    "leaveChat": messages.leave_chat,
}
"""By the name in Telegram's spelling."""
