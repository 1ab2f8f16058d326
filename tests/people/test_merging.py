"""Two records of one person become one after a yes in both chats; the weeks that both tell of are picked."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.messages import OutgoingFile
from bot.people.merging import Given, lasting, merged_profile, needs_parent, younger
from bot.people.tables import consent, link, person
from bot.plans.tables import plan
from bot.storage.base import metadata
from bot.turn import Person
from tests.people.messengers import (
    CHILD,
    MATRIX,
    MERGE,
    NO,
    TELEGRAM,
    WEB,
    YOUTH,
    Messengers,
    on_messengers,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HANDED_OVER = {
    "link",
    "consent",
    "plan",
    "ausbildung",
    "diary_entry",
    "diary_week",
    "diary_other",
    "diary_undo",
    "staff",
}
"""The tables that keep something about people; what becomes of each when two records are one is decided."""
HERE, THERE, BOTH = "So, wie es jetzt steht", "Das andere", "Beides zusammen"


def somebody(
    age: str = "ab18", *, consents: Mapping[str, str] | None = None, waits: bool = False
) -> Person:
    agreed = {"profile": "1"} if consents is None else consents
    return Person("p", {"age_band": age}, agreed, waits_until=NOW if waits else None)


UNDER, PARENTS_CHILD = somebody("unter16", consents={}), somebody("unter16")


@pytest.mark.parametrize(
    ("first", "second", "said", "expected"),
    [
        (somebody(), None, None, False),
        (somebody(), None, "16-17", False),
        (somebody(), somebody("16-17"), None, False),
        # Who waits for a parent waits here, too, and whoever they would become.
        (somebody("unter16", waits=True), None, None, True),
        (somebody(), somebody("unter16", waits=True), None, True),
        (somebody("unter16", waits=True), PARENTS_CHILD, None, True),
        # Somebody under 16 for whom no parent agreed anywhere.
        (somebody(), None, "unter16", True),
        (somebody(), UNDER, None, True),
        (UNDER, somebody(), None, True),
        # A parent agreed.
        (PARENTS_CHILD, None, None, False),
        (PARENTS_CHILD, None, "unter16", False),
        (PARENTS_CHILD, None, "ab18", False),
        (somebody("16-17"), PARENTS_CHILD, None, False),
    ],
)
def test_when_a_parent_must_agree_first(
    first: Person, second: Person | None, said: str | None, expected: bool
) -> None:
    assert needs_parent(first, second, said) is expected


def test_the_first_s_values_win_but_the_younger_age_does() -> None:
    first = {"role": "azubi", "age_band": "ab18"}
    second = {"role": "eltern", "state": "he", "age_band": "16-17"}

    assert merged_profile(first, second) == {"role": "azubi", "state": "he", "age_band": "16-17"}
    assert merged_profile({}, second) == second
    assert (younger(None, "ab18"), younger(None)) == ("ab18", None)


def test_of_consents_the_latest_holds_and_under_16_only_a_parent_s() -> None:
    own = Given(1, "profile", NOW, is_by_parent=False)
    later = Given(2, "profile", NOW + timedelta(days=1), is_by_parent=False)
    parent_s = Given(3, "profile", NOW - timedelta(days=9), is_by_parent=True)

    assert lasting([own, later, parent_s], is_under_16=False) == {2}
    assert lasting([own, later, parent_s], is_under_16=True) == {3}


def test_every_table_about_people_is_handed_over() -> None:
    about_people = {
        table.name
        for table in metadata.sorted_tables
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }

    assert about_people == HANDED_OVER


async def two_records(world: Messengers) -> None:
    """An apprentice who wrote on Telegram and in Matrix, and never said that it is one person."""
    await world.begin(TELEGRAM)
    await world.begin(MATRIX)
    await world.write(TELEGRAM, "heute Inventur 4 h", "am 2.11. Kasse 7 h")
    await world.write(MATRIX, "heute Lager 4 h", "am 9.11. Messe 7 h")


async def test_both_diaries_stay_and_both_chats_see_the_same(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        await world.merged()
        told = world.heard(TELEGRAM)[-1]
        files = await entries(world)

        assert "In einer Woche steht in beiden" in told
        assert "gehören jetzt zusammen" in world.heard(MATRIX)[-1]
        assert files == {
            "2026-11-02": ["Kasse"],
            "2026-11-09": ["Messe"],
            "2026-11-21": ["Inventur"],
        }
        assert await world.rows(select(func.count()).select_from(person)) == [(1,)]
        assert len(await world.rows(select(link.c.chat_id))) == 2


@pytest.mark.parametrize(
    ("pick", "expected"),
    [(HERE, ["Inventur"]), (THERE, ["Lager"]), (BOTH, ["Inventur", "Lager"])],
)
async def test_a_week_is_as_the_person_picks_it(
    tmp_path: Path, database_url: str, pick: str, expected: list[str]
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        await world.merged()
        before = await twice(world)
        asked = await world.press(TELEGRAM, "Jetzt auswählen")
        following = await world.press(TELEGRAM, pick)

        assert "Inventur" in asked
        assert "Lager" in asked
        assert list(before) == ["2026-11-16"]
        assert (await entries(world))["2026-11-21"] == expected
        assert await twice(world) == {}
        assert "Wo soll ich dich erinnern" in following


async def test_a_pick_counts_once_from_whichever_chat(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await two_records(world)
        await world.merged()
        await world.press(TELEGRAM, "Jetzt auswählen")
        await world.say(MATRIX, "doppelte wochen")
        await world.press(MATRIX, THERE)
        await world.press(TELEGRAM, HERE)

        assert "Da ist nichts auszuwählen" in world.heard(TELEGRAM)[-1]
        assert (await entries(world))["2026-11-21"] == ["Lager"]


async def test_one_week_after_the_other(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await two_records(world)
        await world.write(MATRIX, "am 3.11. Anlieferung 7 h")
        await world.merged()
        first = await world.press(TELEGRAM, "Jetzt auswählen")
        second = await world.press(TELEGRAM, BOTH)
        await world.press(TELEGRAM, HERE)

        assert "In 2 Wochen steht in beiden" in "".join(world.heard(TELEGRAM))
        assert "KW 45" in first
        assert "KW 47" in second
        assert list(await entries(world)) == [
            "2026-11-02",
            "2026-11-03",
            "2026-11-09",
            "2026-11-21",
        ]


async def test_what_is_submitted_stays_whoever_told_it(tmp_path: Path, database_url: str) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        await world.say(MATRIX, "/woche", "Einreichen")
        await world.merged()
        asked = await world.press(TELEGRAM, "Jetzt auswählen")
        stands = await entries(world)
        await world.press(TELEGRAM, "Ja, so bleibt es")

        assert "daran ändere ich nichts" in asked
        assert stands["2026-11-21"] == ["Lager"]
        assert (await entries(world))["2026-11-21"] == ["Lager"]
        assert "eingereicht" in await world.say(TELEGRAM, "/woche")


async def test_a_no_in_either_chat_leaves_two_records(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await two_records(world)
        await world.say(MATRIX, await world.code())
        await world.press(MATRIX, NO)
        heard_of_first = "beides zusammenlegen" in world.heard(TELEGRAM)[-1]
        await world.say(MATRIX, await world.code())
        await world.press(MATRIX, MERGE)
        await world.press(TELEGRAM, NO)

        assert not heard_of_first
        assert "kam ein Nein" in world.heard(MATRIX)[-1]
        assert await world.rows(select(func.count()).select_from(person)) == [(2,)]


async def test_one_yes_alone_merges_nothing_and_shows_nothing(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await two_records(world)
        await world.say(MATRIX, await world.code())
        before = (len(world.heard(TELEGRAM)), len(world.heard(MATRIX)))
        await world.press(MATRIX, MERGE)
        heard = [*world.heard(TELEGRAM)[before[0] :], *world.heard(MATRIX)[before[1] :]]

        assert not any(word in text for text in heard for word in ("Inventur", "Lager", "Azubi"))
        assert "Lager" in await world.say(MATRIX, "/woche")
        assert "Inventur" not in await world.say(MATRIX, "/woche")
        world.stage.clock.set_forward(timedelta(minutes=61))
        assert "zu spät" in await world.press(TELEGRAM, MERGE)


async def test_the_same_reminder_comes_once_and_another_stays(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        for chat, when in (
            (TELEGRAM, "freitags um 15 uhr"),
            (MATRIX, "freitags um 15 uhr"),
            (MATRIX, "montags um 9 uhr"),
        ):
            await world.say(chat, f"erinner mich {when}", "Ja, passt")
        await world.merged()
        shown = await world.say(TELEGRAM, "/erinnerungen")

        assert shown.count("freitags um 15:00") == 1
        assert "montags um 9:00" in shown
        assert len(await world.rows(select(plan.c.id))) == 2


async def test_a_parent_has_one_subscription_afterwards(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        for each in (TELEGRAM, MATRIX):
            await world.say(each, "ich bin mutter von einem schüler", "Ja, ich bin über 18")
            await world.say(each, "/eltern", "9. Klasse")
        before = len(await world.rows(select(plan.c.id)))
        await world.merged()

        assert (before, len(await world.rows(select(plan.c.id)))) == (2, 1)


async def test_two_mergings_cross_and_one_record_is_left(tmp_path: Path, database_url: str) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        on_telegram, on_matrix = await world.code(TELEGRAM), await world.code(MATRIX)
        await world.say(MATRIX, on_telegram)
        await world.press(MATRIX, MERGE)
        await world.say(TELEGRAM, on_matrix)
        await world.press(TELEGRAM, MERGE)
        for each in (TELEGRAM, MATRIX):
            await world.press(each, MERGE)

        assert await world.rows(select(func.count()).select_from(person)) == [(1,)]
        assert list(await entries(world)) == ["2026-11-02", "2026-11-09", "2026-11-21"]


async def test_a_child_s_record_stays_the_parent_s_matter(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.say(TELEGRAM, "heute Inventur 8 h", "Ja, speichern", CHILD)
        right = "".join(world.heard(TELEGRAM)).rpartition("/bestaetigen ")[2][:9]
        await world.say(f"{WEB}:mother", f"/bestaetigen {right}")
        await world.press(f"{WEB}:mother", "Ja, ich stimme zu")
        await world.begin(MATRIX, YOUTH)
        await world.merged(MATRIX, TELEGRAM)

        held = await world.rows(select(consent.c.given_by).where(consent.c.withdrawn_at.is_(None)))
        assert held == [("parent",)]
        assert "Alter: unter 16" in await world.say(MATRIX, "was weißt du über mich")
        assert "Inventur" in await world.say(MATRIX, "/woche")


async def test_a_record_that_begins_to_wait_meanwhile_is_not_merged(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await two_records(world)
        await world.say(MATRIX, await world.code())
        await world.press(MATRIX, MERGE)
        house = world.stage.house
        async with house.database.write() as connection:
            waits = {"waits_until": house.clock() + timedelta(days=30)}
            of_matrix = select(link.c.person_id).order_by(link.c.linked_at.desc()).limit(1)
            await connection.execute(
                update(person).where(person.c.id == of_matrix.scalar_subquery()).values(waits)
            )

        assert "deine Eltern zugestimmt" in await world.press(TELEGRAM, MERGE)
        assert await world.rows(select(func.count()).select_from(person)) == [(2,)]


async def exported(world: Messengers) -> dict[str, Any]:
    """The file of `/daten`."""
    await world.say(TELEGRAM, "/daten")
    for message in reversed(world.stage.memory.sent):
        if isinstance(message.content, OutgoingFile):
            kept: dict[str, Any] = json.loads(message.content.data)["kept_with_consent"]
            return kept
    raise AssertionError("no file was sent")


async def entries(world: Messengers) -> dict[str, list[str]]:
    """By day, what was done, as the export tells it."""
    record = (await exported(world))["ausbildungsnachweis"]
    days: dict[str, list[str]] = {}
    for each in record["eintraege"]:
        day = date.fromisoformat(each["datum"]).isoformat()
        days.setdefault(day, []).extend(each["taetigkeiten"])
    return dict(sorted(days.items()))


async def twice(world: Messengers) -> dict[str, Any]:
    """The weeks that wait for a pick, as the export tells them."""
    found: dict[str, Any] = (await exported(world))["weeks_told_twice"]
    return found
