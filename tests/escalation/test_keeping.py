"""How long what was said with a human is kept, and what goes with it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import NotDelivered
from bot.escalation.tables import case, case_topic, entry, look
from bot.messages import Address, Choice, OutgoingEnd
from bot.people.tables import chat
from bot.staffroom import remove_team, revoke
from tests.escalation.stage import CLAIM, HELP, LEAD, MATRIX, TELEGRAM, Cast, keep_key, on_cast

GROUP, TOPIC = "group-1", "group-1/1"
DAY = 24 * 60


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A running assistant with a team of two in a group with topics."""
    async with on_cast(tmp_path, database_url) as made:
        keep_key(made.settings)
        await made.team(group=Address(TELEGRAM, GROUP))
        await made.join("robin")
        await made.join("lena", role=LEAD)
        yield made


async def claimed(cast: Cast) -> int:
    """A case of Mia's that Robin took over in the topic."""
    number = await cast.open_case("mia", "hallo")
    await cast.say(TOPIC, Choice(cast.button(TOPIC, CLAIM).token), sender="robin")
    await cast.say(TOPIC, "Hallo Mia", sender="robin")
    return number


async def ended(cast: Cast) -> int:
    """The same, ended."""
    number = await claimed(cast)
    await cast.say("mia", "/bot")
    return number


async def days_later(cast: Cast, days: float) -> None:
    """Let time pass; what has outlived its time is deleted."""
    cast.stage.later(days * DAY)
    await cast.stage.house.purge()
    await cast.stage.settled()


def ends(cast: Cast, moment: int = 0) -> list[OutgoingEnd]:
    """How the topic was told that it is over."""
    found = cast.contents_since(moment, TOPIC)
    return [each for each in found if isinstance(each, OutgoingEnd)]


async def test_what_was_said_goes_thirty_days_after_the_end_with_its_topic(cast: Cast) -> None:
    await ended(cast)
    before = cast.mark()
    for _ in range(2):
        await days_later(cast, 14.9)
        assert len(await cast.rows(select(entry))) == 2
        assert ends(cast, before) == []
    await days_later(cast, 0.3)

    for table in (case, entry, case_topic):
        assert await cast.rows(select(table)) == []
    assert ends(cast, before) == [OutgoingEnd(forgets=True)]
    assert cast.said_since(before) == []


async def test_an_open_case_is_kept_however_long_it_takes(cast: Cast) -> None:
    number = await claimed(cast)
    for _ in range(20):
        await days_later(cast, 2)
    heard = await cast.say(TOPIC, "Wie geht es dir?", sender="robin")

    assert (await cast.case(number)).staff_name == "Robin"
    assert heard == []
    assert cast.heard("mia")[-1] == "Robin: Wie geht es dir?"
    assert ends(cast) == []


async def test_a_chat_in_which_something_waits_is_not_forgotten(cast: Cast) -> None:
    await ended(cast)
    await days_later(cast, 29)
    cut_off = NotDelivered("cut off", retry_after=timedelta(seconds=1))
    cast.stage.more[TELEGRAM].fail_next(cut_off)
    before = cast.mark()
    cast.stage.later(1.1 * DAY)
    for _ in range(3):
        await cast.stage.house.purge()
    await cast.stage.settled()

    assert ends(cast, before) == [OutgoingEnd(forgets=True)]
    await days_later(cast, 3)
    addresses = select(chat.c.address).where(chat.c.channel == TELEGRAM)
    assert TOPIC not in [each.address for each in await cast.rows(addresses)]


async def test_a_topic_that_the_case_has_left_goes_as_well(cast: Cast) -> None:
    await cast.join(f"{MATRIX}:bo")
    await claimed(cast)
    await cast.say(TOPIC, "/uebergabe", sender="robin")
    await cast.say(TOPIC, Choice(cast.button(TOPIC, "Bo").token), sender="robin")
    await cast.say("mia", "/bot")
    assert ends(cast) == [OutgoingEnd()]
    before = cast.mark()
    await days_later(cast, 31)

    assert ends(cast, before) == [OutgoingEnd(forgets=True)]


@pytest.mark.parametrize("is_open", [True, False])
async def test_erased_the_topic_goes_at_once_and_who_has_the_case_hears_it(
    cast: Cast, is_open: bool
) -> None:
    await (claimed(cast) if is_open else ended(cast))
    before = cast.mark()
    await cast.say("mia", "/loeschen")

    assert ends(cast, before)[-1] == OutgoingEnd(forgets=True)
    assert cast.said_since(before, TOPIC) == []
    told = ["Ein Fall ist zu: Wer dir schrieb, hat alles löschen lassen."]
    assert cast.said_since(before, "robin") == (told if is_open else [])
    assert await cast.rows(select(entry)) == []


async def test_with_a_team_go_its_topics(cast: Cast) -> None:
    await claimed(cast)
    for each in ("robin", "lena"):
        seat = await cast.seat_of(each)
        assert seat is not None
        await revoke(cast.settings, seat)
    await remove_team(cast.settings, HELP)
    await cast.stage.settled()

    assert ends(cast)[-1] == OutgoingEnd(forgets=True)
    assert await cast.rows(select(case)) == []


async def test_who_looked_is_known_for_a_year(cast: Cast) -> None:
    number = await ended(cast)
    await cast.say("lena", f"/fall {number}")
    await days_later(cast, 364)
    assert {row.case_number for row in await cast.rows(select(look))} == {number}
    await days_later(cast, 1.1)

    assert await cast.rows(select(look)) == []
