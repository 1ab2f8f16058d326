"""The operator's commands beside a running assistant: teams, invitations, who leaves the staff, who stands in."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from bot.errors import ConfigurationError
from bot.escalation.tables import case, staff
from bot.escalation.values import State
from bot.messages import Address, Choice, Gone, OutgoingEdit
from bot.people.tables import code, link, person
from bot.settings import ROOT, Settings
from bot.staffroom import (
    TeamForm,
    invite,
    open_invitations,
    remove_team,
    revoke,
    set_team,
    staffing_in,
    substitute,
    withdraw,
)
from tests.escalation.stage import (
    ACCEPT,
    CLAIM,
    HELP,
    LEAD,
    MONDAY,
    OTHERS,
    TELEGRAM,
    Cast,
    keep_key,
    on_cast,
)
from tests.support import settings_in

CODE = re.compile(r"^(\w{4}-\w{4}-\w{4}-\w{4})$", re.MULTILINE)
TOLD_ORPHANED = "Deine Ansprechperson ist nicht mehr da."


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A running assistant without teams; the command line reads its key."""
    async with on_cast(tmp_path, database_url) as made:
        keep_key(made.settings)
        yield made


async def lernallianz(settings: Settings, *arguments: str) -> tuple[int | None, str, str]:
    """Run a command in a process of its own: exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=ROOT,
        env={
            **os.environ,
            "LERNALLIANZ_DATA_DIR": str(settings.data_dir),
            "LERNALLIANZ_DATABASE_URL": settings.database,
            "LERNALLIANZ_CLOCK_START": MONDAY,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), err.decode()


async def test_a_team_and_its_staff_come_by_the_command_line(cast: Cast) -> None:
    made = await lernallianz(
        cast.settings, "team", "set", HELP, "--hours", "Mo-Fr 9-17", "--region", "he"
    )
    invited = await lernallianz(cast.settings, "invite", "coach", "--team", HELP, "--name", "Robin")
    typed = CODE.findall(invited[1])[0]

    await cast.say("robin", typed)
    await cast.press("robin", ACCEPT)
    listed = await lernallianz(cast.settings, "staff", "list")

    assert made == (
        0,
        f"{HELP}\tMo–Fr 9–17 Uhr\tregion he\ttopics all\tholidays he\tminutes 5\n",
        "",
    )
    assert "within 7 days (until 2026-11-30 09:00 UTC)" in invited[1]
    assert f"https://t.me/YOUR_BOT?start={typed.replace('-', '')}" in invited[1]
    assert "73 bits" in invited[1]
    seat = await cast.seat_of("robin")
    assert listed == (0, f"{seat}\t{HELP}\tcoach\tRobin\ton duty\tsubstitute none\n", "")


async def test_a_fault_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    done = await lernallianz(
        settings_in(tmp_path), "team", "set", HELP, "--hours", "Mo-Fr von neun"
    )

    assert done == (2, "", "lernallianz: 'Mo-Fr von neun': Cannot read it from 'von neun' on.\n")


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        (TeamForm("Mo-Fr 9-17", region="xx"), "xx is none of bw, by"),
        (TeamForm("Mo-Fr 9-17", holidays="de"), "de is none of bw, by"),
        (TeamForm("Mo-Fr 9-17", topics="geld, spass"), "spass is none of arbeitszeit"),
        (TeamForm("9-17"), "Say the days before their times"),
        (TeamForm("Mo-Fr 9-17", telegram_group="@group"), "no id of a group"),
    ],
)
async def test_what_no_team_can_have_is_said(tmp_path: Path, form: TeamForm, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        await set_team(settings_in(tmp_path), HELP, form)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
async def test_a_team_needs_a_name_that_fits(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 80"):
        await set_team(settings_in(tmp_path), name, TeamForm("Mo-Fr 9-17"))


async def test_the_public_holidays_are_those_of_the_region_unless_others_are_named(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)

    rules = [
        await set_team(settings, HELP, form)
        for form in (
            TeamForm("Mo 9-17", region="HE", topics="geld,vertrag"),
            TeamForm("Mo 9-17", region="he", holidays="by"),
            TeamForm("Mo 9-17"),
        )
    ]

    assert [(each.region, each.state) for each in rules] == [
        ("he", "he"),
        ("he", "by"),
        (None, None),
    ]
    assert rules[0].topics == ("geld", "vertrag")


@pytest.mark.parametrize(
    ("role", "team", "name", "fault"),
    [
        ("boss", HELP, "Robin", "neither coach nor lead"),
        ("coach", OTHERS, "Robin", "there is no team"),
        ("coach", HELP, "  ", "needs a name"),
    ],
)
async def test_an_invitation_that_makes_no_sense_is_refused(
    tmp_path: Path, role: str, team: str, name: str, fault: str
) -> None:
    settings = settings_in(tmp_path)
    await set_team(settings, HELP, TeamForm("Mo-Fr 9-17"))

    with pytest.raises(ConfigurationError, match=fault):
        await invite(settings, role, team, name)


async def test_who_is_revoked_is_nobody_of_the_staff(cast: Cast) -> None:
    await cast.team()
    seat = await cast.join("robin")
    await cast.join("kim")
    first = await cast.open_case("mia", "mir geht es nicht gut")
    await cast.claim("robin", first)
    second = await cast.open_case("ben", "hallo")
    turned, called = (
        Choice((await turn_button(cast, first)).token),
        Choice(cast.button("robin", CLAIM, cast.who(second)).token),
    )
    before = cast.mark()

    done = await lernallianz(cast.settings, "staff", "revoke", str(seat))
    await cast.stage.settled()

    assert done[:2] == (0, f"Robin is not in {HELP} any more; 1 cases wait again\n")
    assert cast.said_since(before, "mia")[0].startswith(TOLD_ORPHANED)
    told = cast.said_since(before, "robin")[-1]
    assert told.startswith(f"Du bist ab jetzt nicht mehr im Team **{HELP}**.")
    assert f"ist zurück beim Team: {cast.who(first)}." in told
    assert "frag die Stelle, die dich eingeladen hat" in told
    assert cast.buttons("robin", "nicht mehr im Team") == []
    # The call to the other case has no button any more.
    assert any(isinstance(each, OutgoingEdit) for each in cast.contents_since(before, "robin"))
    again = await cast.case(first)
    assert (again.state, again.staff_id, again.place_chat_id) == (State.WAITING, None, None)
    # What they type or press means what it means for somebody who never was on the staff.
    await cast.say("nobody", "hallo")
    for what in (
        "/faelle",
        f"/fall {first}",
        "/notiz x",
        "/uebergabe alle",
        "/dienst an",
        "/hilfe",
    ):
        assert await cast.say("robin", what) == await cast.say("nobody", what)
    for button in (turned, called):
        assert await cast.say("robin", button) == await cast.say("nobody", button)
    assert (await cast.case(second)).state is State.WAITING


async def test_who_is_revoked_without_cases_hears_of_none(cast: Cast) -> None:
    await cast.team()
    seat = await cast.join("robin")
    before = cast.mark()

    await revoke(cast.settings, seat)
    await cast.stage.settled()

    [told] = cast.said_since(before, "robin")
    assert told.startswith(f"Du bist ab jetzt nicht mehr im Team **{HELP}**.")
    assert "offen" not in told


async def test_who_has_closed_their_chat_is_revoked_all_the_same(cast: Cast) -> None:
    await cast.team()
    seat = await cast.join("robin")
    await cast.put("robin", Gone("blocked"))
    await cast.stage.settled()
    before = cast.mark()

    await revoke(cast.settings, seat)
    await cast.stage.settled()

    assert cast.said_since(before) == []
    assert await cast.office.staff() == []


async def test_an_open_invitation_is_listed_without_its_code_and_withdrawn(cast: Cast) -> None:
    await cast.team(region="he")
    first, second = await cast.invited("Robin"), await cast.invited("Kim", role=LEAD)
    await cast.say("robin", first)

    listed = await lernallianz(cast.settings, "staff", "list")
    lines = [each.split("\t") for each in listed[1].splitlines()]
    [key] = [each[0] for each in lines if each[3] == "Robin"]
    done = await lernallianz(cast.settings, "staff", "withdraw", key)
    again = await lernallianz(cast.settings, "staff", "withdraw", key)
    late = await cast.press("robin", ACCEPT)

    until = "invited until 2026-11-30 09:00 UTC"
    assert sorted(each[1:] for each in lines) == [
        [HELP, "coach", "Robin", until, "region he"],
        [HELP, "lead", "Kim", until, "region he"],
    ]
    assert not any(each.replace("-", "") in listed[1].upper() for each in (first, second))
    assert done == (0, f"the invitation for Robin, coach in {HELP}, is withdrawn\n", "")
    assert again == (2, "", f"lernallianz: there is no open invitation {key}\n")
    assert late[-1].startswith("Diese Einladung kenne ich nicht.")
    assert [each.name for each in await open_invitations(cast.settings)] == ["Kim"]


async def test_an_invitation_is_withdrawn_by_its_name_if_only_one_has_it(cast: Cast) -> None:
    await cast.two_teams()
    for team in (HELP, OTHERS):
        await cast.invited("Robin", team)
    await cast.invited("Kim")
    await cast.join("lena")

    with pytest.raises(ConfigurationError, match="several invitations are called Robin"):
        await withdraw(cast.settings, "Robin")
    # Who has taken theirs is revoked, not withdrawn.
    with pytest.raises(ConfigurationError, match="no open invitation Lena"):
        await withdraw(cast.settings, "Lena")
    gone = await withdraw(cast.settings, "Kim")

    assert (gone.name, gone.team, gone.region) == ("Kim", HELP, None)
    left = [(each.name, each.team) for each in await open_invitations(cast.settings)]
    assert sorted(left) == [("Robin", HELP), ("Robin", OTHERS)]


async def test_an_invitation_that_expired_is_open_no_more(cast: Cast) -> None:
    await cast.team()
    await cast.office.invite("coach", HELP, "Robin", cast.stage.clock() - timedelta(days=8))

    assert await open_invitations(cast.settings) == []
    with pytest.raises(ConfigurationError, match="no open invitation Robin"):
        await withdraw(cast.settings, "Robin")


async def turn_button(cast: Cast, number: int) -> Choice:
    """The button by which a coach turns to a case, below their list."""
    await cast.say("robin", "/faelle")
    return Choice(cast.button("robin", f"{cast.who(number)} schreiben").token)


async def test_what_the_revoked_writes_reaches_no_learner_and_a_colleague_takes_over(
    cast: Cast,
) -> None:
    await cast.team()
    seat = await cast.join("robin")
    await cast.join("kim")
    number = await cast.open_case("mia", "mir geht es nicht gut")
    await cast.claim("robin", number)
    await revoke(cast.settings, seat)
    await cast.stage.settled()
    before = cast.mark()

    heard = await cast.say("robin", "Hallo, wie geht es dir?")
    await cast.say("kim", "/faelle")
    await cast.press("kim", f"{cast.who(number)} übernehmen")
    await cast.say("kim", "Hier ist Kim")

    assert len(heard) == 1  # The assistant answers, as it answers everybody.
    assert not any("Robin" in each for each in cast.said_since(before, "mia"))
    assert cast.said_since(before, "mia")[-1] == "Kim: Hier ist Kim"


async def test_a_new_invitation_gives_the_seat_back(cast: Cast) -> None:
    await cast.team()
    seat = await cast.join("robin")
    await revoke(cast.settings, seat)

    with pytest.raises(ConfigurationError, match="there is no member of staff"):
        await revoke(cast.settings, seat)

    assert await cast.join("robin") == seat
    assert "/faelle" in (await cast.say("robin", "/hilfe"))[0]
    number = await cast.open_case("mia", "hallo")
    await cast.claim("robin", number)
    assert (await cast.case(number)).staff_id == seat


async def test_who_takes_an_invitation_into_another_team_leaves_nothing_open_in_the_first(
    cast: Cast,
) -> None:
    await cast.two_teams()
    seat = await cast.join("robin")
    kim = await cast.join("kim")
    await substitute(cast.settings, kim, seat)
    number = await cast.open_case("mia", "hallo")
    await cast.claim("robin", number)

    # What a coach writes goes to their learner, until they turn away.
    await cast.say("robin", "/bot")
    assert await cast.join("robin", team=OTHERS) == seat

    assert (await cast.case(number)).state is State.WAITING
    assert cast.heard("mia")[-1].startswith(TOLD_ORPHANED)
    assert await cast.rows(select(staff.c.substitute_id).where(staff.c.id == kim)) == [(None,)]


async def test_only_two_of_one_team_stand_in_for_each_other(cast: Cast) -> None:
    await cast.two_teams()
    robin, kim = await cast.join("robin"), await cast.join("kim")
    bea = await cast.join("bea", team=OTHERS)

    await substitute(cast.settings, robin, kim)
    for other in (robin, bea, 999):
        with pytest.raises(ConfigurationError):
            await substitute(cast.settings, robin, other)
    lines = {each.staff_id: each.substitute_id for each in await cast.office.staff()}
    await revoke(cast.settings, kim)
    with pytest.raises(ConfigurationError):
        await substitute(cast.settings, robin, kim)
    later = {each.staff_id: each.substitute_id for each in await cast.office.staff()}

    assert lines == {robin: kim, kim: None, bea: None}
    assert later == {robin: None, bea: None}


async def test_a_team_goes_only_when_nobody_is_in_it_and_its_learners_hear_it(cast: Cast) -> None:
    await cast.team()
    seat = await cast.join("robin")
    number = await cast.open_case("mia", "mir geht es nicht gut")
    await cast.claim("robin", number)

    with pytest.raises(ConfigurationError, match="revoke them first"):
        await remove_team(cast.settings, HELP)
    await revoke(cast.settings, seat)
    await remove_team(cast.settings, HELP)
    await cast.stage.settled()

    assert "Ich habe deine Anfrage zurückgenommen" in cast.heard("mia")[-1]
    assert await cast.rows(select(case.c.number)) == []
    assert await cast.office.teams() == {}


async def test_an_invitation_into_a_deleted_team_leads_into_no_other(cast: Cast) -> None:
    await cast.team()
    invitation = await cast.invited("Robin", role=LEAD)
    await cast.say("robin", invitation)
    await remove_team(cast.settings, HELP)
    await cast.team(OTHERS)

    await cast.press("robin", ACCEPT)

    assert await cast.rows(select(code.c.hash)) == []
    assert await cast.rows(select(staff.c.id)) == []
    assert cast.heard("robin")[-1].startswith("Diese Einladung kenne ich nicht.")


async def one_record(cast: Cast, first: str, second: str) -> None:
    """Let the record of the second chat become the first's, as far as the staff goes."""
    ids = {
        each: (await cast.rows(select(link.c.person_id).where(link.c.chat_id == chat_id)))[0][0]
        for each in (first, second)
        for chat_id in [await cast.chat_id(each)]
    }
    staffing = staffing_in(cast.stage.house.database, cast.stage.clock)
    async with cast.stage.house.database.write() as connection:
        await staffing.become_one(connection, ids[first], ids[second], cast.stage.clock())
        await connection.execute(
            update(link).where(link.c.person_id == ids[second]).values(person_id=ids[first])
        )
        await connection.execute(delete(person).where(person.c.id == ids[second]))
    cast.stage.house.outbox.wake(Address(TELEGRAM, "mia"))
    await cast.stage.settled()


async def test_a_seat_outlives_that_its_record_becomes_another_one(cast: Cast) -> None:
    await cast.team()
    await cast.say("robin", "ich bin azubi", "Ja, ich bin 18 oder älter")
    seat = await cast.join("matrix:robin")
    number = await cast.open_case("mia", "hallo")
    await cast.claim("matrix:robin", number)

    await one_record(cast, "robin", "matrix:robin")
    await cast.say("matrix:robin", "Hier ist Robin")

    assert cast.heard("mia")[-1] == "Robin: Hier ist Robin"
    assert (await cast.case(number)).staff_id == seat
    assert "/faelle" in (await cast.say("robin", "/hilfe"))[0]


async def test_of_two_seats_one_stays_and_the_cases_of_the_other_wait_again(cast: Cast) -> None:
    await cast.two_teams()
    first = await cast.join("robin")
    await cast.join("matrix:robin", team=OTHERS)
    number = await cast.open_case("mia", "hallo", bavaria=True)
    await cast.claim("matrix:robin", number)

    await one_record(cast, "robin", "matrix:robin")

    assert (await cast.case(number)).state is State.WAITING
    assert cast.heard("mia")[-1].startswith(TOLD_ORPHANED)
    assert [each.staff_id for each in await cast.office.staff()] == [first]
