"""Only an invitation of the operator makes a member of staff: not guessed, not used twice, not late, and after a yes."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import log2
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.commands import load_commands
from bot.escalation.authority import RIGHTS
from bot.escalation.tables import staff
from bot.messages import Choice, Command, IncomingContent, Text
from bot.people.codes import ALPHABET, INVITATION, PURPOSES, invitation_in, new_code
from bot.people.tables import code, consent, link, person
from bot.staffroom import revoke
from bot.texts import FOLDER
from tests.escalation.stage import ACCEPT, HELP, LEAD, MATRIX, Cast, keep_key, on_cast

RULES = PURPOSES[INVITATION]
QUESTION = f"Das ist eine Einladung in das Team **{HELP}**."
WRONG = "Diese Einladung kenne ich nicht."
NO = "Nein"
COMMANDS = load_commands(FOLDER / "commands.yml").rows


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A running assistant with one team that nobody is in."""
    async with on_cast(tmp_path, database_url) as made:
        await made.team()
        yield made


async def seats(cast: Cast) -> list[tuple[str, str]]:
    """Everybody who is on the staff: name and role."""
    rows = await cast.rows(select(staff.c.name, staff.c.role).where(staff.c.revoked_at.is_(None)))
    return [tuple(row) for row in rows]


def is_mixed(signs: str) -> bool:
    """No code is a word or a number."""
    return not signs.isalpha() and not signs.isdecimal()


# --- the code itself ----------------------------------------------------------------------------


def test_an_invitation_is_worth_more_than_60_bits_and_holds_for_a_week() -> None:
    signs, letters = len(ALPHABET), sum(each.isalpha() for each in ALPHABET)
    # Codes of letters alone, or of figures alone, are never given out.
    worth = signs**RULES.length - letters**RULES.length - (signs - letters) ** RULES.length

    assert log2(worth) >= 60
    assert RULES.lifetime == timedelta(days=7)


@given(st.text(ALPHABET, min_size=RULES.length, max_size=RULES.length).filter(is_mixed))
def test_an_invitation_is_known_as_one_however_it_is_typed(bare: str) -> None:
    made = "-".join(bare[start : start + 4] for start in range(0, RULES.length, 4))

    for typed in (made, bare, made.lower(), made.replace("-", " "), f" {made}\n"):
        assert invitation_in(typed) == bare


@pytest.mark.parametrize(
    "way",
    [
        "{code}",
        "{bare}",
        "{lower}",
        "/start {code}",
        "/start {bare}",
        "/start {lower}",
        "/START {bare}",
    ],
)
async def test_it_is_typed_or_comes_by_a_link(tmp_path: Path, way: str) -> None:
    async with on_cast(tmp_path) as cast:
        await cast.team()
        made = await cast.invited("Robin")
        bare = made.replace("-", "")

        heard = await cast.say("robin", way.format(code=made, bare=bare, lower=bare.lower()))
        before = await seats(cast)
        await cast.press("robin", ACCEPT)

        assert heard[-1].startswith(QUESTION)
        assert before == []
        assert await seats(cast) == [("Robin", "coach")]


# --- who may not use it -------------------------------------------------------------------------


async def test_after_five_wrong_ones_in_a_chat_the_right_one_is_wrong_there(cast: Cast) -> None:
    right = await cast.invited("Robin")
    for _ in range(RULES.tries_per_chat):
        assert (await cast.say("eve", new_code(INVITATION)))[-1].startswith(WRONG)

    assert (await cast.say("eve", right))[-1].startswith(WRONG)
    assert (await cast.say("eve", f"/start {right}"))[-1].startswith(WRONG)
    assert (await cast.say("robin", right))[-1].startswith(QUESTION)
    cast.stage.later(61)
    assert (await cast.say("eve", right))[-1].startswith(QUESTION)


