"""A random walk through two cases: each side sees what the other said, as it stands now, and nothing else."""

import io
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot.escalation.tables import case
from bot.messages import (
    Deletion,
    Edit,
    File,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingFile,
    OutgoingText,
)
from bot.people.tables import chat
from tests.escalation.stage import MATRIX, TELEGRAM, YES, Cast, on_cast

STEPS = int(os.environ.get("RELAY_STEPS", "40"))
SEED = 1
ROBIN, KIM = "robin", f"{MATRIX}:kim"
NAMES = {ROBIN: "Robin", KIM: "Kim"}
MIA, BEN = "mia", f"{MATRIX}:ben"


@dataclass(eq=False)
class Message:
    """Something that somebody wrote: where, under which id, and what became of it on the other side.

    `quotes` is what it answers; `copy_in` the chat where the other side sees it, empty while nobody does.
    """

    number: int
    author: str
    chat_name: str
    external_id: str
    text: str
    quotes: "Message | None" = None
    copy_in: str = ""
    arrived: int = 0
    copy_text: str = ""
    first_text: str = ""


@dataclass
class Matter:
    """A learner's case as everybody understands it."""

    learner: str
    number: int
    coach: str = ""
    last_coach: str = ""
    waiting: list[Message] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.coach) or not self.last_coach


@dataclass
class Shown:
    """What a chat shows of somebody's words."""

    author: str
    text: str
    quotes: str | None


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(made, "PNG")
    return made.getvalue()


