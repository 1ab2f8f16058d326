"""The terminal as a messenger, for `lernallianz chat`: a person at a keyboard, or a pipe.

A line is a message; the next line is read when it has been answered, so that a pipe reads like a
conversation. Bytes that are no UTF-8 are replaced.
"""

import asyncio
import sys
import textwrap
import threading
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.clock import Clock
from bot.errors import Refused
from bot.markup import to_plain
from bot.messages import (
    Address,
    Button,
    Capabilities,
    Format,
    IncomingMessage,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
    Typing,
    typed,
)
from bot.ports import Inbox, NotStored

_BULLET = "• "


def standard_lines() -> Iterable[bytes]:
    """The lines of the standard input, unbuffered.

    The interpreter cannot end while a thread waits inside a buffered file.
    """
    return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)


class ConsoleConnector:
    """The terminal, as `bot.ports.Connector`.

    Args:
        inbox: takes the typed lines.
        clock: the present moment.
        lines: the typed lines as bytes, read in a thread of their own; see `standard_lines`.
        show: prints a text; it ends without a line break.
        apology: said when a line could not be taken.
        prompt: shown before a line is read; empty for a pipe.
        width: columns to wrap at.
        limit: the longest wait for an answer, in seconds.
        settle: how long to wait for a further part of an answer, in seconds.
    """

    trouble = None
    url = ""
    channel = "console"
    capabilities = Capabilities(
        buttons=0,
        edits=False,
        deletions=False,
        files=0,
        length=100_000,
        format=Format.PLAIN,
        reminds_when_closed=False,
    )

    def __init__(
        self,
        *,
        inbox: Inbox,
        clock: Clock,
        lines: Iterable[bytes],
        show: Callable[[str], None],
        apology: str,
        prompt: str = "",
        width: int = 80,
        limit: float = 10.0,
        settle: float = 0.3,
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._lines = lines
        self._show = show
        self._apology = apology
        self._prompt = prompt
        self._width = width
        self._limit = limit
        self._settle = settle
        self._address = Address(self.channel, uuid.uuid4().hex)
        self._answered: dict[str, asyncio.Event] = {}
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to read."""
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop reading; a line being typed is lost."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def finished(self) -> None:
        """Wait until the input has ended and its last line was answered."""
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def send(self, message: OutgoingMessage) -> Receipt:
        """Print one message.

        Raises:
            Refused: it opens or ends a room; the terminal is one chat.
        """
        shown = to_terminal(message, self._width)
        if shown:
            self._show(f"{shown}\n\n")
        self.quiet(message.in_reply_to or "")
        return Receipt()

    async def fetch(self, reference: str) -> bytes:
        """See `bot.ports.Connector`; nobody can send a file here."""
        raise Refused("no files at the terminal")

    def quiet(self, external_id: str) -> None:
        """The message with this id has got its answer, or will not get one."""
        if external_id in self._answered:
            self._answered[external_id].set()

    async def _read(self) -> None:
        arriving: asyncio.Queue[bytes | None] = asyncio.Queue()
        _read_in_thread(self._lines, arriving, asyncio.get_running_loop())
        self._show(self._prompt)
        while (line := await arriving.get()) is not None:
            text = line.decode("utf-8", "replace").strip()
            if text:
                await self._take(text)
            self._show(self._prompt)

    async def _take(self, text: str) -> None:
        message = IncomingMessage(
            address=self._address,
            external_id=uuid.uuid4().hex,
            content=typed(text),
            sent_at=self._clock(),
        )
        answered = self._answered[message.external_id] = asyncio.Event()
        try:
            received = await self._inbox.receive([message])
        except NotStored as error:
            crisis = error.crisis.get(message.external_id)
            self._show(f"{_text(crisis, self._width) if crisis else self._apology}\n\n")
        else:
            if received.declined:
                self._show(f"{self._apology}\n\n")
            else:
                await self._wait(answered)
        finally:
            del self._answered[message.external_id]

    async def _wait(self, answered: asyncio.Event) -> None:
        """Wait for the answer, then for silence: an answer may have several parts."""
        wait = self._limit
        while await _is_set_within(answered, wait):
            answered.clear()
            wait = self._settle


def to_terminal(message: OutgoingMessage, width: int) -> str:
    """A message as plain text, wrapped at `width` columns, choices as a numbered list. Pure.

    What was printed stays, so a deletion prints nothing.

    Raises:
        Refused: it opens or ends a room.
    """
    match message.content:
        case OutgoingText() | OutgoingEdit() as content:
            return _text(content, width)
        case OutgoingFile(name=name, caption=caption, author=author):
            above = _wrapped(to_plain(caption, author), width)
            return "\n".join(filter(None, (above, f"[{name}]")))
        case OutgoingDeletion() | Typing():
            return ""
        case OutgoingRoom() | OutgoingEnd():
            raise Refused("the terminal has no rooms")


def _text(content: OutgoingText | OutgoingEdit, width: int) -> str:
    parts = [_wrapped(to_plain(content.text or "", content.author), width)]
    if content.buttons:
        parts.append(_numbered(content.buttons, width))
    return "\n\n".join(parts)


def _numbered(buttons: tuple[Button, ...], width: int) -> str:
    lines = (f"{number}. {button.label}" for number, button in enumerate(buttons, start=1))
    return "\n".join(textwrap.fill(line, width, subsequent_indent="   ") for line in lines)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(
        textwrap.fill(line, width, subsequent_indent="  " if line.startswith(_BULLET) else "")
        for line in text.splitlines()
    )


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


def _read_in_thread(
    lines: Iterable[bytes],
    arriving: asyncio.Queue[bytes | None],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Put every line, then None, into the queue.

    Nothing can interrupt a thread that waits for a keyboard, so it is a daemon: it must not keep
    the process alive after Ctrl-C.
    """

    def read() -> None:
        # The loop may be closed, or the input gone, by the time that a line arrives.
        with suppress(RuntimeError, OSError, ValueError):
            for line in lines:
                loop.call_soon_threadsafe(arriving.put_nowait, line)
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(arriving.put_nowait, None)

    threading.Thread(target=read, name="console", daemon=True).start()
