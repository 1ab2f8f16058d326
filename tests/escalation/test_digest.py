"""The digest of a coach: set in words, once a week where they are called, and what it tells of the cases."""

import base64
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.escalation.digest import DigestTexts, digest_of
from bot.escalation.past import Closing
from bot.escalation.values import Case, Outcome, State
from bot.plans.tables import plan
from bot.staffroom import revoke
from bot.texts import load_texts
from tests.escalation.stage import LEAD, MATRIX, Cast, on_cast

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CODE = re.compile(r"\b\w{4}-\w{4}\b")
HEAD, QUIET = "**Dein Überblick**", "Alles ruhig"
TWELVE = "/ueberblick montags 12 Uhr"


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A team with one coach; it is Monday, ten o'clock."""
    async with on_cast(tmp_path, database_url) as made:
        await made.team()
        await made.join("robin")
        yield made


async def until(cast: Cast, moment: str) -> None:
    """Let time pass until the wall clock in Germany shows a moment."""
    there = datetime.fromisoformat(moment).replace(tzinfo=BERLIN)
    await cast.stage.pass_time((there - cast.stage.clock()) / timedelta(minutes=1))


def digests(cast: Cast, who: str = "robin", since: int = 0) -> list[str]:
    """The digests that somebody heard."""
    heard = cast.said_since(since, who)
    return [each for each in heard if each.startswith((HEAD, "**Überblick")) or QUIET in each]


async def plans(cast: Cast) -> int:
    """How many digests are set."""
    return len(await cast.rows(select(plan.c.id).where(plan.c.kind == "digest")))


# --- when it comes -------------------------------------------------------------------------------


async def test_a_day_and_an_hour_in_words_are_kept_and_all_else_is_asked_kindly(
    cast: Cast,
) -> None:
    how, weekly = "Schreib es so: /ueberblick montags 8 Uhr", "einmal in der Woche"
    for told, expected in (
        ("", how),
        ("montags", how),
        ("8 Uhr", how),
        ("bitte", how),
        ("montags 8 Uhr außer in den Ferien", weekly),
        ("täglich", weekly),
        ("jeden Tag um 8", weekly),
        ("montags und donnerstags um 8", weekly),
        ("alle zwei Wochen montags um 8", weekly),
        ("am ersten Montag im Monat um 8", weekly),
        ("montags um 8 und um 16 Uhr", weekly),
    ):
        heard = await cast.say("robin", f"/ueberblick {told}".strip())
        assert expected in heard[0], told
        assert await plans(cast) == 0
    for told, expected in (
        ("montags 8 Uhr", "montags um 8:00 Uhr. Das nächste Mal: Mo, 30.11. um 8:00 Uhr."),
        ("jeden Freitag um halb neun", "freitags um 8:30 Uhr. Das nächste Mal: Fr, 27.11."),
        ("Mo 12:15", "montags um 12:15 Uhr. Das nächste Mal: Mo, 23.11. um 12:15 Uhr."),
    ):
        heard = await cast.say("robin", f"/überblick {told}")
        assert expected in heard[0], told
        assert await plans(cast) == 1


async def test_it_is_shown_ended_and_set_again_by_a_button(cast: Cast) -> None:
    await cast.say("robin", "/ueberblick freitags 14 Uhr")

    shown = await cast.say("robin", "/ueberblick")
    ended = await cast.press("robin", "Kein Überblick mehr")

    assert "freitags um 14:00 Uhr. Das nächste Mal: Fr, 27.11. um 14:00 Uhr." in shown[0]
    assert "keinen Überblick mehr" in ended[-1]
    assert await plans(cast) == 0
    await cast.say("robin", "/ueberblick")
    await cast.press("robin", "Montags um 8 Uhr")
    assert await plans(cast) == 1
    await cast.say("robin", "/ueberblick aus")
    assert await plans(cast) == 0


async def test_nobody_but_the_staff_learns_of_it(cast: Cast) -> None:
    await cast.say("mia", "hallo")

    assert await cast.say("mia", TWELVE) == await cast.say("mia", "/quatsch")
    assert await plans(cast) == 0


@pytest.mark.parametrize(
    ("begins", "days"),
    [
        ("2027-03-22T10:00:00+01:00", ("2027-03-29", "2027-04-05")),
        ("2026-10-19T10:00:00+02:00", ("2026-10-26", "2026-11-02")),
    ],
)
async def test_it_comes_once_at_the_same_hour_before_and_after_the_clocks_change(
    tmp_path: Path, begins: str, days: tuple[str, str]
) -> None:
    async with on_cast(tmp_path, begins=begins) as cast:
        await cast.team()
        await cast.join("robin")
        await cast.say("robin", "/ueberblick montags um 06:30")
        for number, day in enumerate(days):
            await until(cast, f"{day}T06:25")
            assert len(digests(cast)) == number
            await until(cast, f"{day}T06:40")
            assert len(digests(cast)) == number + 1
            await until(cast, f"{day}T23:00")
            assert len(digests(cast)) == number + 1


