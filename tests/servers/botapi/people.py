"""What a person does, as a client shows and allows it."""

from collections.abc import Sequence
from typing import Any

from tests.servers.botapi.errors import ImpossibleError
from tests.servers.botapi.methods.files import document, photo
from tests.servers.botapi.model import Chat, Json, Message, StoredFile, User
from tests.servers.botapi.places import Place, typed_caption, typed_text
from tests.servers.botapi.state import State, Toast


class Person(Place):
    """Somebody, and her private chat with the bot. `Person.id` is hers and the chat's."""

    def __init__(self, state: State, user: User, *, has_started: bool) -> None:
        super().__init__(state, state.add_chat("private", user=user))
        self.user = user
        self._chat.is_started = has_started
        self._chat.bot_is = "member"

    @property
    def toasts(self) -> list[Toast]:
        """The answers to her button presses, oldest first."""
        return list(self._state.toasts.get(self.user.id, []))

    def says(self, text: str, *, chat: Place | None = None, reply_to: int | None = None) -> Json:
        """Write a text; the message as the bot gets it.

        Args:
            text: trimmed and marked as Telegram does it.
            chat: a group or a topic; None is the private chat.
            reply_to: the id of the message she replies to.

        Raises:
            ImpossibleError: no client lets her write this, there.
        """
        return self._send(typed_text(text), chat, reply_to=reply_to)

    def forwards(self, text: str, *, chat: Place | None = None) -> Json:
        """Forward a text of somebody who hides her account."""
        origin = {
            "type": "hidden_user",
            "date": int(self._state.now().timestamp()),
            "sender_user_name": "Jemand",
        }
        return self._send({**typed_text(text), "forward_origin": origin}, chat)

    def edits(self, message_id: int, text: str, *, chat: Place | None = None) -> Json:
        """Change one of her messages."""
        where = self._place(chat)
        message = self._visible(where, message_id)
        if message.sender is not self.user:
            raise ImpossibleError("she can edit her own messages only")
        message.content = typed_text(text)
        message.edited = self._state.now()
        self._tell(message, "edited_message")
        return message.as_json()

    def deletes(self, message_id: int, *, chat: Place | None = None) -> None:
        """Delete a message for everybody; bots are not told."""
        where = self._place(chat)
        del where.messages[self._visible(where, message_id).message_id]
        self._state.arrivals.ring()

    def sends_photo(self, data: bytes, caption: str = "", *, chat: Place | None = None) -> Json:
        """Send a photo."""
        file = self._keep(data, "photo.jpg", "image/jpeg", "photos")
        return self._send({"photo": photo(file), **typed_caption(caption)}, chat, file=file)

    def sends_document(
        self,
        name: str,
        data: bytes,
        mime: str = "application/octet-stream",
        caption: str = "",
        *,
        chat: Place | None = None,
    ) -> Json:
        """Send a file."""
        file = self._keep(data, name, mime, "documents")
        return self._send({"document": document(file), **typed_caption(caption)}, chat, file=file)

    def sends_voice(self, data: bytes = b"OggS voice", *, chat: Place | None = None) -> Json:
        """Send a voice message."""
        file = self._keep(data, "voice.oga", "audio/ogg", "voice")
        voice = {**file.as_json(), "duration": 2, "mime_type": file.mime}
        return self._send({"voice": voice}, chat, file=file)

    def sends_sticker(self, emoji: str = "😀", *, chat: Place | None = None) -> Json:
        """Send a sticker."""
        file = self._keep(b"RIFF sticker", "sticker.webp", "image/webp", "stickers")
        sticker = {
            **file.as_json(),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._send({"sticker": sticker}, chat, file=file)

    def sends_location(
        self, latitude: float = 52.52, longitude: float = 13.405, *, chat: Place | None = None
    ) -> Json:
        """Send a place, in degrees."""
        location = {"latitude": latitude, "longitude": longitude}
        return self._send({"location": location}, chat)

    def sends_contact(
        self, phone: str = "+4930123456", name: str = "Jo", *, chat: Place | None = None
    ) -> Json:
        """Send somebody's number."""
        return self._send({"contact": {"phone_number": phone, "first_name": name}}, chat)

    def sends_poll(
        self,
        question: str = "Wann?",
        options: Sequence[str] = ("heute", "morgen"),
        *,
        chat: Place | None = None,
    ) -> Json:
        """Send a poll."""
        poll = {
            "id": "5000000000000000001",
            "question": question,
            "options": [
                {"persistent_id": str(index), "text": option, "voter_count": 0}
                for index, option in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return self._send({"poll": poll}, chat)

    def reacts(self, message_id: int, emoji: str | None, *, chat: Place | None = None) -> None:
        """React to a message; None takes the reaction back.

        In groups a bot is told only if it is an administrator, and anywhere only if it asked.
        """
        where = self._place(chat)
        message = self._visible(where, message_id)
        old = message.reactions.get(self.user.id, [])
        new = [] if emoji is None else [emoji]
        message.reactions[self.user.id] = new
        if where.kind != "private" and where.bot_is != "administrator":
            return
        payload = {
            "chat": where.as_json(),
            "message_id": message_id,
            "user": self.user.as_json(),
            "date": int(self._state.now().timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in new],
        }
        self._state.announce("message_reaction", payload)

    def presses(self, message_id: int, label: str, *, chat: Place | None = None) -> str:
        """Press the button of this label; the callback query's id.

        Raises:
            ImpossibleError: she sees no such button, or it asks the bot nothing.
        """
        message = self._visible(self._place(chat), message_id)
        buttons = [button for row in message.inline_keyboard for button in row]
        for button in buttons:
            if button["text"] == label:
                if "callback_data" not in button:
                    raise ImpossibleError(f"the button {label!r} asks the bot nothing")
                return self._press(message.chat, message_id, button["callback_data"])
        labels = ", ".join(repr(button["text"]) for button in buttons) or "none"
        raise ImpossibleError(f"no button {label!r} on message {message_id}; there are: {labels}")

    def presses_data(self, message_id: int, data: str, *, chat: Place | None = None) -> str:
        """Press a button that is not shown any more, as an old client does; the query's id."""
        return self._press(self._place(chat), message_id, data)

    def _press(self, chat: Chat, message_id: int, data: str) -> str:
        callback = self._state.open_callback(self.user)
        message = chat.messages.get(message_id)
        gone = {"chat": chat.as_json(), "message_id": message_id, "date": 0}
        payload = {
            "id": callback.id,
            "from": self.user.as_json(),
            "message": gone if message is None else message.as_json(),
            "chat_instance": chat.instance,
            "data": data,
        }
        self._state.announce("callback_query", payload)
        return callback.id

    def blocks(self) -> None:
        """Block the bot."""
        self._chat.is_blocked = True
        self._bot_becomes("kicked", self.user)

    def unblocks(self) -> None:
        """Let the bot write again."""
        self._chat.is_blocked = False
        self._bot_becomes("member", self.user)

    def deletes_account(self) -> None:
        """Leave Telegram."""
        self._chat.is_deactivated = True

    def _keep(self, data: bytes, name: str, mime: str, folder: str) -> StoredFile:
        return self._state.keep_file(data, name, mime, folder)

    def _place(self, place: Place | None) -> Chat:
        if self._chat.is_deactivated:
            raise ImpossibleError(f"{self.user.first_name} deleted the account")
        if place is None:
            return self._chat
        if self.user not in place.chat.members:
            raise ImpossibleError(f"{self.user.first_name} is not in {place.chat.title!r}")
        return place.chat

    @staticmethod
    def _visible(chat: Chat, message_id: int) -> Message:
        if message_id not in chat.messages:
            raise ImpossibleError(f"there is no message {message_id} to see")
        return chat.messages[message_id]

    def _send(self, content: Json, place: Place | None, **more: Any) -> Json:
        chat = self._place(place)
        thread = place.thread if place else None
        if thread and chat.topics[thread].is_closed and self.user is not chat.members[0]:
            raise ImpossibleError("only administrators write in a closed topic")
        if chat.is_blocked:
            raise ImpossibleError(f"{self.user.first_name} blocked the bot; call unblocks() first")
        chat.is_started = True
        message = self._state.post(chat, self.user, content, thread=thread, **more)
        self._tell(message, "message")
        return message.as_json()

    def _tell(self, message: Message, kind: str) -> None:
        if message.chat.bot_is in ("member", "administrator") and self._is_read(message):
            self._state.announce(kind, message.as_json())

    def _is_read(self, message: Message) -> bool:
        """Whether the bot may read it: https://core.telegram.org/bots/features#privacy-mode."""
        if not self._state.has_privacy_mode or not message.chat.is_group:
            return True
        if message.chat.bot_is == "administrator":
            return True
        replied = message.chat.messages.get(message.reply_to or 0)
        if replied is not None and replied.is_ours:
            return True
        text = message.content.get("text", "")
        return text.startswith("/") or f"@{self._state.bot.username}" in text
