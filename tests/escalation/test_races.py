"""Two things happen to one case at the same moment: one is first, the other hears it, and no message is lost."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.escalation.tables import block, case
from bot.escalation.values import State
from bot.messages import Choice, IncomingContent, OutgoingEdit
from bot.storage.migrate import migrate
from tests.escalation.stage import CLAIM, LEAD, MATRIX, YES, Cast, on_cast
from tests.servers.postgresql import fresh_database

pytestmark = pytest.mark.asyncio(loop_scope="module")
RACES = int(os.environ.get("CHAOS_RACES", "20"))
"""How often two coaches press at the same moment; each time for another learner."""
OTHER_RACES = max(RACES // 4, 4)
ROBIN, KIM, ADA, EVE = "robin", f"{MATRIX}:kim", "ada", "eve"
COACHES = {ROBIN: "Robin", KIM: "Kim"}
LEADS = {ADA: "Ada", EVE: "Eve"}
IS_THERE, TAKES_OVER, SOLVED = "ist jetzt da", "schreibt ab jetzt mit dir", "Geklärt"
_LEARNERS = itertools.count(1)


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Of an empty database with all tables."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.sqlite3'}"
        migrate(url)
        yield url
        return
    with fresh_database(request.getfixturevalue("postgresql")) as url:
        migrate(url)
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory, address: str) -> AsyncIterator[Cast]:
    """A team of two coaches and two leads."""
    async with on_cast(tmp_path_factory.mktemp("first"), address) as made:
        await joined(made)
        yield made


async def joined(cast: Cast) -> None:
    await cast.team()
    for chat_name, name in COACHES.items():
        await cast.join(chat_name, name)
    for chat_name, name in LEADS.items():
        await cast.join(chat_name, name, role=LEAD)


async def opened(cast: Cast, *words: str) -> tuple[str, int]:
    """The case of a new learner who has written: the learner's chat, and the number."""
    learner = f"learner{next(_LEARNERS)}"
    await cast.say(learner, "/mensch")
    await cast.press(learner, YES)
    await cast.say(learner, *words)
    return learner, await cast.case_number(learner)


async def at_once(cast: Cast, *happens: tuple[str, str | IncomingContent]) -> int:
    """Let things happen in several chats at the same moment, in each in their order: when, for `Cast.said_since`."""
    by_chat: dict[str, list[str | IncomingContent]] = {}
    for chat_name, content in happens:
        by_chat.setdefault(chat_name, []).append(content)

    async def one_by_one(chat_name: str) -> None:
        for content in by_chat[chat_name]:
            await cast.put(chat_name, content)

    moment = cast.mark()
    await asyncio.gather(*(one_by_one(each) for each in by_chat))
    await cast.stage.settled()
    return moment


def button(cast: Cast, chat_name: str, label: str, about: str = "") -> Choice:
    return Choice(cast.button(chat_name, label, about).token)


def claims(cast: Cast, number: int) -> list[tuple[str, Choice]]:
    """Both coaches press."""
    return [(each, button(cast, each, CLAIM, cast.who(number))) for each in (ROBIN, KIM)]


async def owner(cast: Cast, number: int) -> str:
    return (await cast.case(number)).staff_name


async def is_judged_as_claimed(cast: Cast, number: int, moment: int, learner: str) -> None:
    """One owner; the learner heard one name; the other coach heard who was faster; what was written came once."""
    name = await owner(cast, number)
    there = [each for each in cast.said_since(moment, learner) if IS_THERE in each]
    assert len(there) == 1
    assert there[0].startswith(f"**{name}**")
    for coach, own_name in COACHES.items():
        heard = cast.said_since(moment, coach)
        is_owner = own_name == name
        assert heard.count(f"{cast.who(number)}: hilfe bitte") == is_owner
        late = [each for each in heard if "einen Moment schneller" in each]
        assert [f"**{name}**" in each for each in late] == ([] if is_owner else [True])


async def test_of_two_coaches_one_takes_over_and_the_other_hears_who(cast: Cast) -> None:
    for _ in range(RACES):
        learner, number = await opened(cast, "hilfe bitte")
        moment = await at_once(cast, *claims(cast, number))
        await is_judged_as_claimed(cast, number, moment, learner)


@pytest.mark.postgresql
async def test_two_assistants_on_one_postgresql_let_one_coach_take_over(
    tmp_path: Path, postgresql: str
) -> None:
    with fresh_database(postgresql) as url:
        migrate(url)
        async with on_cast(tmp_path / "1", url) as cast, on_cast(tmp_path / "2", url) as second:
            # Both deliver what is to be said in one chat.
            for channel, connector in second.stage.more.items():
                connector.sent = cast.stage.more[channel].sent
            await joined(cast)
            for race in range(RACES):
                learner, number = await opened(cast, "hilfe bitte")
                (first, one), (other, two) = claims(cast, number)
                moment = cast.mark()
                await asyncio.gather(
                    cast.put(first, one), second.put(other, two, external_id=f"second{race}")
                )
                await cast.stage.settled()
                await is_judged_as_claimed(cast, number, moment, learner)


async def test_a_claim_and_a_withdrawal_both_hear_the_end(cast: Cast) -> None:
    for _ in range(OTHER_RACES):
        learner, number = await opened(cast, "eins", "/bot")
        withdraws = (learner, button(cast, learner, "Ja, zurücknehmen"))
        moment = await at_once(cast, withdraws, claims(cast, number)[0])
        assert (await cast.case(number)).state is State.CLOSED
        is_claimed = any(IS_THERE in each for each in cast.said_since(moment, learner))
        heard = cast.said_since(moment, ROBIN)
        ends = "hat das Gespräch beendet" if is_claimed else "ist schon fertig"
        assert any(ends in each for each in heard), heard
        assert any("gehört jetzt dir" in each for each in heard) == is_claimed


