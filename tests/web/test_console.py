"""The terminal: lines in, wrapped answers out, each line answered before the next."""

import asyncio
import queue
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.messages import (
    Address,
    Button,
    OutgoingContent,
    OutgoingDeletion,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Typing,
)
from connectors.console import ConsoleConnector, to_terminal
from tests.web.memory import MemoryInbox, MemoryOutbox

HERE = Address("console", "test")


def outgoing(content: OutgoingContent) -> OutgoingMessage:
    return OutgoingMessage(HERE, content, "1", 1)


class Terminal:
    def __init__(self, lines: Iterable[bytes], limit: float = 10.0) -> None:
        self.outbox = MemoryOutbox()
        self.inbox = MemoryInbox(self.outbox)
        self.printed: list[str] = []
        self.console = self.outbox.connector = ConsoleConnector(
            inbox=self.inbox,
            clock=lambda: datetime(2026, 11, 21, 8, tzinfo=UTC),
            lines=lines,
            show=self.printed.append,
            apology="Entschuldige.",
            width=40,
            limit=limit,
            settle=0.02,
        )

    @property
    def text(self) -> str:
        return "".join(self.printed)


async def said_to(terminal: Terminal) -> str:
    async with terminal.console, asyncio.timeout(5):
        await terminal.console.finished()
    return terminal.text


async def test_a_pipe_is_answered_line_by_line() -> None:
    terminal = Terminal([b"eins\n", b"\n", b"  zwei  \n", b"drei"])
    assert await said_to(terminal) == "Echo: eins\n\nEcho: zwei\n\nEcho: drei\n\n"


async def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    assert await said_to(Terminal([b"gr\xfc\xdfe\n"])) == "Echo: gr��e\n\n"


async def test_an_answer_may_have_several_parts() -> None:
    terminal = Terminal([b"doppelt\n", b"zwei\n"])
    assert await said_to(terminal) == "Echo: doppelt\n\nEcho: doppelt\n\nEcho: zwei\n\n"


async def test_a_line_without_an_answer_does_not_hold_the_rest() -> None:
    terminal = Terminal([b"still\n", b"zwei\n"], limit=0.2)
    assert await said_to(terminal) == "Echo: zwei\n\n"
    assert len(terminal.inbox.received) == 2


async def test_what_cannot_be_stored_is_said_and_a_crisis_is_answered() -> None:
    terminal = Terminal([b"eins\n", b"Krise\n"])
    terminal.inbox.is_down = True
    assert await said_to(terminal) == (
        "Entschuldige.\n\nDu bist nicht allein. Ruf bitte 112 an.\n\n"
    )


async def test_leaving_while_nothing_is_typed() -> None:
    keyboard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    terminal = Terminal(iter(keyboard.get, b""))
    async with terminal.console, asyncio.timeout(5):
        keyboard.put(b"eins\n")
        await terminal.inbox.has_received.wait()
    keyboard.put(b"zwei\n")
    keyboard.put(b"")
    assert len(terminal.inbox.received) == 1


def test_choices_are_a_numbered_list() -> None:
    content = OutgoingText("**Was** magst du?", (Button("Eins", "a"), Button("Zwei", "b")))
    assert to_terminal(outgoing(content), 40) == "Was magst du?\n\n1. Eins\n2. Zwei"


def test_a_file_is_named_and_typing_is_nothing() -> None:
    file = OutgoingFile("daten.json", "application/json", b"{}", "Deine Daten")
    assert to_terminal(outgoing(file), 40) == "Deine Daten\n[daten.json]"
    assert to_terminal(outgoing(Typing()), 40) == ""


def test_what_a_person_wrote_stands_below_their_name_as_it_is() -> None:
    text = OutgoingText("**laut** [hier](https://beispiel.test)", author="Samira")
    file = OutgoingFile("bild.png", "image/png", b"", author="Samira")
    assert to_terminal(outgoing(text), 60) == "Samira:\n**laut** [hier](https://beispiel.test)"
    assert to_terminal(outgoing(file), 60) == "Samira:\n[bild.png]"


async def test_what_was_printed_stays_and_there_are_no_rooms_or_files() -> None:
    terminal = Terminal([])
    assert to_terminal(outgoing(OutgoingDeletion("1")), 40) == ""
    for content in (OutgoingRoom("token", "Titel", "Hallo"), OutgoingEnd()):
        with pytest.raises(Refused):
            await terminal.console.send(outgoing(content))
    with pytest.raises(Refused):
        await terminal.console.fetch("file")


@given(st.text())
def test_any_text_fits_the_width(text: str) -> None:
    shown = to_terminal(outgoing(OutgoingText(text)), 40)
    assert all(len(line) <= 40 for line in shown.splitlines())
