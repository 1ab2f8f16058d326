"""What a crowd does from its first day to its last, with two restarts of the assistant in between."""

import os
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Self

from sqlalchemy import func, select

from bot.bootstrap import House, running
from bot.delivery.tables import incoming
from bot.escalation.hours import read_hours
from bot.escalation.office import EscalationOffice, TeamRules
from bot.escalation.pseudonyms import pseudonym
from bot.escalation.tables import case
from bot.messages import Address, Choice
from bot.people.tables import chat
from bot.ports import Connector
from bot.settings import Settings
from bot.texts import load_texts
from tests.escalation.crowd import (
    CHANNELS,
    QUESTION,
    REGIONS,
    STATES,
    TOPICS,
    Coach,
    Crowd,
    Matter,
    Said,
    author_of,
    text_of,
)
from tests.escalation.messengers import GROUP
from tests.escalation.stage import ACCEPT, COACH, YES
from tests.support import RING, LateClock, settled

AT_ONCE = 40
"""So many cases are opened at the same time."""
SEED = 2211
PATIENCE = 300.0
SPOKEN = re.compile(r"[LC](\d+)x\d+x")
"""What anybody says in a case, with its number."""
Found = tuple[int, tuple[str, str], str]
"""Where something was read: at which place of which chat, and from whom."""
Outage = Callable[[], AbstractAsyncContextManager[None]]
"""Something that is away for as long as it is entered."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many play, and how much is said."""

    coaches: int
    cases: int
    messages: int

    @classmethod
    def asked(cls, *, coaches: int, cases: int, messages: int) -> Self:
        """What CROWD_COACHES, CROWD_CASES and CROWD_MESSAGES say; else these."""
        return cls(
            coaches=int(os.environ.get("CROWD_COACHES", coaches)),
            cases=int(os.environ.get("CROWD_CASES", cases)),
            messages=int(os.environ.get("CROWD_MESSAGES", messages)),
        )

    @property
    def third(self) -> int:
        """Of what is on its way at the same time."""
        return min(self.messages // 5, max(40, self.cases // 5)) // 3

    @property
    def changes(self) -> int:
        """So many cases end, and so many change hands, between two waves."""
        return max(1, self.cases // 100)


class Play:
    """The crowd at an assistant that is started anew now and then.

    Args:
        crowd: who plays.
        sizes: how much is said.
    """

    def __init__(self, crowd: Crowd, sizes: Sizes) -> None:
        self.crowd = crowd
        self.sizes = sizes
        self.chance = crowd.chance
        self.house: House | None = None
        self.milliseconds: list[float] = []
        self.handed_over = self.reopened = self.on_the_way = 0
        self._giving: dict[Matter, Coach] = {}
        self._plain: dict[Coach, tuple[Matter, Said, int]] = {}

    @property
    def written(self) -> int:
        """How many messages people have written."""
        return sum(len(each.by_learner) + len(each.by_coach) for each in self.crowd.matters)

    async def settle(self) -> None:
        """Wait until all is said and read; note how long the turns took."""
        assert self.house is not None
        for each in self.crowd.messengers.values():
            await each.heard()
        await settled(self.house, PATIENCE)
        for each in self.crowd.messengers.values():
            await each.read()
        self.note_turns()

    def note_turns(self) -> None:
        assert self.house is not None
        self.milliseconds += self.house.turns.recent_milliseconds
        self.house.turns.recent_milliseconds.clear()

    async def waiting(self) -> int:
        """How many messages nobody has looked at yet."""
        assert self.house is not None
        query = select(func.count()).where(incoming.c.state == "waiting")
        async with self.house.database.read() as connection:
            return int(await connection.scalar(query) or 0)

    # --- how it begins ---------------------------------------------------------------------------

    async def recruit(self) -> None:
        """Make the teams, and let everybody come who was invited."""
        assert self.house is not None
        office = EscalationOffice(self.house.database)
        for team, kind in self.crowd.teams():
            group = Address(CHANNELS[kind], GROUP) if kind == TOPICS else None
            hours = read_hours("Mo-So 0-24")
            await office.set_team(
                STATES[team], TeamRules(REGIONS[team], (), hours, None, 30, group)
            )
        for each in self.crowd.coaches:
            now = self.house.clock()
            code = await office.invite(COACH, STATES[each.team], each.name, now)
            each.chat = await self.crowd.comes(each.channel, each.name)
            await self.crowd.coach_puts(each, code)
        await self.settle()
        for each in self.crowd.coaches:
            await self.crowd.presses(each.channel, each.chat, ACCEPT)
        await self.settle()

    async def open_all(self) -> None:
        """Let every learner ask for a human and write; then one of those who are called takes over."""
        matters = self.crowd.matters
        for at in range(0, len(matters), AT_ONCE):
            batch = matters[at : at + AT_ONCE]
            for each in batch:
                each.learner = await self.crowd.comes(each.channel, each.name)
                await self.crowd.learner_puts(each, f"Ich wohne in {STATES[each.team]}")
            await self.settle()
            for each in batch:
                await self.crowd.learner_puts(each, "/mensch")
            await self.settle()
            for each in batch:
                await self.crowd.presses(each.channel, each.learner, YES)
            await self.settle()
            await self._name(batch)
            for each in batch:
                await self.crowd.learner_writes(each)
            await self.settle()
            await self._claim(batch)

    async def _name(self, matters: Sequence[Matter]) -> None:
        """Learn the numbers of cases, and what coaches call their learners."""
        assert self.house is not None
        names = load_texts("pseudonyms")["names"]
        query = select(chat.c.address, case.c.number).join(case, case.c.chat_id == chat.c.id)
        async with self.house.database.read() as connection:
            numbers = {row.address: row.number for row in await connection.execute(query)}
        for each in matters:
            each.number = numbers[each.learner]
            each.who = pseudonym(each.number, names)

    async def _claim(self, matters: Sequence[Matter]) -> None:
        by_chat = {each.chat: each for each in self.crowd.coaches}
        for each in matters:
            channel, where, token = self.chance.choice(self.crowd.called(each.who))
            is_topic = where.startswith(GROUP)
            there = [other for other in self.crowd.coaches if other.kind == TOPICS]
            each.coach = self.chance.choice(there) if is_topic else by_chat[where]
            assert each.coach.team == each.team
            sender = each.coach.chat if is_topic else ""
            await self.crowd.put(channel, where, Choice(token), sender=sender)
        await self.settle()
        await self._find(matters)
        for each in matters:
            for said in each.by_learner:
                said.to.add(self.crowd.place(each))

    async def _find(self, matters: Iterable[Matter]) -> None:
        """Learn which cases are spoken of in a topic now."""
        assert self.house is not None
        query = select(case.c.number, chat.c.address).join(chat, case.c.place_chat_id == chat.c.id)
        async with self.house.database.read() as connection:
            places = {row.number: row.address for row in await connection.execute(query)}
        for each in matters:
            each.is_in_topic = places[each.number].startswith(GROUP)

    # --- what happens all the time ---------------------------------------------------------------

    async def begin_wave(self, outage: Outage = nullcontext) -> None:
        """Let messages be on their way in both directions, and hand-overs among them; entered for a third of it: an outage."""
        self._plain.clear()
        for matter, taker in self._giving.items():
            coach = matter.coach
            assert coach is not None
            await self.crowd.learner_writes(matter)
            await self.crowd.presses(coach.channel, coach.chat, taker.name, matter.who)
            await self.crowd.learner_writes(matter)
        await self._write_a_third()
        async with outage():
            await self._write_a_third()
        await self._write_a_third()

    async def _write_a_third(self) -> None:
        for _ in range(self.sizes.third):
            matter = self.crowd.next_matter()
            if matter in self._giving or self.chance.random() < 0.5:
                await self.crowd.learner_writes(matter)
            else:
                await self._coach_writes(matter)

    async def speak(self, matters: Sequence[Matter]) -> None:
        """Let both sides of these cases write, as far as they go on."""
        for each in matters:
            if each.is_open:
                await self.crowd.learner_writes(each)
            if each.is_open and each not in self._giving:
                await self._coach_writes(each)

    async def _coach_writes(self, matter: Matter) -> None:
        coach = matter.coach
        assert coach is not None
        place = self.crowd.place(matter)
        must_turn = place[1] == coach.chat and not self.crowd.answerable(matter, *place)
        is_free = coach not in self._plain
        if must_turn and not is_free:
            await self.crowd.learner_writes(matter)
            return
        is_plain = is_free and (must_turn or self.chance.random() < 0.3)
        before = self._questions(coach)
        await self.crowd.coach_writes(matter, is_plain=is_plain)
        if is_plain and place[1] == coach.chat:
            self._plain[coach] = (matter, matter.by_coach[-1], before)

    async def end_wave(self) -> None:
        """Wait; who was asked whom they mean, says it; who took over has read everything."""
        await self.settle()
        for coach, (matter, said, before) in self._plain.items():
            if self._questions(coach) > before:
                # It leaves only now: after what was written in between.
                matter.by_coach.remove(said)
                matter.by_coach.append(said)
                await self.crowd.presses(coach.channel, coach.chat, f"An {matter.who}")
        left = {each: self.crowd.place(each) for each in self._giving}
        await self._find(self._giving)
        for matter, taker in self._giving.items():
            matter.coach = taker
            self._has_read_all(matter, left[matter])
            self.handed_over += 1
        self._giving.clear()
        await self.settle()

    def _questions(self, coach: Coach) -> int:
        """How often a coach was asked whom they mean."""
        said = self.crowd.texts(coach.channel, coach.chat)
        return sum(each.startswith(QUESTION) for each in said)

    def _has_read_all(self, matter: Matter, left: tuple[str, str]) -> None:
        """What was said before stands in the brief, or above in the same topic; what comes with it may have gone to either."""
        assert matter.coach is not None
        place, own = self.crowd.place(matter), (matter.coach.channel, matter.coach.chat)
        read = " ".join((*self.crowd.texts(*place), *self.crowd.texts(*own)))
        said = [*matter.by_learner, *(matter.by_coach if place != left else ())]
        assert not [each.text for each in said if each.text not in read]
        for each in matter.by_learner[-3 * self.sizes.third - 3 :]:
            each.to.add(place)

    async def change_some(self) -> None:
        """Between two waves: some cases end, some go on again, some are about to change hands."""
        count = self.sizes.changes
        closed = [each for each in self.crowd.matters if not each.is_open]
        there = self.chance.sample([each for each in self.crowd.matters if each.is_open], 2 * count)
        await self._reopen([each for each in closed if self.chance.random() < 0.5])
        await self._close(there[:count])
        for each in there[count:]:
            assert each.coach is not None
            if others := self.crowd.team_of(each.coach):
                await self.crowd.coach_puts(each.coach, f"/uebergabe {each.number}")
                self._giving[each] = self.chance.choice(others)
        await self.settle()

    async def _close(self, matters: Sequence[Matter]) -> None:
        for each in matters:
            assert each.coach is not None
            await self.crowd.coach_puts(each.coach, f"/fertig {each.number}")
        await self.settle()
        for each in matters:
            assert each.coach is not None
            await self.crowd.presses(each.coach.channel, each.coach.chat, "Geklärt", each.who)
            each.is_open = False
        await self.settle()
        for answer in ("Ja", "Ja, gern"):
            for each in matters:
                await self.crowd.presses(each.channel, each.learner, answer)
            await self.settle()

    async def _reopen(self, matters: Sequence[Matter]) -> None:
        for each in matters:
            assert each.coach is not None
            text = f"C{each.number}x{len(each.by_coach)}x"
            await self.crowd.coach_puts(each.coach, f"/anschreiben {each.number} {text}")
            self.crowd.has_said(each, text)
            each.is_open = True
            self.reopened += 1
        await self.settle()
        await self._find(matters)

    # --- what must be true -----------------------------------------------------------------------

    def judge(self) -> None:
        """Every message arrived once, where it may, from whom it is, and in its order; nothing else did.

        Nor does the assistant tell anybody in its own words what was said in another's case.
        """
        arrived: dict[str, list[Found]] = {}
        for channel, messenger in self.crowd.messengers.items():
            for chat_name, shown in messenger.arrived.items():
                for position, each in enumerate(shown):
                    if author_of(each):
                        found = (position, (channel, chat_name), author_of(each))
                        arrived.setdefault(text_of(each), []).append(found)
        for matter in self.crowd.matters:
            for direction in (matter.by_learner, matter.by_coach):
                self._judged(direction, arrived)
        assert not arrived
        for place in self.crowd.places():
            said = " ".join(self.crowd.texts(*place))
            told = {int(number) for number in SPOKEN.findall(said)}
            assert told <= self.crowd.may_be_told(*place), place

    def _judged(self, said: Sequence[Said], arrived: dict[str, list[Found]]) -> None:
        last: dict[tuple[str, str], int] = {}
        for each in said:
            found = arrived.pop(each.text, [])
            assert len(found) == 1, (each, found)
            [(position, where, author)] = found
            assert where in each.to, each
            assert author == each.author
            assert position > last.get(where, -1), each
            last[where] = position


@asynccontextmanager
async def started(settings: Settings, play: Play, clock: LateClock) -> AsyncIterator[None]:
    """The assistant, until it is stopped with whatever is on its way."""

    def connectors(house: House) -> list[Connector]:
        return [each.connector(house) for each in play.crowd.messengers.values()]

    async with running(settings, RING, connectors, clock) as house:
        play.house = house
        yield
        play.note_turns()
        play.on_the_way += await play.waiting()


async def play_all(
    play: Play, settings: Settings, clock: LateClock, outage: Outage = nullcontext
) -> str:
    """Play from the first day to the last, and judge.

    Args:
        play: not yet begun.
        settings: of the assistant.
        clock: the present moment.
        outage: what is away during the first wave after the second restart.

    Returns:
        What happened, and how long it took.
    """
    begun, messages = time.monotonic(), play.sizes.messages
    async with started(settings, play, clock):
        await play.recruit()
        await play.open_all()
        await play.begin_wave()
    async with started(settings, play, clock):
        await play.end_wave()
        while play.written < messages // 2:
            await play.change_some()
            await play.begin_wave()
            if play.written < messages // 2:
                await play.end_wave()
    async with started(settings, play, clock):
        await play.end_wave()
        await play.change_some()
        await play.begin_wave(outage)
        await play.end_wave()
        while play.written < messages:
            await play.change_some()
            await play.begin_wave()
            await play.end_wave()
        await play.settle()
    play.judge()
    assert play.on_the_way
    p50, *_, p99 = statistics.quantiles(play.milliseconds, n=100)[49:99]
    return (
        f"{play.sizes.coaches} coaches, {play.sizes.cases} cases, {play.written} messages, {play.handed_over} hand-overs, "
        f"{play.reopened} reopened, 2 restarts with {play.on_the_way} on their way: {time.monotonic() - begun:.0f} s, "
        f"{len(play.milliseconds)} turns, p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    )
