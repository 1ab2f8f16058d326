"""Many cases at once, with two restarts in between: every message reaches the right person once, and in order."""

import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
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
from bot.settings import Settings, clock_of
from bot.texts import load_texts
from tests.escalation.crowd import (
    CHANNELS,
    GROUP,
    QUESTION,
    REGIONS,
    STATES,
    TOPICS,
    Coach,
    Crowd,
    Matter,
    MemoryMessenger,
    Said,
    author_of,
    text_of,
)
from tests.escalation.stage import ACCEPT, COACH, MONDAY, YES
from tests.support import RING, LateClock, settings_in, settled

COACHES = int(os.environ.get("CROWD_COACHES", "5"))
CASES = int(os.environ.get("CROWD_CASES", "30"))
MESSAGES = int(os.environ.get("CROWD_MESSAGES", "200"))
WAVE = max(40, CASES // 5)
"""So many messages are on their way at the same time."""
CHANGES = max(1, CASES // 100)
"""So many cases end, and so many change hands, between two waves."""
AT_ONCE = 40
"""So many cases are opened at the same time."""
SEED = 2211
PATIENCE = 300.0
Found = tuple[int, tuple[str, str], str]
"""Where something was read: at which place of which chat, and from whom."""


class Play:
    """The crowd at an assistant that is started anew now and then."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
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
        """Wait until all is said; note how long the turns took."""
        assert self.house is not None
        await settled(self.house, PATIENCE)
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
            each.is_in_topic = where.startswith(GROUP)
            there = [other for other in self.crowd.coaches if other.kind == TOPICS]
            each.coach = self.chance.choice(there) if each.is_in_topic else by_chat[where]
            assert each.coach.team == each.team
            sender = each.coach.chat if each.is_in_topic else ""
            await self.crowd.put(channel, where, Choice(token), sender=sender)
        await self.settle()
        for each in matters:
            for said in each.by_learner:
                said.to.add(self.crowd.place(each))

    # --- what happens all the time ---------------------------------------------------------------

    async def begin_wave(self, count: int) -> None:
        """Let messages be on their way in both directions, and hand-overs among them."""
        self._plain.clear()
        there = [each for each in self.crowd.matters if each.is_open]
        acts: list[Matter | None] = [self.chance.choice(there) for _ in range(count)]
        for matter, taker in self._giving.items():
            coach = matter.coach
            assert coach is not None
            await self.crowd.learner_writes(matter)
            await self.crowd.presses(coach.channel, coach.chat, taker.name, matter.who)
            await self.crowd.learner_writes(matter)
        for each in acts:
            assert each is not None
            if each in self._giving or self.chance.random() < 0.5:
                await self.crowd.learner_writes(each)
            else:
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
        for matter, taker in self._giving.items():
            matter.coach, matter.is_in_topic = taker, False
            self._has_read_all(matter)
            self.handed_over += 1
        self._giving.clear()
        await self.settle()

    def _questions(self, coach: Coach) -> int:
        """How often a coach was asked whom they mean."""
        said = self.crowd.texts(coach.channel, coach.chat)
        return sum(each.startswith(QUESTION) for each in said)

    def _has_read_all(self, matter: Matter) -> None:
        """What was said before stands in the brief; what comes with it may have gone to either."""
        assert matter.coach is not None
        place, own = self.crowd.place(matter), (matter.coach.channel, matter.coach.chat)
        read = " ".join((*self.crowd.texts(*place), *self.crowd.texts(*own)))
        said = (*matter.by_learner, *matter.by_coach)
        assert not [each.text for each in said if each.text not in read]
        for each in matter.by_learner[-WAVE:]:
            each.to.add(place)

    async def change_some(self, count: int) -> None:
        """Between two waves: some cases end, some go on again, some are about to change hands."""
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
            each.is_open, each.is_in_topic = True, False
            self.reopened += 1
        await self.settle()

    # --- what must be true -----------------------------------------------------------------------

    def judge(self) -> None:
        """Every message arrived once, where it may, from whom it is, and in its order; nothing else did."""
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

    def _judged(self, said: Sequence[Said], arrived: dict[str, list[Found]]) -> None:
        last: dict[tuple[str, str], int] = {}
        for each in said:
            [(position, where, author)] = arrived.pop(each.text)
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


async def test_every_message_reaches_the_right_person_once_and_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    settings = settings_in(tmp_path, clock_start=MONDAY)
    clock = LateClock(clock_of(settings))
    messengers = [MemoryMessenger("telegram"), MemoryMessenger("matrix", opens_rooms=True)]
    chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    play = Play(Crowd(messengers, chance, COACHES, CASES))
    async with started(settings, play, clock):
        await play.recruit()
        await play.open_all()
        await play.begin_wave(WAVE)
    for until in (MESSAGES // 2, MESSAGES):
        async with started(settings, play, clock):
            await play.end_wave()
            while play.written < until:
                await play.change_some(CHANGES)
                await play.begin_wave(WAVE)
                if until < MESSAGES and play.written >= until:
                    break
                await play.end_wave()
            if until == MESSAGES:
                await play.settle()
    play.judge()
    assert play.on_the_way
    p50, *_, p99 = statistics.quantiles(play.milliseconds, n=100)[49:99]
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{COACHES} coaches, {CASES} cases, {play.written} messages, {play.handed_over} hand-overs, "
            f"{play.reopened} reopened, 2 restarts with {play.on_the_way} on their way: {time.monotonic() - begun:.0f} s, "
            f"{len(play.milliseconds)} turns, p50 {p50:.0f} ms, p99 {p99:.0f} ms"
        )