class Walk:
    """Plays at random, and knows what must be seen.

    Args:
        cast: Robin and Kim, and two learners.
        chance: decides.
    """

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast = cast
        self.chance = chance
        self.matters: list[Matter] = []
        self.messages: list[Message] = []
        self.notes: list[str] = []
        self.count = 0
        cast.stage.memory.files.update({"picture": png()})
        for each in cast.stage.more.values():
            each.files["picture"] = png()

    async def begin(self) -> None:
        for learner in (MIA, BEN):
            await self.cast.say(learner, "/mensch")
            await self.cast.press(learner, YES)
            self.matters.append(Matter(learner, await self.cast.case_number(learner)))

    # --- what happens ----------------------------------------------------------------------------

    async def step(self) -> str:
        """Let one thing happen that can: what it was."""
        acts: list[tuple[Callable[[Matter], Awaitable[None]], bool]] = []
        matter = self.chance.choice(self.matters)
        is_claimed = bool(matter.coach)
        everywhere = [self.learner_writes] * 3 + [self.edits] * 2 + [self.deletes]
        acts += [(each, matter.is_open) for each in everywhere]
        with_coach = [self.coach_writes] * 4 + [self.hands_over, self.gives_back, self.notes_down]
        acts += [(each, is_claimed) for each in (*with_coach, self.closes)]
        acts += [(self.claims, matter.is_open and not is_claimed)] * 3
        acts += [(self.reopens, not matter.is_open)] * 3
        act = self.chance.choice([each for each, is_possible in acts if is_possible])
        await act(matter)
        return f"{act.__name__} {matter.learner}"

    def words(self) -> str:
        self.count += 1
        return f"w{self.count}w"

    async def learner_writes(self, matter: Matter) -> None:
        await self.writes(matter, matter.learner, self.cast.who(matter.number))

    async def coach_writes(self, matter: Matter) -> None:
        place = await self.place(matter)
        answered = self.answered(matter, place)
        if answered is None and place in NAMES:
            await self.cast.say(place, f"/fall {matter.number}")
        await self.writes(matter, place, NAMES[matter.coach], answered)

    async def writes(
        self, matter: Matter, here: str, author: str, answered: Message | None = None
    ) -> None:
        answered = answered or self.answered(matter, here)
        text = self.words()
        message = Message(matter.number, author, here, f"own{text}", text, answered)
        message.first_text = text
        is_file = self.chance.random() < 0.15
        said = File("picture", "bild.png", "image/png", 100, text) if is_file else text
        reply_to = self.id_in(answered, here) if answered else ""
        heard = await self.cast.say(here, said, external_id=message.external_id, reply_to=reply_to)
        if any("An wen soll das gehen?" in each for each in heard):
            await self.cast.press(here, f"An {self.cast.who(matter.number)}")
        self.messages.append(message)
        if here != matter.learner:
            self.arrives(message, matter.learner)
        elif matter.coach:
            self.arrives(message, await self.place(matter))
        else:
            # What a message answers is not kept while nobody is there.
            message.quotes = None
            matter.waiting.append(message)

    async def edits(self, matter: Matter) -> None:
        if (message := await self.own(matter)) is None:
            return
        text = self.words()
        await self.cast.say(
            message.chat_name, Edit(message.external_id, text), external_id=f"edit{text}"
        )
        message.text = message.copy_text = text

    async def deletes(self, matter: Matter) -> None:
        if (message := await self.own(matter)) is None:
            return
        self.count += 1
        await self.cast.say(
            message.chat_name, Deletion(message.external_id), external_id=f"del{self.count}"
        )
        self.messages.remove(message)
        if message in matter.waiting:
            matter.waiting.remove(message)

    async def claims(self, matter: Matter) -> None:
        await self.takes(matter, self.chance.choice([ROBIN, KIM]))

    async def takes(self, matter: Matter, coach: str) -> None:
        who = self.cast.who(matter.number)
        await self.cast.say(coach, "/faelle")
        await self.cast.press(coach, f"{who} übernehmen")
        matter.coach = matter.last_coach = coach
        await self.catches_up(matter)

    async def hands_over(self, matter: Matter) -> None:
        taker = ROBIN if matter.coach == KIM else KIM
        await self.cast.say(matter.coach, f"/uebergabe {matter.number}")
        moment = self.cast.mark()
        await self.cast.press(matter.coach, NAMES[taker], self.cast.who(matter.number))
        brief = "\n".join(self.cast.said_since(moment, taker))
        said = [each for each in self.messages if each.number == matter.number]
        assert all(brief.count(each.text) == 1 for each in said), brief
        matter.coach = matter.last_coach = taker

    async def gives_back(self, matter: Matter) -> None:
        await self.cast.say(matter.coach, f"/uebergabe {matter.number}")
        await self.cast.press(matter.coach, "Zurück an das Team", self.cast.who(matter.number))
        matter.coach = matter.last_coach = ""

    async def notes_down(self, matter: Matter) -> None:
        place = await self.place(matter)
        if place in NAMES:
            await self.cast.say(place, f"/fall {matter.number}")
        note = self.words()
        self.notes.append(note)
        await self.cast.say(place, f"/notiz {note}")

    async def closes(self, matter: Matter) -> None:
        await self.cast.say(matter.coach, f"/fertig {matter.number}")
        await self.cast.press(matter.coach, "Geklärt", self.cast.who(matter.number))
        await self.cast.press(matter.learner, "Ja")
        if any(each.label == "Ja, gern" for each in self.cast.buttons(matter.learner)):
            await self.cast.press(matter.learner, "Ja, gern")
        matter.coach = ""

    async def reopens(self, matter: Matter) -> None:
        text = self.words()
        coach = matter.last_coach
        await self.cast.say(coach, f"/anschreiben {matter.number} {text}")
        message = Message(matter.number, NAMES[coach], coach, "", text, first_text=text)
        self.messages.append(message)
        self.arrives(message, matter.learner)
        matter.coach = coach

    # --- what must be seen -----------------------------------------------------------------------

    async def place(self, matter: Matter) -> str:
        """Where the coach of a case speaks."""
        query = (
            select(chat.c.channel, chat.c.address)
            .join(case, case.c.place_chat_id == chat.c.id)
            .where(case.c.number == matter.number)
        )
        channel, address = (await self.cast.rows(query))[0]
        return address if channel == TELEGRAM else f"{channel}:{address}"

    async def catches_up(self, matter: Matter) -> None:
        place = await self.place(matter)
        for message in matter.waiting:
            self.arrives(message, place)
        matter.waiting.clear()

    def arrives(self, message: Message, where: str) -> None:
        self.count += 1
        message.copy_in, message.copy_text, message.arrived = where, message.text, self.count
        message.first_text = message.text

    async def own(self, matter: Matter) -> Message | None:
        """Something that somebody can change: the learner, or the coach who has the case, in no room that ended."""
        coach = NAMES.get(matter.coach, "")
        here = {ROBIN, KIM, await self.place(matter)} if coach else set()
        found = [
            each
            for each in self.messages
            if each.number == matter.number
            and each.external_id
            and (
                each.chat_name == matter.learner
                or (each.author == coach and each.chat_name in here)
            )
        ]
        return self.chance.choice(found) if found else None

    def answered(self, matter: Matter, here: str) -> Message | None:
        """Something that stands in a chat and may be answered; mostly nothing."""
        found = [
            each
            for each in self.messages
            if each.number == matter.number
            and (each.copy_in == here or (each.chat_name == here and each.external_id))
        ]
        return self.chance.choice(found) if found and self.chance.random() < 0.4 else None

    def id_in(self, message: Message, here: str) -> str:
        """What a message is called in a chat: as it was written there, or as it arrived there."""
        if message.chat_name == here:
            return message.external_id
        return next(
            external_id
            for external_id, content, at in self.sent()
            if at == here and author_of(content) and words_of(content) == message.first_text
        )

    def sent(self) -> Iterator[tuple[str, object, str]]:
        for position, each in enumerate(self.cast.stage.memory.sent, 1):
            channel, name = each.address.channel, each.address.chat
            yield f"s{position}", each.content, name if channel == TELEGRAM else f"{channel}:{name}"

    def shown(self) -> dict[str, list[Shown]]:
        """By chat, what people's words are shown there; fails where something is changed that is not there."""
        chats: dict[str, dict[str, Shown]] = {}
        quoted = [each.quotes for each in self.cast.stage.memory.sent]
        for (external_id, content, at), quotes in zip(self.sent(), quoted, strict=True):
            here = chats.setdefault(at, {})
            if author_of(content):
                here[external_id] = Shown(author_of(content), words_of(content), quotes)
            elif isinstance(content, OutgoingEdit) and content.author:
                assert here[content.target].author == content.author
                here[content.target].text = content.text or ""
            elif isinstance(content, OutgoingDeletion):
                del here[content.target]
        return {at: list(here.values()) for at, here in chats.items() if here}

    def expected(self) -> dict[str, list[Shown]]:
        chats: dict[str, list[Shown]] = {}
        for each in sorted(self.messages, key=lambda message: message.arrived):
            if each.copy_in:
                shown = Shown(each.author, each.copy_text, self.quote(each))
                chats.setdefault(each.copy_in, []).append(shown)
        return chats

    def quote(self, message: Message) -> str | None:
        """What a message is shown to answer: nothing that was never in that chat."""
        answered = message.quotes
        if answered is None or message.copy_in not in (answered.chat_name, answered.copy_in):
            return None
        return self.id_in(answered, message.copy_in) or None

    def judge(self) -> None:
        assert self.shown() == self.expected()
        for matter in self.matters:
            others = [each.text for each in self.messages if each.number != matter.number]
            heard = " ".join(self.cast.heard(matter.learner))
            assert not [each for each in (*others, *self.notes) if each in heard]


def author_of(content: object) -> str:
    return content.author if isinstance(content, OutgoingText | OutgoingFile) else ""


def words_of(content: object) -> str:
    if isinstance(content, OutgoingFile):
        return content.caption
    return content.text if isinstance(content, OutgoingText) else ""


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    async with on_cast(tmp_path, database_url) as made:
        await made.team()
        for chat_name, name in NAMES.items():
            await made.join(chat_name, name)
        yield made


@pytest.mark.parametrize("opens_rooms", [False, True])
async def test_each_side_sees_what_the_other_said_and_nothing_else(
    cast: Cast, opens_rooms: bool
) -> None:
    matrix = cast.stage.more[MATRIX]
    matrix.capabilities = replace(matrix.capabilities, opens_rooms=opens_rooms)
    walk = Walk(cast, random.Random(SEED))  # noqa: S311 - a fixed seed, no secret
    await walk.begin()
    done = []
    for _ in range(STEPS):
        done.append(await walk.step())
        try:
            walk.judge()
        except (AssertionError, KeyError) as error:
            raise AssertionError(f"after {done}") from error
