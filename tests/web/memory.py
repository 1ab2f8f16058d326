"""The ports of the web chat in memory: an assistant that echoes, and delivers as the real one."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import NotDelivered
from bot.messages import (
    Address,
    Button,
    Choice,
    Command,
    File,
    IncomingMessage,
    OutgoingContent,
    OutgoingFile,
    OutgoingMessage,
    OutgoingText,
    Text,
)
from bot.ports import Connector, NotStored, Received

CRISIS = OutgoingText("**Du bist nicht allein.** Ruf bitte [112](tel:112) an.")
LONG = "\n".join(
    (
        "**Unter 18 darfst du höchstens 8 Stunden am Tag arbeiten.**",
        "",
        "Das steht im [Jugendarbeitsschutzgesetz](https://www.gesetze-im-internet.de/jarbschg/):",
        "• höchstens 40 Stunden in der Woche",
        "• fünf Tage, meist Montag bis Freitag",
        "• 60 Minuten Pause, wenn du mehr als sechs Stunden arbeitest",
        "",
        "Wird es regelmäßig mehr, sprich mit deiner Jugendvertretung oder der Kammer.",
    )
)
_PARTS = {"doppelt": 2, "still": 0}
"""How many replies these words get; all others get one."""


class MemoryOutbox:
    """Keeps what waits, what was handed over, and delivers one message of a chat at a time."""

    def __init__(self) -> None:
        self.connector: Connector | None = None
        self.waiting: defaultdict[Address, list[OutgoingMessage]] = defaultdict(list)
        self.sent: defaultdict[Address, dict[int, OutgoingMessage]] = defaultdict(dict)
        self.acknowledged: defaultdict[Address, int] = defaultdict(int)
        self._numbers: defaultdict[Address, int] = defaultdict(int)
        self._busy: set[Address] = set()
        self._woken: set[Address] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def say(
        self,
        address: Address,
        content: OutgoingContent,
        in_reply_to: str | None = None,
        *,
        is_urgent: bool = False,
        quotes: str | None = None,
    ) -> str:
        """The id under which it is sent."""
        self._numbers[address] += 1
        message = OutgoingMessage(
            address=address,
            content=content,
            message_id=uuid.uuid4().hex,
            number=self._numbers[address],
            in_reply_to=in_reply_to,
            is_urgent=is_urgent,
            quotes=quotes,
        )
        self.waiting[address].append(message)
        self.wake(address)
        return message.message_id

    async def unacknowledged(self, address: Address) -> Sequence[OutgoingMessage]:
        await asyncio.sleep(0)
        return [message for _, message in sorted(self.sent[address].items())]

    async def acknowledge(self, address: Address, number: int) -> None:
        await asyncio.sleep(0)
        self.acknowledged[address] = max(self.acknowledged[address], number)
        for each in [each for each in self.sent[address] if each <= number]:
            del self.sent[address][each]

    def wake(self, address: Address) -> None:
        self._woken.add(address)
        if address not in self._busy:
            self._busy.add(address)
            task = asyncio.create_task(self._deliver(address))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, address: Address) -> None:
        assert self.connector is not None
        try:
            while self.waiting[address]:
                self._woken.discard(address)
                message = self.waiting[address][0]
                try:
                    await self.connector.send(message)
                except NotDelivered:
                    if address in self._woken:
                        continue
                    break
                # A database needs a moment between sending and marking.
                await asyncio.sleep(0.005)
                self.waiting[address].pop(0)
                self.sent[address][message.number] = message
        finally:
            self._busy.discard(address)


@dataclass
class MemoryInbox:
    outbox: MemoryOutbox
    received: list[IncomingMessage] = field(default_factory=list)
    has_received: asyncio.Event = field(default_factory=asyncio.Event)
    typing_in: list[Address] = field(default_factory=list)
    is_down: bool = False
    is_full: bool = False

    async def receive(self, batch: Sequence[IncomingMessage]) -> Received:
        await asyncio.sleep(0)
        ids = frozenset(message.external_id for message in batch)
        if self.is_down:
            in_crisis = {each.external_id: CRISIS for each in batch if "Krise" in _said(each)}
            raise NotStored("down", in_crisis)
        if self.is_full:
            return Received(declined=ids)
        known = ids & {message.external_id for message in self.received}
        for message in batch:
            if message.external_id not in known:
                self.received.append(message)
                self.has_received.set()
                self._answer(message)
        return Received(new=ids - known, known=known)

    def typing(self, address: Address) -> None:
        self.typing_in.append(address)

    def _answer(self, message: IncomingMessage) -> None:
        said = _said(message)
        for _ in range(_PARTS.get(said, 1)):
            self.outbox.say(
                message.address,
                _reply(said),
                message.external_id,
                is_urgent="Krise" in said,
            )


@dataclass
class MemorySessions:
    codes: dict[str, Address] = field(default_factory=dict)
    ended: list[Address] = field(default_factory=list)

    async def recover(self, address: Address, code: str) -> Address | None:
        return self.codes.pop(code, None)

    async def end(self, address: Address) -> None:
        self.ended.append(address)


def _said(message: IncomingMessage) -> str:
    match message.content:
        case Text(text=text):
            return text
        case Choice(token=token):
            return f"gewählt {token}"
        case Command(name=name):
            return f"Befehl {name}"
        case File(name=name, media_type=media_type, size=size):
            return f"{name}, {media_type}, {size} Bytes"
        case _:
            return ""


def _reply(said: str) -> OutgoingContent:
    if "Knöpfe" in said:
        buttons = (Button("Ja, gern", "token-ja"), Button("Nein, danke", "token-nein"))
        return OutgoingText("Magst du mehr **wissen**?", buttons)
    if "Datei" in said:
        return OutgoingFile("daten.json", "application/json", b'{"name": "Kim"}', "Deine Daten")
    if "Krise" in said:
        return CRISIS
    if "arbeiten" in said:
        return OutgoingText(LONG, (Button("Und ab 18?", "token-18"), Button("Pausen", "token-p")))
    return OutgoingText(f"Echo: {said}")