async def test_quiet_hours_of_their_own_are_kept(cast: Cast) -> None:
    await cast.say("robin", "Ich wohne in Hessen")
    await cast.press("robin", "Ja, ich bin 18 oder älter")
    await cast.say("robin", TWELVE, "/ruhezeit 7 bis 13 Uhr")

    refused = await cast.say("robin", "/ueberblick montags 8 Uhr")
    await until(cast, "2026-11-23T12:55")

    assert "Da ist deine Ruhezeit (07:00 bis 13:00)" in refused[0]
    assert not digests(cast)
    await until(cast, "2026-11-23T13:10")
    assert len(digests(cast)) == 1


async def test_it_comes_although_they_write_with_a_learner(cast: Cast) -> None:
    """What their learner hears is another matter; a coach who always writes with one would never get it."""
    await cast.say("robin", TWELVE)
    await cast.claim("robin", await cast.open_case("mia", "hallo"))
    await until(cast, "2026-11-23T12:10")

    assert len(digests(cast)) == 1


async def test_who_left_the_staff_hears_nothing_more(cast: Cast) -> None:
    seat = await cast.seat_of("robin")
    assert seat is not None
    key = base64.b64encode(b"0123456789abcdef" * 2).decode()
    cast.settings.keys.write_text(f"test {key}\n", encoding="ascii")
    cast.settings.keys.chmod(0o600)
    await cast.say("robin", TWELVE)
    await revoke(cast.settings, seat)
    await cast.stage.settled()
    before = cast.mark()

    await until(cast, "2026-11-30T13:00")

    assert cast.said_since(before, "robin") == []
    assert await plans(cast) == 0


async def test_it_is_said_where_they_are_called_although_it_was_set_in_another_chat(
    cast: Cast,
) -> None:
    await cast.say("robin", "/verbinden")
    shown = await cast.press("robin", "Ja, ich bin 18 oder älter")
    code = CODE.findall(shown[-1])[0]
    await cast.say(f"{MATRIX}:robin", f"/verbinden {code}")
    await cast.press(f"{MATRIX}:robin", "Ja, verbinden")
    await cast.say(f"{MATRIX}:robin", TWELVE)

    await until(cast, "2026-11-23T12:10")

    assert len(digests(cast)) == 1
    assert not digests(cast, f"{MATRIX}:robin")


async def test_stop_right_after_it_ends_it_and_nothing_else(cast: Cast) -> None:
    await cast.say("robin", TWELVE)
    await until(cast, "2026-11-23T12:10")

    heard = await cast.say("robin", "Stopp")

    assert "keinen Überblick mehr" in heard[0]
    assert await plans(cast) == 0
    assert await cast.open_case("mia", "hallo")
    assert "möchte mit einem Menschen schreiben" in cast.heard("robin")[-1]


# --- what it tells -------------------------------------------------------------------------------


async def test_a_coach_hears_of_their_own_cases_and_a_lead_of_the_whole_team(cast: Cast) -> None:
    await cast.join("kim")
    await cast.join("sascha", role=LEAD)
    for name in ("robin", "sascha"):
        await cast.say(name, TWELVE)
    done = await cast.open_case("ada", "ada schreibt")
    await cast.claim("robin", done)
    await cast.say("robin", "/fertig")
    await cast.press("robin", "Geklärt")
    left = await cast.open_case("bo", "bo schreibt")
    await cast.claim("kim", left)
    await cast.say("bo", "/bot")
    answered = await cast.open_case("cem", "cem schreibt")
    await cast.claim("robin", answered)
    await cast.say("robin", "Hallo!")
    await until(cast, "2026-11-23T10:30")
    unanswered = await cast.open_case("dana", "dana schreibt")
    await cast.claim("robin", unanswered)
    theirs = await cast.open_case("eli", "eli schreibt")
    await cast.claim("kim", theirs)
    waiting = await cast.open_case("fine", "fine schreibt")
    await cast.say("robin", "/bot")

    await until(cast, "2026-11-23T12:01")

    who = cast.who
    assert digests(cast) == [
        f"""**Dein Überblick**
Es wartet **{who(waiting)}**, seit 90 Minuten.
Offen bei dir: 2
• **{who(unanswered)}**: wartet seit 90 Minuten
• **{who(answered)}**: beantwortet
Beendet seit Mo, 16.11.: 1 (1 geklärt)"""
    ]
    assert digests(cast, "sascha") == [
        f"""**Überblick für das Team Hilfe Gießen**
Es wartet **{who(waiting)}**, seit 90 Minuten.
Offen im Team: 3
• **{who(unanswered)}** bei Robin: wartet seit 90 Minuten
• **{who(theirs)}** bei Kim: wartet seit 90 Minuten
• **{who(answered)}** bei Robin: beantwortet
Beendet seit Mo, 16.11.: 2 (1 geklärt, 1 selbst beendet)"""
    ]


