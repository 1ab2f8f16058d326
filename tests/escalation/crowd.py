"""Many coaches and learners who write all at once, and what each of them read: for `test_crowd`.

A `Messenger` is the seam: whoever brings one for a real server plays the same crowd over it.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from typing_extensions import override

from bot.bootstrap import House
from bot.messages import (
    Button,
    Choice,
    IncomingContent,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
    Typing,
    typed,
)
from bot.ports import Connector
from connectors.memory import MemoryConnector
from tests.escalation.stage import CLAIM

OWN, ROOMS, TOPICS = "own", "rooms", "topics"
"""Where coaches speak: in their own chat, in a room for each case, in topics of their team's group."""
KINDS = (OWN, ROOMS, TOPICS, OWN, ROOMS)
"""Of the teams."""
STATES = ("Bayern", "Hessen", "Saarland", "Sachsen", "Berlin")
REGIONS = ("by", "he", "sl", "sn", "be")
CHANNELS = {OWN: "telegram", ROOMS: "matrix", TOPICS: "telegram"}
GROUP = "group-1"
QUESTION = "An wen soll das gehen?"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that was shown in a chat, and under which id."""

    external_id: str
    content: object


class Messenger(Protocol):
    """Where people write and read, as long as the crowd plays: an assistant that starts anew gets a new connector.

    Attributes:
        channel: its name.
        arrived: by chat, everything that was shown there, in its order.
        rooms: by the chat of a room or topic that was opened, in which chat it was asked for, and what it is called.
    """

    channel: str
    arrived: dict[str, list[Arrived]]
    rooms: dict[str, tuple[str, str]]

    def connector(self, house: House) -> Connector:
        """The assistant's side."""

    async def write(
        self, chat: str, content: IncomingContent, external_id: str, reply_to: str, sender: str
    ) -> None:
        """Let somebody write; as in `IncomingMessage`."""


class MemoryMessenger:
    """The `Messenger` without a network.

    Args:
        channel: its name.
        opens_rooms: whether a room is opened for each case.
    """

    def __init__(self, channel: str, *, opens_rooms: bool = False) -> None:
        self.channel = channel
        self.opens_rooms = opens_rooms
        self.arrived: dict[str, list[Arrived]] = {}
        self.rooms: dict[str, tuple[str, str]] = {}
        self._by_token: dict[str, str] = {}
        self._ids = itertools.count(1)
        self._now: MemoryConnector | None = None

    def connector(self, house: House) -> Connector:
        self._now = _Wire(house, self)
        return self._now

    async def write(
        self, chat: str, content: IncomingContent, external_id: str, reply_to: str, sender: str
    ) -> None:
        assert self._now is not None
        await self._now.says(
            chat, content, external_id=external_id, reply_to=reply_to, sender=sender
        )

    def show(self, message: OutgoingMessage) -> Receipt:
        """Keep what was sent; a room is the same for the same token."""
        external_id = f"out{next(self._ids)}"
        shown = self.arrived.setdefault(message.address.chat, [])
        shown.append(Arrived(external_id, message.content))
        if not isinstance(message.content, OutgoingRoom):
            return Receipt(external_id)
        asked_in, token = message.address.chat, message.content.token
        prefix = f"{asked_in}/" if asked_in == GROUP else "room-"
        opened = self._by_token.setdefault(token, f"{prefix}{len(self._by_token)}")
        self.rooms[opened] = (asked_in, message.content.title)
        return Receipt(external_id, opened=opened)


class _Wire(MemoryConnector):
    """What one assistant sends goes where the last one's went."""

    def __init__(self, house: House, messenger: MemoryMessenger) -> None:
        super().__init__(house.inbox, house.clock)
        self.channel = messenger.channel
        self.capabilities = replace(self.capabilities, opens_rooms=messenger.opens_rooms)
        self._messenger = messenger

    @override
    async def send(self, message: OutgoingMessage) -> Receipt:
        if isinstance(message.content, Typing):
            return Receipt()
        return self._messenger.show(message)


@dataclass(eq=False)
class Coach:
    """Somebody of a team: their own chat, and how the team works."""

    name: str
    team: int
    kind: str
    chat: str

    @property
    def channel(self) -> str:
        return CHANNELS[self.kind]


@dataclass(eq=False)
class Said:
    """Something that was written in a case: by whom, and in which chats it may arrive."""

    text: str
    author: str
    to: set[tuple[str, str]]


@dataclass(eq=False)
class Matter:
    """A case: who has it, where it is spoken of, and what was said in it."""

    learner: str
    channel: str
    team: int
    number: int = 0
    who: str = ""
    coach: Coach | None = None
    is_open: bool = True
    is_in_topic: bool = False
    by_learner: list[Said] = field(default_factory=list)
    by_coach: list[Said] = field(default_factory=list)


class Crowd:
    """Coaches and learners on several messengers.

    Args:
        messengers: by channel.
        chance: decides.
        coaches, learners: how many.
    """

    def __init__(
        self,
        messengers: Sequence[Messenger],
        chance: random.Random,
        coaches: int,
        learners: int,
    ) -> None:
        self.messengers: Mapping[str, Messenger] = {each.channel: each for each in messengers}
        self.chance = chance
        teams = min(len(KINDS), max(1, (coaches + 1) // 2))
        self.coaches = [
            Coach(f"Coach{at}", at % teams, KINDS[at % teams], f"c{at}") for at in range(coaches)
        ]
        self.matters = [
            Matter(f"l{at}", CHANNELS[OWN if at % 2 else ROOMS], at % teams)
            for at in range(learners)
        ]
        self._ids = 0

    def teams(self) -> Iterator[tuple[int, str]]:
        """The teams, and how each works."""
        return iter({each.team: each.kind for each in self.coaches}.items())

    def team_of(self, coach: Coach) -> list[Coach]:
        """The colleagues of a coach."""
        return [each for each in self.coaches if each.team == coach.team and each is not coach]

    # --- writing ---------------------------------------------------------------------------------

    async def put(
        self,
        channel: str,
        chat: str,
        content: str | IncomingContent,
        *,
        reply_to: str = "",
        sender: str = "",
    ) -> None:
        """Let something happen in a chat."""
        self._ids += 1
        said = typed(content) if isinstance(content, str) else content
        await self.messengers[channel].write(chat, said, f"in{self._ids}", reply_to, sender)

    async def learner_puts(self, matter: Matter, content: str | IncomingContent) -> None:
        await self.put(matter.channel, matter.learner, content)

    async def coach_puts(self, coach: Coach, content: str | IncomingContent) -> None:
        await self.put(coach.channel, coach.chat, content)

    async def presses(self, channel: str, chat: str, label: str, about: str = "") -> None:
        """Press the last button with a label in a chat, below a text that holds some words."""
        token = self.button(channel, chat, label, about)
        assert token, f"no button {label} {about} in {chat}: {self.texts(channel, chat)[-3:]}"
        await self.put(channel, chat, Choice(token))

    async def learner_writes(self, matter: Matter) -> None:
        """The learner of a case writes: to its coach, or to whoever takes it over."""
        text = f"L{matter.number}x{len(matter.by_learner)}x"
        to = {self.place(matter)} if matter.coach else set()
        await self.put(matter.channel, matter.learner, text)
        matter.by_learner.append(Said(text, matter.who, to))

    async def coach_writes(self, matter: Matter, *, is_plain: bool) -> None:
        """The coach of a case writes: in its room, by an answer, or after turning to it."""
        assert matter.coach is not None
        text = f"C{matter.number}x{len(matter.by_coach)}x"
        channel, chat = self.place(matter)
        reply_to = ""
        if chat == matter.coach.chat and is_plain:
            await self.put(channel, chat, f"/fall {matter.number}")
        elif chat == matter.coach.chat:
            reply_to = self.chance.choice(self.answerable(matter, channel, chat))
        sender = matter.coach.chat if matter.is_in_topic else ""
        await self.put(channel, chat, text, reply_to=reply_to, sender=sender)
        self.has_said(matter, text)

    def has_said(self, matter: Matter, text: str) -> None:
        """A coach has written to a learner."""
        assert matter.coach is not None
        to = {(matter.channel, matter.learner)}
        matter.by_coach.append(Said(text, matter.coach.name, to))

    # --- reading ---------------------------------------------------------------------------------

    def place(self, matter: Matter) -> tuple[str, str]:
        """Where the coach of a case speaks: the channel and the chat."""
        coach = matter.coach
        assert coach is not None
        if coach.kind == OWN or (coach.kind == TOPICS and not matter.is_in_topic):
            return coach.channel, coach.chat
        asked_in = GROUP if matter.is_in_topic else coach.chat
        rooms = self.messengers[coach.channel].rooms
        opened = [chat for chat, asked in rooms.items() if asked == (asked_in, matter.who)]
        return coach.channel, opened[-1]

    def answerable(self, matter: Matter, channel: str, chat: str) -> list[str]:
        """What a coach can reply to in their own chat so that it goes to a case."""
        texts = {each.text for each in matter.by_learner}
        return [
            each.external_id
            for each in self.shown(channel, chat)
            if author_of(each) and text_of(each) in texts
        ]

    def shown(self, channel: str, chat: str) -> list[Arrived]:
        """What a chat shows."""
        return self.messengers[channel].arrived.get(chat, [])

    def texts(self, channel: str, chat: str) -> list[str]:
        """All texts of a chat."""
        return [text_of(each) for each in self.shown(channel, chat)]

    def button(self, channel: str, chat: str, label: str, about: str = "") -> str:
        """The token of the last button with a label, below a text that holds some words; empty for none."""
        for each in reversed(self.shown(channel, chat)):
            for button in buttons_of(each):
                if button.label == label and about in text_of(each):
                    return button.token
        return ""

    def called(self, who: str) -> list[tuple[str, str, str]]:
        """Who may take a case over: channel, chat and token."""
        return [
            (channel, chat, button.token)
            for channel, messenger in self.messengers.items()
            for chat, shown in messenger.arrived.items()
            for each in shown
            for button in buttons_of(each)
            if button.label == CLAIM and f"**{who}**" in text_of(each)
        ]


def buttons_of(arrived: Arrived) -> tuple[Button, ...]:
    return arrived.content.buttons if isinstance(arrived.content, OutgoingText) else ()


def author_of(arrived: Arrived) -> str:
    return arrived.content.author if isinstance(arrived.content, OutgoingText) else ""


def text_of(arrived: Arrived) -> str:
    return arrived.content.text if isinstance(arrived.content, OutgoingText) else ""