async def test_while_somebody_takes_over_all_that_is_written_arrives_once_and_in_order(
    cast: Cast,
) -> None:
    for race in range(OTHER_RACES):
        learner, number = await opened(cast, "eins")
        claim = claims(cast, number)[race % 2]
        words = [(learner, each) for each in ("zwei", "drei", "vier")]
        moment = await at_once(cast, *words[: race % 3], claim, *words[race % 3 :])
        who = cast.who(number)
        arrived = [
            each.removeprefix(f"{who}: ")
            for each in cast.said_since(moment, claim[0])
            if each.startswith(f"{who}: ")
        ]
        assert arrived == ["eins", "zwei", "drei", "vier"]


async def test_what_is_written_during_a_hand_over_is_read_by_who_takes_over(cast: Cast) -> None:
    for race in range(OTHER_RACES):
        learner, number = await opened(cast, "eins")
        await cast.claim(ROBIN, number)
        await cast.say(ROBIN, f"/uebergabe {number}")
        gives = (ROBIN, button(cast, ROBIN, "Kim", cast.who(number)))
        both = [gives, (learner, "zwei")]
        moment = await at_once(cast, *(both if race % 2 else reversed(both)))
        assert await owner(cast, number) == "Kim"
        read = " ".join(cast.said_since(moment, KIM))
        assert read.count("eins") == read.count("zwei") == 1, read
        told = [each for each in cast.said_since(moment, learner) if TAKES_OVER in each]
        assert len(told) == 1


async def test_what_a_coach_writes_while_it_ends_arrives_before_the_end_or_they_hear_it(
    cast: Cast,
) -> None:
    for race in range(OTHER_RACES):
        learner, number = await opened(cast, "eins")
        await cast.claim(ROBIN, number)
        both = [(ROBIN, "was ist passiert"), (learner, "/bot")]
        moment = await at_once(cast, *(both if race % 2 else reversed(both)))
        assert (await cast.case(number)).state is State.CLOSED
        heard = cast.said_since(moment, learner)
        end = next(at for at, each in enumerate(heard) if "ist zu Ende" in each)
        arrived = [at for at, each in enumerate(heard) if each == "Robin: was ist passiert"]
        answers = cast.said_since(moment, ROBIN)
        assert sum("hat das Gespräch beendet" in each for each in answers) == 1
        assert arrived == ([end - 1] if len(answers) == 1 else []), answers


async def test_what_a_learner_writes_while_it_ends_is_read_by_the_coach_or_answered(
    cast: Cast,
) -> None:
    for race in range(OTHER_RACES):
        learner, number = await opened(cast, "eins")
        await cast.claim(ROBIN, number)
        await cast.say(ROBIN, f"/fertig {number}")
        ends = (ROBIN, button(cast, ROBIN, SOLVED, cast.who(number)))
        both = [ends, (learner, "wie lang ist die probezeit")]
        moment = await at_once(cast, *(both if race % 2 else reversed(both)))
        assert (await cast.case(number)).state is State.CLOSED
        read = [each for each in cast.said_since(moment, ROBIN) if "probezeit" in each]
        answered = [each for each in cast.said_since(moment, learner) if "Probezeit" in each]
        assert (len(read), len(answered)) in {(1, 0), (0, 1)}


async def test_of_two_leads_one_says_the_second_word_that_blocks(cast: Cast) -> None:
    for _ in range(OTHER_RACES):
        learner, number = await opened(cast, "eins")
        await cast.claim(ROBIN, number)
        await cast.say(ROBIN, f"/sperren {number}")
        both = [(each, button(cast, each, "Ja, sperren", cast.who(number))) for each in LEADS]
        moment = await at_once(cast, *both)
        assert (await cast.case(number)).state is State.CLOSED
        assert len(cast.said_since(moment, learner)) == 1
        assert sum("ist gesperrt" in each for each in cast.said_since(moment, ROBIN)) == 1
        answers = [cast.said_since(moment, each) for each, _ in both]
        assert sorted(any("Gesperrt:" in each for each in heard) for heard in answers) == [
            False,
            True,
        ]
        assert all(answers)
        confirmed = await cast.rows(
            select(block.c.confirmed_by).where(block.c.case_number == number)
        )
        assert len(confirmed) == 1
        assert confirmed[0][0] in {await cast.seat_of(ADA), await cast.seat_of(EVE)}


async def test_who_says_yes_twice_at_once_opens_one_case(cast: Cast) -> None:
    for _ in range(OTHER_RACES):
        learner = f"learner{next(_LEARNERS)}"
        await cast.say(learner, "/mensch", "/mensch")
        yes = [each for each in cast.buttons(learner) if each.label == YES]
        assert len(yes) == 2
        await at_once(cast, *((learner, Choice(each.token)) for each in yes))
        of = case.c.chat_id == await cast.chat_id(learner)
        assert (await cast.rows(select(func.count()).where(of)))[0][0] == 1


async def test_of_the_call_no_button_is_left_for_who_was_late(cast: Cast) -> None:
    _, number = await opened(cast, "eins")
    moment = await at_once(cast, *claims(cast, number))
    for coach in (ROBIN, KIM):
        edits = [e for e in cast.contents_since(moment, coach) if isinstance(e, OutgoingEdit)]
        assert [each.buttons for each in edits] == [()]