async def test_the_next_one_counts_from_the_last_and_says_when_there_is_nothing(
    cast: Cast,
) -> None:
    await cast.say("robin", TWELVE)
    await cast.claim("robin", await cast.open_case("mia", "hallo"))
    await cast.say("robin", "/fertig")
    await cast.press("robin", "Weitervermittelt")
    await until(cast, "2026-11-23T12:10")
    await cast.say("robin", "/ueberblick montags 13 Uhr")

    await until(cast, "2026-11-30T13:10")

    first, second = digests(cast)
    assert "Beendet seit Mo, 16.11.: 1 (1 weitervermittelt)" in first
    assert second == "Dein Überblick: Alles ruhig. Niemand wartet, nichts ist offen."


def case(number: int, **values: Any) -> Case:
    """A case that Robin has taken over, unless it is said otherwise."""
    usual = dict.fromkeys(Case.__dataclass_fields__)
    known = {"state": State.CLAIMED, "staff_id": 1, "staff_name": "Robin", "opened_at": NOW}
    return Case(**{**usual, **known, "number": number, **values})


def told(*cases: Case, closings: tuple[Closing, ...] = (), staff_id: int | None = 1) -> list[str]:
    """The lines of a digest."""
    texts = DigestTexts(load_texts("escalation")["digest"], str)
    team = "" if staff_id else "Hilfe"
    return texts.text(digest_of(cases, closings, NOW, staff_id), "Mo, 16.11.", team).splitlines()


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(seconds=90), "seit gerade eben"),
        (timedelta(minutes=2), "seit 2 Minuten"),
        (timedelta(minutes=119), "seit 119 Minuten"),
        (timedelta(hours=2), "seit 2 Stunden"),
        (timedelta(hours=47, minutes=59), "seit 47 Stunden"),
        (timedelta(days=2), "seit 2 Tagen"),
    ],
)
def test_how_long_somebody_waits_is_said_in_the_unit_that_fits(
    ago: timedelta, expected: str
) -> None:
    waiting = case(1, state=State.WAITING, staff_id=None, opened_at=NOW - ago)

    assert told(waiting)[1] == f"Es wartet **1**, {expected}."


def test_of_several_who_wait_the_longest_is_named() -> None:
    hours = (1, 5, 3)
    waiting = [
        case(each, state=State.WAITING, staff_id=None, opened_at=NOW - timedelta(hours=each))
        for each in hours
    ]

    assert told(*waiting)[1] == "Es warten 3, am längsten **5**, seit 5 Stunden."


def test_what_was_given_back_waits_since_it_was_called_anew() -> None:
    begun, back = NOW - timedelta(days=5), NOW - timedelta(hours=3)
    given = case(1, state=State.WAITING, opened_at=begun, claimed_at=begun, called_at=back)

    assert told(given)[1] == "Es wartet **1**, seit 3 Stunden."


def test_many_open_cases_are_named_up_to_eight_those_who_wait_first() -> None:
    answered = [case(number, last_coach_at=NOW) for number in range(1, 10)]
    asked = case(10, asked_at=NOW - timedelta(hours=4))

    lines = told(*answered, asked)

    assert lines[2:4] == ["Offen bei dir: 10", "• **10**: wartet seit 4 Stunden"]
    assert len(lines) == 3 + 8 + 1
    assert lines[-1] == "• und 2 mehr"


def test_every_way_in_which_a_case_ends_has_its_word() -> None:
    closings = tuple(Closing(1, outcome) for outcome in Outcome)

    (line,) = [each for each in told(closings=closings) if each.startswith("Beendet")]

    assert line.startswith(f"Beendet seit Mo, 16.11.: {len(Outcome)} (1 geklärt, 1 weiter")
    assert line.count("1 ") == len(Outcome)


def test_what_colleagues_closed_is_told_to_the_lead_alone() -> None:
    closings = (Closing(2, Outcome.SOLVED), Closing(None, Outcome.WITHDRAWN))

    assert told(closings=closings) == [
        "Dein Überblick: Alles ruhig. Niemand wartet, nichts ist offen."
    ]
    assert told(closings=closings, staff_id=None)[-1] == (
        "Beendet seit Mo, 16.11.: 2 (1 geklärt, 1 zurückgenommen)"
    )
