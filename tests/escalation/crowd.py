"""Many coaches and learners who write all at once, and what each of them read.

A `Messenger` is the seam: whoever brings one for a real server plays the same crowd over it.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.messages import Button, Choice, IncomingContent, OutgoingText, typed
from tests.escalation.messengers import GROUP, Arrived, Messenger
from tests.escalation.stage import CLAIM

OWN, ROOMS, TOPICS, ENCRYPTED = "own", "rooms", "topics", "encrypted"
"""Where coaches speak: in their own chat, in a room for each case, in topics of their team's group, in an encrypted
room for each case."""
KINDS = (OWN, ROOMS, TOPICS, OWN, ROOMS)
"""Of the teams without encryption."""
STATES = ("Bayern", "Hessen", "Saarland", "Sachsen", "Berlin", "Hamburg")
REGIONS = ("by", "he", "sl", "sn", "be", "hh")
TELEGRAM, WITH_ROOMS, MATRIX = "telegram", "rooms", "matrix"
CHANNELS = {OWN: TELEGRAM, ROOMS: WITH_ROOMS, TOPICS: TELEGRAM, ENCRYPTED: MATRIX}
ENCRYPTED_COACHES = 3
SHARE = 0.2
"""So much of what is said, is said in encrypted cases at least."""
QUESTION = "An wen soll das gehen?"


@dataclass(eq=False)
class Coach:
    """Somebody of a team: how the team works, and their own chat."""

    name: str
    team: int
    kind: str
    chat: str = ""

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
    """A case: who has it, where it is spoken of, and what was said in it; `learner` is the chat of its learner."""

    name: str
    channel: str
    team: int
    learner: str = ""
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
        encrypted: of how many of the learners the coaches write encrypted; every other of these learners too.
    """

    def __init__(
        self,
        messengers: Sequence[Messenger],
        chance: random.Random,
        coaches: int,
        learners: int,
        encrypted: int = 0,
    ) -> None:
        self.messengers: Mapping[str, Messenger] = {each.channel: each for each in messengers}
        self.chance = chance
        inside = min(encrypted, ENCRYPTED_COACHES)
        teams = min(len(KINDS), max(1, (coaches - inside + 1) // 2))
        self.coaches = [
            Coach(f"Coach{at}", at % teams, KINDS[at % teams]) for at in range(coaches - inside)
        ]
        self.coaches += [Coach(f"Strict{at}", teams, ENCRYPTED) for at in range(inside)]
        self.matters = [
            Matter(f"l{at}", TELEGRAM if at % 2 else WITH_ROOMS, at % teams)
            for at in range(encrypted, learners)
        ]
        self.encrypted = [
            Matter(f"l{at}", TELEGRAM if at % 2 else MATRIX, teams) for at in range(encrypted)
        ]
        self.matters += self.encrypted
        self._ids = 0

    def teams(self) -> Iterator[tuple[int, str]]:
        """The teams, and how each works."""
        return iter({each.team: each.kind for each in self.coaches}.items())

    def team_of(self, coach: Coach) -> list[Coach]:
        """The colleagues of a coach."""
        return [each for each in self.coaches if each.team == coach.team and each is not coach]

    def next_matter(self) -> Matter:
        """Any case that goes on."""
        inside = [each for each in self.encrypted if each.is_open]
        if inside and self.chance.random() < SHARE:
            return self.chance.choice(inside)
        return self.chance.choice([each for each in self.matters if each.is_open])

    # --- writing ---------------------------------------------------------------------------------

    async def comes(self, channel: str, name: str) -> str:
        """Let somebody come: what their chat is called."""
        return await self.messengers[channel].comes(name)

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

    def places(self) -> list[tuple[str, str]]:
        """All chats that show something."""
        return [
            (channel, chat)
            for channel, messenger in self.messengers.items()
            for chat in messenger.arrived
        ]

    def may_be_told(self, channel: str, chat: str) -> set[int]:
        """The cases of which something may stand in a chat: a learner's own, a room's, those of a coach's team."""
        _, who = self.messengers[channel].rooms.get(chat, ("", ""))
        teams = {
            each.team
            for each in self.coaches
            if channel == each.channel
            and (chat == each.chat or (chat == GROUP and each.kind == TOPICS))
        }
        return {
            each.number
            for each in self.matters
            if (channel, chat) == (each.channel, each.learner)
            or each.who == who
            or each.team in teams
        }

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
