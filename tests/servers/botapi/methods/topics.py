"""Methods about the topics of a supergroup."""

from tests.servers.botapi.calls import Call
from tests.servers.botapi.errors import bad_request
from tests.servers.botapi.model import Chat, ForumTopic, Json
from tests.servers.botapi.state import State

LONGEST_NAME = 128
"""Characters, https://core.telegram.org/bots/api#createforumtopic; Telegram cuts longer ones."""


def create_forum_topic(state: State, call: Call) -> Json:
    """`createForumTopic`"""
    chat = _forum(state, call)
    if not chat.bot_may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    name = call.text("name").strip()
    if not name:
        raise bad_request("title must be non-empty")
    if len(name) > LONGEST_NAME:
        call.complaints += (f"name: longer than {LONGEST_NAME} characters",)
    call.had_effect = True
    return state.open_topic(chat, state.bot, name[:LONGEST_NAME]).as_json()


def close_forum_topic(state: State, call: Call) -> bool:
    """`closeForumTopic`"""
    chat, topic = _topic(state, call, "can_manage_topics", "close")
    if topic.is_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    state.close_topic(chat, state.bot, topic)
    call.had_effect = True
    return True


def delete_forum_topic(state: State, call: Call) -> bool:
    """`deleteForumTopic`"""
    chat, topic = _topic(state, call, "can_delete_messages", "delete")
    state.delete_topic(chat, topic)
    call.had_effect = True
    return True


def _topic(state: State, call: Call, right: str, verb: str) -> tuple[Chat, ForumTopic]:
    chat = _forum(state, call)
    if not chat.bot_may(right):
        raise bad_request(f"not enough rights to {verb} the topic")
    topic = chat.topics.get(call.integer("message_thread_id", 0, 0, 2**31))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, topic


def _forum(state: State, call: Call) -> Chat:
    chat = call.chat(state)
    if refusal := chat.refusal():
        raise refusal
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat
