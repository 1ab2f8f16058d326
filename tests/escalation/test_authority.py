"""Who may do what with which case, for every command and button of the staff; who may not learns nothing and changes nothing."""

import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.commands import load_commands
from bot.delivery.tables import choice
from bot.escalation.authority import RIGHTS, CaseFacts, may
from bot.escalation.values import State
from bot.messages import Choice, Text
from bot.settings import ROOT
from bot.staffroom import revoke
from bot.texts import FOLDER
from bot.turn import Seat
from knowledge.yamls import load_yaml
from tests.escalation.stage import LEAD, OTHERS, Cast, keep_key, on_cast

TABLE = """
# By intent: who may do it, and with which cases. Who is not named may not do it with any.
show_cases:    &staff {owner: any, colleague: any, lead: any, stranger: any, foreign_lead: any}
set_duty:      *staff
show_card:     *staff
set_digest:    *staff
claim_case:    {owner: waiting, colleague: waiting, lead: waiting}
use_template:  &owner {owner: own asked, colleague: colleagues, lead: leads}
send_held:     *owner
block_chat:    *owner
turn_to_case:  &owner_or_lead
  {owner: own asked closed, colleague: colleagues, lead: own colleagues leads waiting asked closed, foreign_lead: elsewhere}
add_note:     *owner_or_lead
hand_over:     *owner_or_lead
close_case:    *owner_or_lead
write_first:   {owner: closed}
confirm_block: {colleague: asked, lead: asked}
"""
ALLOWED = load_yaml(TABLE)
"""Of `TABLE`, by intent and person the cases in one string, or `any`: also without a case."""

OUR, THEIR = 1, 2
OWNER, COLLEAGUE, LEADER, STRANGER, FOREIGN_LEAD, FOREIGNER = range(1, 7)
PEOPLE = MappingProxyType(
    {
        # A case gives its learner no seat, and a revoked one is none: see the tests on the stage below.
        "nobody": None,
        "learner": None,
        "revoked": None,
        "owner": Seat(OWNER, OUR, ("coach",), "Robin"),
        "colleague": Seat(COLLEAGUE, OUR, ("coach",), "Kim"),
        "lead": Seat(LEADER, OUR, ("lead", "coach"), "Lena"),
        "stranger": Seat(STRANGER, THEIR, ("coach",), "Bea"),
        "foreign_lead": Seat(FOREIGN_LEAD, THEIR, ("lead", "coach"), "Boris"),
    }
)
CASES = MappingProxyType(
    {
        "none": None,
        "own": CaseFacts(OUR, State.CLAIMED, OWNER),
        "asked": CaseFacts(OUR, State.CLAIMED, OWNER, asked_block=OWNER),
        "colleagues": CaseFacts(OUR, State.CLAIMED, COLLEAGUE),
        "leads": CaseFacts(OUR, State.CLAIMED, LEADER),
        "waiting": CaseFacts(OUR, State.WAITING, None),
        "closed": CaseFacts(OUR, State.CLOSED, OWNER),
        "elsewhere": CaseFacts(THEIR, State.CLAIMED, FOREIGNER),
    }
)
COMMANDS = [row for row in load_commands(FOLDER / "commands.yml").rows if row.roles]
MEANT = sorted({each for row in COMMANDS for each in (row.intent, row.argument_intent) if each})
DIALOGUES = load_yaml((ROOT / "dialogues/domain/escalation.yml").read_text(encoding="utf-8"))
PRESSED = sorted(set(RIGHTS) & set(DIALOGUES["intents"]))
"""What a button of the staff may stand for."""
NO_CASE, NO_COMMAND = 999, "/gibtesnicht"
WORDS = "er hat mein handy versteckt"
"""What the learner of the claimed case wrote: nobody but its coach may read it."""
of_module = pytest.mark.asyncio(loop_scope="module")


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", MEANT)
def test_every_command_of_the_staff_has_a_right_and_a_row(intent: str) -> None:
    assert intent in RIGHTS
    assert intent in ALLOWED


def test_every_right_has_a_row_and_every_row_a_right() -> None:
    assert set(ALLOWED) == set(RIGHTS)


def test_every_row_names_people_and_cases_that_there_are() -> None:
    for row in ALLOWED.values():
        assert set(row) <= set(PEOPLE)
        assert {case for cases in row.values() for case in cases.split()} <= {"any", *CASES}


@pytest.mark.parametrize("intent", RIGHTS)
def test_exactly_those_may_whom_the_table_names(intent: str) -> None:
    wrong = [
        (who, case)
        for who, case in itertools.product(PEOPLE, CASES)
        if may(PEOPLE[who], intent, CASES[case]) is not is_in_table(intent, who, case)
    ]

    assert wrong == []


def test_what_has_no_right_is_an_error_and_no_permission() -> None:
    with pytest.raises(KeyError):
        may(PEOPLE["lead"], "read_minds", CASES["own"])


def is_in_table(intent: str, who: str, case: str) -> bool:
    cases = ALLOWED[intent].get(who, "").split()
    return case in cases or "any" in cases


# --- the whole assistant ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Full:
    """A running assistant with two teams and their staff, and the numbers of cases as in `CASES`."""

    cast: Cast
    numbers: dict[str, int]

    async def differs(self, who: str, real: str, unreal: str) -> bool:
        """Whether somebody hears of the two commands or payloads not the same."""
        return await self.answer(who, real) != await self.answer(who, unreal)

    async def answer(self, who: str, what: str) -> list[str]:
        """What somebody hears of a command, or of a button with a payload."""
        heard = await (self.cast.press_given if "{" in what else self.cast.say)(who, what)
        assert heard, f"{who} hears nothing of {what}"
        return heard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Full]:
    """For all tests below: none of them changes anything."""
    async with on_cast(tmp_path_factory.mktemp("full")) as cast:
        keep_key(cast.settings)
        await cast.two_teams()
        await cast.say("nobody", "hallo")
        for name in ("robin", "kim", "gone"):
            await cast.join(name)
        await cast.join("lena", role=LEAD)
        await cast.join("bea", team=OTHERS)
        await cast.join("boris", team=OTHERS, role=LEAD)
        numbers = {"own": await cast.open_case("mia", WORDS)}
        await cast.claim("robin", numbers["own"])
        numbers["closed"] = await cast.open_case("udo", WORDS)
        await cast.claim("robin", numbers["closed"])
        await cast.say("robin", f"/fertig {numbers['closed']}")
        await cast.press("robin", "Geklärt")
        numbers["waiting"] = await cast.open_case("ben", WORDS)
        seat = await cast.seat_of("gone")
        assert seat is not None
        await revoke(cast.settings, seat)
        await cast.stage.settled()
        states = {name: (await cast.case(each)).state for name, each in numbers.items()}
        assert states == {"own": "claimed", "closed": "closed", "waiting": "waiting"}
        yield Full(cast, numbers)


@asynccontextmanager
async def nothing_done(full: Full, *who: str) -> AsyncIterator[None]:
    """Hold that nothing is changed, nobody else hears anything, and no case is given away."""
    cast = full.cast
    before, kept = cast.mark(), await cast.kept()
    yield
    heard = {each.address.chat for each in cast.stage.memory.sent[before:]}
    said = "\n".join(cast.said_since(before))
    assert await cast.kept() == kept
    assert heard <= set(who)
    assert WORDS not in said
    assert not any(cast.who(each) in said for each in full.numbers.values())


@of_module
async def test_who_is_not_of_the_staff_learns_of_no_command(full: Full) -> None:
    people = ("nobody", "gone", "mia", "udo")
    typed = [
        *(f"/{name}" for row in COMMANDS for name in (row.name, *row.aliases)),
        *(f"/{row.name} {full.numbers['own']} Wie ging es aus?" for row in COMMANDS),
    ]
    async with nothing_done(full, *people):
        wrong = [
            (who, each)
            for who in people
            for unknown in [await full.answer(who, NO_COMMAND)]
            for each in typed
            if await full.answer(who, each) != unknown
        ]

    assert wrong == []


@of_module
async def test_no_help_names_a_command_to_who_may_not_use_it(full: Full) -> None:
    of_staff, of_nobody, of_gone = [
        "".join(await full.answer(who, "/hilfe")) for who in ("bea", "nobody", "gone")
    ]

    assert [row.name for row in COMMANDS if f"/{row.name}" not in of_staff] == []
    assert [row.name for row in COMMANDS if f"/{row.name}" in of_nobody] == []
    assert of_gone == of_nobody


@of_module
async def test_for_another_team_a_case_is_as_one_that_does_not_exist(full: Full) -> None:
    people = ("bea", "boris")
    wrong = []
    async with nothing_done(full, *people):
        for who, (intent, shape) in itertools.product(people, about_cases()):
            unreal = await full.answer(who, shape(NO_CASE))
            for name, number in full.numbers.items():
                if await full.answer(who, shape(number)) != unreal:
                    wrong.append((who, intent, name))

    assert wrong == []


@of_module
async def test_no_button_does_anything_for_who_is_not_of_the_staff(full: Full) -> None:
    people = ("nobody", "gone")
    wrong = []
    async with nothing_done(full, *people):
        for who in people:
            old_button = await full.cast.say(who, Choice("AAAAAAAAAAAAAAAAAAAAAA"))
            unknown = await full.answer(who, NO_COMMAND)
            for intent, shape in about_cases():
                told = shape(full.numbers["waiting"])
                if await full.answer(who, told) != (old_button if "{" in told else unknown):
                    wrong.append((who, intent))
            for intent in RIGHTS:
                told = f'/{intent}{{"argument": "aus"}}'
                if RIGHTS[intent] == "staff" and await full.answer(who, told) != old_button:
                    wrong.append((who, intent))

    assert wrong == []


@of_module
@pytest.mark.parametrize(("who", "person"), [("kim", "colleague"), ("lena", "lead")])
async def test_what_a_colleague_may_not_do_with_a_case_is_as_if_there_were_none(
    full: Full, who: str, person: str
) -> None:
    wrong = []
    async with nothing_done(full, who):
        for situation, (intent, shape) in itertools.product(("own", "closed"), about_cases()):
            # Who is late to claim hears kindly who was faster: a team knows its cases.
            is_known = is_in_table(intent, person, situation) or intent == "claim_case"
            number = full.numbers[situation]
            if not is_known and await full.differs(who, shape(number), shape(NO_CASE)):
                wrong.append((situation, intent))

    assert wrong == []


@of_module
async def test_a_token_of_another_chat_is_a_button_that_there_never_was(full: Full) -> None:
    people = ("nobody", "gone", "mia", "kim", "bea")
    of_robin = select(choice.c.token).where(choice.c.chat_id == await full.cast.chat_id("robin"))
    tokens = [row.token for row in await full.cast.rows(of_robin)]
    wrong = []
    async with nothing_done(full, *people):
        for who in people:
            unknown = await full.cast.say(who, Choice("AAAAAAAAAAAAAAAAAAAAAA"))
            pressed = [(each, await full.cast.say(who, Choice(each))) for each in tokens]
            wrong += [(who, each) for each, heard in pressed if heard != unknown]

    assert len(tokens) > 5
    assert wrong == []


@of_module
async def test_a_typed_payload_is_words_and_nothing_else(full: Full) -> None:
    people = ("nobody", "bea", "lena")
    async with nothing_done(full, *people):
        for who, (_, shape) in itertools.product(people, about_cases()):
            await full.cast.say(who, Text(shape(full.numbers["waiting"])))


# --- what is typed and pressed ------------------------------------------------------------------


def about_cases() -> Iterator[tuple[str, Callable[[int], str]]]:
    """All that may be typed or pressed about a case: its intent, and by the case's number the command or payload."""
    for row in COMMANDS:
        intent = row.argument_intent or row.intent
        if RIGHTS[intent] != "staff":
            yield intent, f"/{row.name} {{}} Wie ging es aus?".format
    for intent in PRESSED:
        if RIGHTS[intent] != "staff":
            yield intent, partial(payload, intent)
    for values in ({"to": 0, "giver": OWNER}, {"to": 2, "giver": OWNER, "is_all": True}):
        yield "hand_over", partial(payload, "hand_over", **values)


def payload(intent: str, number: int, **values: object) -> str:
    """What a button stands for that says everything any button of the staff says."""
    said = {"case": number, "outcome": "solved", "template": "gruss", "block": True}
    return f"/{intent}{json.dumps({**said, **values})}"
