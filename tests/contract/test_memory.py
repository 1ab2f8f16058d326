"""What the memory connector does beyond the contract: rooms, topics of groups, files, replies."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from bot.errors import NotDelivered, Refused
from bot.messages import (
    Address,
    File,
    IncomingMessage,
    OutgoingContent,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingRoom,
)
from bot.ports import Received
from connectors.memory import MemoryConnector


@dataclass
class Inbox:
    received: list[IncomingMessage] = field(default_factory=list)

    async def receive(self, batch: Sequence[IncomingMessage]) -> Received:
        self.received += batch
        return Received(new=frozenset(each.external_id for each in batch))

    def typing(self, address: Address) -> None:
        """Nobody types here."""


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def connector(inbox: Inbox) -> MemoryConnector:
    made = MemoryConnector(inbox, lambda: datetime(2026, 11, 21, 8, tzinfo=UTC))
    made.capabilities = replace(made.capabilities, opens_rooms=True)
    return made


def outgoing(chat: str, content: OutgoingContent) -> OutgoingMessage:
    return OutgoingMessage(Address("memory", chat), content, "1", 1)


async def opened(connector: MemoryConnector, chat: str, token: str) -> str | None:
    message = outgoing(chat, OutgoingRoom(token, "Titel", "Hallo"))
    return (await connector.send(message)).opened


async def test_each_token_has_its_room(connector: MemoryConnector) -> None:
    rooms = [
        await opened(connector, chat, token)
        for chat, token in (
            ("mia", "a"),
            ("kim", "b"),
            ("mia", "a"),
            ("group", "a"),
            ("group-2", "b"),
            ("group", "c"),
            ("group", "a"),
        )
    ]
    assert rooms == ["room-1", "room-2", "room-1", "group/1", "group-2/1", "group/2", "group/1"]


async def test_a_room_asked_for_again_after_a_fault_is_the_same(
    connector: MemoryConnector,
) -> None:
    connector.fail_next(NotDelivered("down"), after_effect=True)
    with pytest.raises(NotDelivered):
        await opened(connector, "mia", "a")
    assert await opened(connector, "mia", "a") == "room-1"


async def test_only_groups_have_topics_where_no_rooms_are_opened(
    connector: MemoryConnector,
) -> None:
    connector.capabilities = replace(connector.capabilities, opens_rooms=False)
    assert await opened(connector, "group", "a") == "group/1"
    with pytest.raises(Refused):
        await opened(connector, "mia", "a")


async def test_what_else_is_sent_opens_nothing_and_is_kept(connector: MemoryConnector) -> None:
    receipt = await connector.send(outgoing("room-1", OutgoingEnd()))
    assert (receipt.opened, connector.sent[-1].content) == (None, OutgoingEnd())


async def test_a_file_a_reply_and_who_wrote_arrive(
    connector: MemoryConnector, inbox: Inbox
) -> None:
    connector.files["f1"] = b"content"
    file = File("f1", "bild.png", "image/png", 7)
    await connector.says("group/1", file, reply_to="s1", sender="mia")
    [message] = inbox.received
    assert (message.content, message.reply_to, message.sender) == (file, "s1", "mia")
    assert await connector.fetch("f1") == b"content"
