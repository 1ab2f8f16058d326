"""Inbox, turns and outbox over one database, with somebody who echoes, and a clock to move."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.delivery.inbox import DurableInbox
from bot.delivery.outbox import Deliverer
from bot.delivery.post import OutgoingPost
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.delivery.turns import TurnWorkers
from bot.escalation.standings import Standings
from bot.events import SlotSet
from bot.messages import (
    OutgoingMessage,
    OutgoingText,
    spoken_text,
)
from bot.people.export import ExportRenderer
from bot.people.service import People
from bot.storage.database import Database
from bot.tracker import apply
from bot.turn import FileReply, Offer, OnUnknowable, Outcome, Reply, Situation
from connectors.memory import MemoryConnector

START = datetime(2026, 11, 21, 8, tzinfo=UTC)
APOLOGY = "Da ist bei mir etwas schiefgegangen"


class Echo:
    """A turn taker that says what it heard, and raises, offers or waits when it is told to."""

    def __init__(self) -> None:
        self.raises = 0
        self.situations: list[Situation] = []
        self.before: Callable[[Situation], Awaitable[None]] | None = None

    async def turn(self, situation: Situation) -> Outcome:
        self.situations.append(situation)
        if self.before:
            await self.before(situation)
        words = spoken_text(situation.message.content)
        if "gift" in words:
            self.raises += 1
            raise RuntimeError
        count = int(situation.tracker.slot("count") or 0) + 1
        tracker = apply(situation.tracker, [SlotSet("count", count)])
        if situation.chosen:
            words = situation.chosen.label
        offers = (Offer("eins", "/eins"), Offer("zwei", "/zwei")) if "knopf" in words else ()
        if "datei" in words:
            return Outcome(tracker, (FileReply("export"),))
        unknowable = OnUnknowable.DROP if "erinnern" in words else OnUnknowable.REPEAT
        expires = timedelta(minutes=1) if "eilig" in words else None
        reply = Reply(
            f"{count}: {words}",
            offers,
            is_urgent="not" in words,
            unknowable=unknowable,
            expires_after=expires,
        )
        return Outcome(tracker, (reply,), owner=situation.owner)


@dataclass
class Post:
    """Inbox, turns and outbox over one database, with a clock to move."""

    database: Database
    echo: Echo = field(default_factory=Echo)
    now: datetime = START
    set_aside: list[str] = field(default_factory=list)
    connectors: dict[str, MemoryConnector] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def __post_init__(self) -> None:
        people = People(self.database, forget_chats, tell)
        self.deliverer = Deliverer(
            database=self.database,
            connectors=self.connectors,
            renderer=ExportRenderer(self.clock),
            people=people,
            clock=self.clock,
        )
        self.turns = TurnWorkers(
            database=self.database,
            turn_taker=self.echo,
            people=people,
            standings=Standings(self.database, OutgoingPost()),
            appliers=people.appliers,
            capabilities=lambda channel: MemoryConnector.capabilities,
            apology=APOLOGY,
            clock=self.clock,
            wake_delivery=self.deliverer.signal.set,
            show_typing=self.deliverer.show_typing,
            on_set_aside=lambda turn, error: self.set_aside.append(error),
        )
        self.inbox = DurableInbox(
            self.database,
            self.clock,
            lambda text: OutgoingText("hilfe") if "not" in text else None,
            self.turns.signal.set,
        )
        self.memory = MemoryConnector(self.inbox, self.clock)
        self.connectors["memory"] = self.memory

    async def work(self) -> None:
        """Do every turn and every sending that is due now."""
        while await self.turns.work_once("tester"):
            pass
        while await self.deliverer.deliver_once("tester"):
            pass

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)

    @property
    def texts(self) -> list[str]:
        return [text_of(message) for message in self.memory.sent]


def text_of(message: OutgoingMessage) -> str:
    assert isinstance(message.content, OutgoingText)
    return message.content.text


@asynccontextmanager
async def at_work(post: Post) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(post.deliverer)
        await stack.enter_async_context(post.turns)
        yield