async def test_after_sixty_wrong_ones_in_all_the_right_one_is_wrong_everywhere(cast: Cast) -> None:
    right = await cast.invited("Robin")
    await cast.say("early", right)
    chats = [f"eve{number}" for number in range(RULES.tries_in_all // RULES.tries_per_chat)]
    for _ in range(RULES.tries_per_chat):
        for each in chats:
            await cast.put(each, new_code(INVITATION))
    await cast.stage.settled(within=60)

    assert (await cast.say("robin", right))[-1].startswith(WRONG)
    # Not even who was asked before them.
    assert (await cast.press("early", ACCEPT))[-1].startswith(WRONG)
    assert await seats(cast) == []
    cast.stage.later(61)
    assert (await cast.say("robin", right))[-1].startswith(QUESTION)


async def test_of_two_who_accept_it_at_the_same_time_one_is_on_the_staff(cast: Cast) -> None:
    made = await cast.invited("Robin")
    chats = ("robin", f"{MATRIX}:eve")
    for each in chats:
        await cast.say(each, made)

    pressed = [cast.put(each, Choice(cast.button(each, ACCEPT).token)) for each in chats]
    await asyncio.gather(*pressed)
    await cast.stage.settled()

    last = sorted(cast.heard(each)[-1][: len(WRONG)] for each in chats)
    assert last == [WRONG, "Willkommen, Robin! Du bist jetzt im Dienst"[: len(WRONG)]]
    assert await seats(cast) == [("Robin", "coach")]
    assert await cast.rows(select(code.c.hash)) == []


async def test_a_used_one_is_wrong(cast: Cast) -> None:
    made = await cast.invited("Robin")
    await cast.say("robin", made)
    await cast.press("robin", ACCEPT)

    for who in ("robin", "eve"):
        assert (await cast.say(who, made))[-1].startswith(WRONG)
    assert await seats(cast) == [("Robin", "coach")]


async def test_after_a_week_it_is_wrong_also_for_who_was_asked_before(cast: Cast) -> None:
    made = await cast.invited("Robin")
    cast.stage.later(7 * 24 * 60 - 2)
    assert (await cast.say("robin", made))[-1].startswith(QUESTION)
    cast.stage.later(2)

    assert (await cast.press("robin", ACCEPT))[-1].startswith(WRONG)
    assert (await cast.say("eve", made))[-1].startswith(WRONG)
    assert await seats(cast) == []


async def test_in_a_group_it_is_refused_and_stays_good(cast: Cast) -> None:
    made = await cast.invited("Robin")

    heard = [await cast.say("group", words, sender="robin") for words in (made, f"/start {made}")]

    assert all(each[-1].startswith("Schick mir die Einladung bitte in einem") for each in heard)
    assert cast.buttons("group") == []
    assert (await cast.say("robin", made))[-1].startswith(QUESTION)


async def test_who_declines_is_not_on_the_staff_and_may_think_again(cast: Cast) -> None:
    made = await cast.invited("Robin")
    await cast.say("robin", made)
    declined = await cast.press("robin", NO)
    nobody = await seats(cast)

    await cast.say("robin", made)
    await cast.press("robin", ACCEPT)

    assert declined[-1].startswith("Okay.")
    assert nobody == []
    assert await cast.rows(select(func.count()).select_from(person)) == [(1,)]
    assert await seats(cast) == [("Robin", "coach")]


async def test_nothing_is_kept_of_who_was_only_asked(cast: Cast) -> None:
    await cast.say("robin", await cast.invited("Robin"))

    assert await cast.rows(select(person.c.id)) == []


async def test_the_invitation_of_who_was_revoked_is_used_up(cast: Cast) -> None:
    keep_key(cast.settings)
    made = await cast.invited("Robin", role=LEAD)
    await cast.say("robin", made)
    await cast.press("robin", ACCEPT)
    seat = await cast.seat_of("robin")
    assert seat is not None
    accepted = Choice(cast.button("robin", ACCEPT).token)
    await revoke(cast.settings, seat)

    assert (await cast.say("robin", made))[-1].startswith(WRONG)
    await cast.say("robin", accepted)
    assert await seats(cast) == []


async def test_who_has_a_record_keeps_it_and_is_on_the_staff_as_well(cast: Cast) -> None:
    keep_key(cast.settings)
    await cast.say("robin", "ich bin azubi", "Ja, ich bin 18 oder älter")
    before = await cast.rows(select(person.c.id, person.c.profile))
    agreed = await cast.rows(select(consent.c.scope).where(consent.c.withdrawn_at.is_(None)))
    seat = await cast.join("robin")

    after = await cast.rows(select(person.c.id, person.c.profile))
    now = await cast.rows(select(consent.c.scope).where(consent.c.withdrawn_at.is_(None)))
    await revoke(cast.settings, seat)

    assert len(before) == 1
    assert after == before
    assert {each.scope for each in now} == {each.scope for each in agreed} | {"staff"}
    assert await cast.rows(select(staff.c.person_id)) == [(before[0].id,)]
    assert await cast.rows(select(person.c.id, person.c.profile)) == before
    assert len(await cast.rows(select(link.c.chat_id))) == 1


# --- nobody becomes staff by chatting ----------------------------------------------------------


def typed_payloads() -> st.SearchStrategy[str]:
    """What buttons stand for, typed by somebody who knows our code."""
    intents = st.sampled_from(
        ["accept_invitation", "check_invitation", "decline_invitation", *RIGHTS]
    )
    codes = st.builds(lambda _: new_code(INVITATION), st.integers(0, 9)) | st.text(max_size=20)
    values = st.fixed_dictionaries(
        {}, optional={"code": codes, "case": st.integers(0, 3), "argument": codes}
    )
    return st.builds(lambda intent, each: f"/{intent}{json.dumps(each)}", intents, values)


def events() -> st.SearchStrategy[IncomingContent]:
    """What anybody may let happen: words, commands, payloads as words, labels, forged buttons."""
    words = st.text(max_size=40) | typed_payloads()
    labels = st.sampled_from([ACCEPT, "ja", "1", "2", "mensch", "ich bin coach", "ich bin lead"])
    names = st.sampled_from([each.name for each in COMMANDS])
    return st.one_of(
        st.builds(Text, words | labels),
        st.builds(Command, names, words),
        st.builds(Choice, st.text(max_size=30)),
    )


@contextmanager
def running(folder: Path) -> Iterator[tuple[asyncio.Runner, Cast]]:
    """An assistant that lives as long as several examples; an invitation waits for somebody else."""
    with asyncio.Runner() as runner:
        stage = on_cast(folder)
        cast = runner.run(stage.__aenter__())
        try:
            yield runner, cast
        finally:
            runner.run(stage.__aexit__(None, None, None))


def test_no_sequence_of_words_and_buttons_makes_a_seat(tmp_path: Path) -> None:
    with running(tmp_path) as (runner, cast):
        runner.run(cast.team())
        right = runner.run(cast.invited("Robin"))

        @settings(max_examples=25)
        @given(st.lists(events(), min_size=1, max_size=6), st.uuids())
        def check(happening: list[IncomingContent], who: object) -> None:
            runner.run(cast.say(str(who), *happening))
            assert runner.run(seats(cast)) == []

        check()
        # And the true one still works: the examples did run against a team that takes people.
        cast.stage.later(61)
        runner.run(cast.say("robin", right))
        runner.run(cast.press("robin", ACCEPT))
        assert runner.run(seats(cast)) == [("Robin", "coach")]
