"""A chat as a test names it."""

from tests.servers.botapi.entities import as_json, settled, utf16
from tests.servers.botapi.errors import ImpossibleError
from tests.servers.botapi.methods.sending import LONGEST_TEXT
from tests.servers.botapi.model import Chat, Json, Membership, Seen, User
from tests.servers.botapi.state import State


class Place:
    """A chat as a test names it."""

    def __init__(self, state: State, chat: Chat) -> None:
        self._state = state
        self._chat = chat

    @property
    def id(self) -> int:
        """The chat's id; a group's changes when it migrates."""
        return self._chat.id

    @property
    def sees(self) -> list[Seen]:
        """The visible messages, oldest first."""
        messages = [message.as_seen() for message in self._chat.messages.values()]
        return [each for each in messages if self.thread in (None, each["topic"])]

    @property
    def thread(self) -> int | None:
        """The topic that it is; None for whole chats."""
        return None

    @property
    def chat(self) -> Chat:
        """What Telegram keeps of it."""
        return self._chat

    def _bot_becomes(self, membership: Membership, by: User) -> None:
        was, self._chat.bot_is = self._chat.bot_is, membership
        payload = self._state.membership(self._chat, by, was)
        self._state.announce("my_chat_member", payload)


def typed_text(text: str) -> Json:
    settled_text, entities = settled(text, [])
    if not settled_text:
        raise ImpossibleError("nobody can send an empty text")
    if utf16(settled_text) > LONGEST_TEXT:
        raise ImpossibleError("clients split a text that is longer than 4096 UTF-16 units")
    content: Json = {"text": settled_text}
    return {**content, "entities": as_json(settled_text, entities, {})} if entities else content


def typed_caption(caption: str) -> Json:
    text, entities = settled(caption, [])
    if not text:
        return {}
    content: Json = {"caption": text}
    return {**content, "caption_entities": as_json(text, entities, {})} if entities else content
