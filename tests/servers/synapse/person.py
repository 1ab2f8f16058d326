"""What a person does on Matrix, whether they encrypt or not."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable

from tests.servers.botapi.bell import Bell
from tests.servers.synapse import contents
from tests.servers.synapse.account import Account
from tests.servers.synapse.config import Json
from tests.servers.synapse.events import Event


class Person(ABC):
    """Somebody who writes, reacts, edits, takes back, and waits for what others write.

    Attributes:
        account: the device and its plain requests.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._bell = Bell()
        self._changes = 0

    @property
    def user_id(self) -> str:
        """The whole id, such as `@mia-1:matrix.test`."""
        return self.account.user_id

    @abstractmethod
    async def create_direct_room(self, other: str) -> str:
        """A new room for two; `other` is invited. Returns its id."""

    @abstractmethod
    async def send(self, room: str, kind: str, content: Json, transaction: str = "") -> str:
        """Send any event; its id.

        Args:
            room: its id.
            kind: the event's type.
            content: as it is.
            transaction: sent again under the same one, it stands in the room once.
        """

    @abstractmethod
    async def events(self, room: str) -> list[Event]:
        """Everything that this client saw in a room, in the server's order."""

    @abstractmethod
    async def download(self, event: Event) -> bytes:
        """The file of a message."""

    @abstractmethod
    async def _store(self, data: bytes, mime: str) -> Json:
        """Bring a file to the server: the part of a message's content that says where it is."""

    async def join(self, room: str) -> None:
        """Enter a room that one is invited to."""
        await self.account.join(room)

    async def leave(self, room: str) -> None:
        """Leave a room."""
        await self.account.leave(room)

    async def redact(self, room: str, event_id: str) -> str:
        """Take an event back; the id of the redaction."""
        return await self.account.redact(room, event_id)

    async def send_text(self, room: str, body: str, transaction: str = "") -> str:
        """Write; the event's id."""
        return await self._send_message(room, contents.text(body), transaction)

    async def reply(self, room: str, to: str, body: str) -> str:
        """Answer a message; the event's id."""
        return await self._send_message(room, contents.reply(to, body))

    async def edit(self, room: str, event_id: str, body: str) -> str:
        """Put other words in place of one's own; the edit's own id."""
        return await self._send_message(room, contents.edit(event_id, body))

    async def react(self, room: str, event_id: str, key: str) -> str:
        """Put an emoji below a message; the reaction's id, by which it can be taken back."""
        return await self.send(room, "m.reaction", contents.reaction(event_id, key))

    async def send_file(self, room: str, name: str, data: bytes, mime: str) -> str:
        """Send a file, or a picture if `mime` says so; the event's id."""
        where = await self._store(data, mime)
        return await self._send_message(room, contents.file(name, mime, len(data), where))

    async def wait_for(
        self, room: str, is_enough: Callable[[list[Event]], bool], within: float = 10.0
    ) -> list[Event]:
        """Wait until the events of a room are enough; all of them.

        Args:
            room: its id.
            is_enough: asked again after every change.
            within: real seconds.

        Raises:
            TimeoutError: it did not come; says what is there.
        """
        events: list[Event] = []
        try:
            async with asyncio.timeout(within):
                while True:
                    seen = self._changes
                    events = await self.events(room)
                    if is_enough(events):
                        return events
                    if seen == self._changes:
                        await self._bell.heard()
        except TimeoutError:
            there = [(event.type, event.sender, event.body or event.failure) for event in events]
            raise TimeoutError(f"not within {within} s, but: {there}") from None

    async def arrived(
        self, count: int, room: str, *, sender: str, within: float = 10.0
    ) -> list[Event]:
        """Wait for so many messages (edits too) of one sender; all of them, oldest first."""

        def messages(events: list[Event]) -> list[Event]:
            return [event for event in events if event.sender == sender and event.msgtype]

        events = await self.wait_for(room, lambda now: len(messages(now)) >= count, within)
        return messages(events)

    async def joined(self, room: str, other: str, within: float = 10.0) -> None:
        """Wait until somebody entered a room."""

        def has_joined(events: list[Event]) -> bool:
            memberships = [event.content for event in events if event.state_key == other]
            return any(content.get("membership") == "join" for content in memberships)

        await self.wait_for(room, has_joined, within)

    def changed(self) -> None:
        """Wake everybody who waits for this person."""
        self._changes += 1
        self._bell.ring()

    async def _send_message(self, room: str, content: Json, transaction: str = "") -> str:
        return await self.send(room, "m.room.message", content, transaction)
