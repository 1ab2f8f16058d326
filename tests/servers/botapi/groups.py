"""Groups, their topics, and channels: what happens to them and in them."""

from collections.abc import Sequence

from typing_extensions import override

from tests.servers.botapi.errors import ImpossibleError
from tests.servers.botapi.model import Chat, ForumTopic, Json, Message, Seen, User
from tests.servers.botapi.people import Person
from tests.servers.botapi.places import Place, typed_text
from tests.servers.botapi.state import State

_ANONYMOUS = 1087968824
"""The account by which administrators write in their group's name."""
_TELEGRAM = 777000
"""The account by which posts of a channel come into its group."""


class Group(Place):
    """A group; after `migrates` a supergroup."""

    def __init__(self, state: State, title: str, members: Sequence[Person]) -> None:
        super().__init__(state, state.add_chat("group", title))
        self._owner = members[0].user if members else state.add_user(User(0, "Leitung"))
        self._chat.members = [person.user for person in members] or [self._owner]

    def adds_bot(self) -> None:
        """Its owner adds the bot as a plain member."""
        self._bot_becomes("member", self._owner)
        self._service({"new_chat_members": [self._state.bot.as_json()]})

    def promotes_bot(self, *lacking: str) -> None:
        """Its owner makes the bot an administrator, with all rights but these."""
        self._chat.bot_lacks = frozenset(lacking)
        self._bot_becomes("administrator", self._owner)

    def removes_bot(self) -> None:
        """Its owner throws the bot out."""
        self._bot_becomes("kicked", self._owner)

    def migrates(self) -> int:
        """Become a supergroup; its new id, which is also `id` from now on."""
        old = self._chat
        new = self._state.add_chat("supergroup", old.title)
        new.members, new.bot_is = old.members, old.bot_is
        self._service({"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._chat = new
        self._service({"migrate_from_chat_id": old.id})
        return new.id

    def shows_topics(self) -> None:
        """Its owner switches topics on, which makes it a supergroup."""
        if self._chat.kind == "group":
            self.migrates()
        self._chat.is_forum = True

    def opens_topic(self, name: str) -> "Topic":
        """Its owner opens a topic."""
        if not self._chat.is_forum:
            raise ImpossibleError("the group has no topics")
        return Topic(self._state, self._chat, self._state.open_topic(self._chat, self._owner, name))

    @property
    def topics(self) -> list["Topic"]:
        """All topics, oldest first."""
        return [Topic(self._state, self._chat, each) for each in self._chat.topics.values()]

    def says_anonymously(self, text: str) -> None:
        """Its owner writes in the group's name."""
        anonymous = User(_ANONYMOUS, "Group", True, username="GroupAnonymousBot")
        self._speak(anonymous, text, self._chat)

    def gets_post(self, channel: "Channel", text: str) -> None:
        """A post of the channel that it belongs to appears."""
        self._speak(User(_TELEGRAM, "Telegram"), text, channel.chat)

    def _speak(self, sender: User, text: str, name: Chat) -> None:
        message = self._state.post(self._chat, sender, typed_text(text), sender_chat=name)
        self._state.announce("message", message.as_json())

    def _service(self, content: Json) -> None:
        self._state.notice(self._chat, self._owner, content)


class Topic(Place):
    """One topic of a supergroup."""

    def __init__(self, state: State, chat: Chat, topic: ForumTopic) -> None:
        super().__init__(state, chat)
        self._topic = topic

    @property
    @override
    def thread(self) -> int | None:
        return self._topic.id

    @property
    def name(self) -> str:
        """What it is called."""
        return self._topic.name

    @property
    def is_closed(self) -> bool:
        """Whether only administrators can write."""
        return self._topic.is_closed

    @property
    def pinned(self) -> list[Seen]:
        """The pinned messages, oldest first."""
        return [each for each in self.sees if each["message_id"] in self._chat.pinned]

    def closes(self) -> None:
        """The group's owner closes it."""
        self._state.close_topic(self._chat, self._chat.members[0], self._topic)

    def disappears(self) -> None:
        """The group's owner deletes it with everything in it."""
        self._state.delete_topic(self._chat, self._topic)


class Channel(Place):
    """A channel."""

    def __init__(self, state: State, title: str) -> None:
        super().__init__(state, state.add_chat("channel", title))
        self._owner = state.add_user(User(0, "Leitung"))

    def adds_bot(self) -> None:
        """Its owner makes the bot an administrator, which is the only way in."""
        self._bot_becomes("administrator", self._owner)

    def removes_bot(self) -> None:
        """Its owner throws the bot out."""
        self._bot_becomes("kicked", self._owner)

    def posts(self, text: str) -> Json:
        """Post a text; the message as the bot gets it."""
        message = self._state.post(self._chat, None, typed_text(text), sender_chat=self._chat)
        self._tell(message, "channel_post")
        return message.as_json()

    def edits(self, message_id: int, text: str) -> Json:
        """Change a post."""
        message = self._chat.messages[message_id]
        message.content, message.edited = typed_text(text), self._state.now()
        self._tell(message, "edited_channel_post")
        return message.as_json()

    def _tell(self, message: Message, kind: str) -> None:
        if self._chat.bot_is == "administrator":
            self._state.announce(kind, message.as_json())
