"""One person on several messengers: linked by a code that cannot be guessed, taken apart, reminded in one chat."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.delivery.retention import purge
from bot.delivery.tables import conversation
from bot.messages import Gone, typed
from bot.people.codes import LINK, PURPOSES, code_in, new_code
from bot.people.tables import chat, code, code_try, joining, link, person
from bot.people.waiting import purge_waiting
from bot.plans.tables import plan
from bot.turn import Owner, Reply
from tests.people.messengers import (
    ADULT,
    CHILD,
    JOIN,
    MATRIX,
    MERGE,
    NO,
    TELEGRAM,
    WEB,
    YOUTH,
    Messengers,
    on_messengers,
)
from tests.people.test_codes import opened_values

HOUR = timedelta(minutes=61)
EVERY_DAY = ("erinner mich jeden tag um 18 uhr", "Ja, passt")
RULES = PURPOSES[LINK]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACDE-3467", "ACDE3467"),
        ("acde3467", "ACDE3467"),
        ("acde 3467", "ACDE3467"),
        (" Mein Code ist: acde\u20133467! ", "ACDE3467"),
        ("**ACDE-3467**", "ACDE3467"),
        # Words and numbers of eight are no codes, nor is anything with a letter that codes do not have.
        ("Hauptamt", None),
        ("34673467", None),
        ("ACDE-346", None),
        ("ACDE-3462", None),
        ("ABCD-EFGH", None),
        ("heute ACDE-3467 inventur", None),
        ("", None),
    ],
)
def test_what_is_a_code(text: str, expected: str | None) -> None:
    assert code_in(text) == expected


def test_every_code_can_be_told_from_a_word() -> None:
    assert all(code_in(new_code(LINK)) for _ in range(300))
    assert (RULES.length, RULES.lifetime) == (8, timedelta(minutes=10))
    assert (RULES.tries_per_chat, RULES.tries_in_all, RULES.window) == (3, 20, timedelta(hours=1))


async def test_a_second_chat_goes_on_with_the_same_diary(tmp_path: Path, database_url: str) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        asked = await world.say(MATRIX, await world.code())
        before = world.heard(MATRIX)
        await world.press(MATRIX, JOIN)
        await world.write(MATRIX, "gestern Kasse 7 h")
        week = await world.say(TELEGRAM, "/woche")

        assert "bei Telegram" in asked
        # Nothing of the person is shown before the yes.
        assert not any(word in text for text in before for word in ("Inventur", "Azubi", "mia"))
        assert "Inventur" in await world.say(MATRIX, "/woche")
        assert "Kasse" in week
        assert "Warst du das nicht?" in "".join(world.heard(TELEGRAM))
        assert "Rolle: Azubi" in await world.say(MATRIX, "was weißt du über mich")
        assert await world.rows(select(func.count()).select_from(person)) == [(1,)]


async def test_codes_are_stored_hashed_and_used_once(tmp_path: Path, database_url: str) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        right = await world.code()
        stored = await opened_values(world.stage.house.database, ("code", "joining"))
        await world.say(MATRIX, right)
        used = await world.say(WEB, right)
        again = await world.say(MATRIX, right)

        assert not any(right in each or right.replace("-", "") in each for each in stored)
        assert "schon benutzt" in used
        assert "Soll ich diesen Chat hier damit verbinden?" in again
        assert await world.rows(select(code.c.purpose)) == []


async def test_a_new_code_voids_the_old_one_and_ten_minutes_end_both(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        first, second = await world.code(), await world.code()

        assert "kenne ich nicht" in await world.say(MATRIX, first)
        world.stage.clock.set_forward(RULES.lifetime)
        assert "abgelaufen" in await world.say(MATRIX, second)


async def test_three_wrong_codes_end_the_guessing_in_a_chat_for_an_hour(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        right = await world.code()
        wrong = [each for _ in range(9) if (each := new_code(LINK)) != right]

        said = [
            await world.say(MATRIX, wrong[0]),
            await world.say(MATRIX, f"/verbinden {wrong[1].lower()}"),
            await world.say(MATRIX, f"mein code ist {wrong[2]}"),
            await world.say(MATRIX, right),
        ]
        elsewhere = await world.say(WEB, right)
        world.stage.clock.set_forward(HOUR)

        assert ["kenne ich nicht" in each for each in said] == [True, True, True, False]
        assert "zu viele falsche Codes" in said[3]
        assert "Soll ich diesen Chat hier damit verbinden?" in elsewhere
        assert "Soll ich diesen Chat hier damit" in await world.say(MATRIX, await world.code())


async def test_twenty_wrong_codes_end_the_guessing_everywhere(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        for number in range(RULES.tries_in_all):
            await world.say(f"{MATRIX}:{number // 2}", new_code(LINK))

        assert "zu viele" in await world.say(WEB, await world.code())
        world.stage.clock.set_forward(HOUR)
        assert "Soll ich diesen Chat" in await world.say(WEB, await world.code())


async def test_what_was_not_meant_as_a_code_is_no_try(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        right = await world.code()
        await world.say(MATRIX, "Hauptamt", "/verbinden", "/verbinden telegram", "/verbinden abc")
        await world.say(TELEGRAM, *[right] * 4)

        assert await world.rows(select(code_try.c.id)) == []
        assert "Soll ich diesen Chat" in await world.say(MATRIX, right)


async def test_inside_a_form_a_code_is_what_the_form_asks_for(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        right = await world.code()

        inside = await world.say(MATRIX, "/frage", f"{right}")
        await world.say(MATRIX, f"/verbinden {right}")

        assert "an die Redaktion geben" in inside
        assert "Soll ich diesen Chat" in world.heard(MATRIX)[-2]


async def test_two_chats_type_the_same_code_at_once_and_one_wins(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        for number in range(5):
            right = await world.code()
            rivals = [f"{MATRIX}:{number}", f"{WEB}:{number}"]
            await asyncio.gather(*(world.put(each, typed(right)) for each in rivals))
            await world.stage.settled()
            answers = [world.heard(each)[-1] for each in rivals]

            assert sorted("Soll ich diesen Chat" in each for each in answers) == [False, True]
            assert sorted("schon benutzt" in each for each in answers) == [False, True]


async def test_a_no_leaves_all_as_it_is(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        right = await world.code()
        await world.say(MATRIX, right)
        heard = len(world.heard(TELEGRAM))
        await world.press(MATRIX, NO)

        assert len(world.heard(TELEGRAM)) == heard
        assert await world.rows(select(joining.c.state)) == []
        assert len(await world.rows(select(link.c.chat_id))) == 1


async def test_a_yes_comes_too_late_after_an_hour_and_the_question_is_forgotten(
    tmp_path: Path,
) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        await world.say(MATRIX, await world.code())
        world.stage.clock.set_forward(HOUR)

        assert "zu spät" in await world.press(MATRIX, JOIN)
        house = world.stage.house
        await purge_waiting(house.database, house.clock(), _nothing, Reply(""))
        assert await world.rows(select(joining.c.hash)) == []


async def test_who_erased_everything_meanwhile_is_not_joined(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        await world.say(MATRIX, await world.code())
        await world.say(TELEGRAM, "/loeschen", "Ja, alles löschen")

        assert "zu spät" in await world.press(MATRIX, JOIN)
        assert await world.rows(select(link.c.chat_id)) == []


async def test_the_first_chat_takes_it_back_with_one_press(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.joined()
        await world.say(MATRIX, "/woche")
        await world.press(TELEGRAM, "Wieder trennen")

        states = await world.rows(
            select(conversation.c.state)
            .join(chat, chat.c.id == conversation.c.chat_id)
            .where(chat.c.channel == MATRIX)
        )
        assert states == [(None,)]
        assert "Inventur" not in await world.say(MATRIX, "/woche")
        assert "Inventur" in await world.say(TELEGRAM, "/woche")
        assert "Auf Dauer weiß ich nichts" in await world.say(MATRIX, "was weißt du über mich")


async def test_two_chats_take_each_other_away_at_once_and_one_stays(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.joined()
        await world.say(TELEGRAM, "/trennen matrix")
        await world.say(MATRIX, "/trennen telegram")
        yes = "Ja, trennen"
        await asyncio.gather(
            *(world.put(each, world.button(each, yes)) for each in (TELEGRAM, MATRIX))
        )
        await world.stage.settled()

        assert len(await world.rows(select(link.c.chat_id))) == 1
        assert await world.rows(select(func.count()).select_from(person)) == [(1,)]


async def test_somebody_else_s_chat_cannot_be_taken_away(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        await world.joined()
        stale = world.button(TELEGRAM, "Wieder trennen")
        await world.press(TELEGRAM, "Wieder trennen")
        await world.begin(MATRIX)
        await world.put(TELEGRAM, stale)
        await world.say(TELEGRAM, "/trennen")

        assert "dein einziger Chat" in world.heard(TELEGRAM)[-1]
        assert "Rolle: Azubi" in await world.say(MATRIX, "was weißt du über mich")


async def test_reminders_come_in_the_chat_that_was_chosen(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.say(TELEGRAM, *EVERY_DAY)
        await world.joined()
        await world.press(MATRIX, "Matrix")
        await _monday_evening(world)
        on_matrix = _reminders(world, MATRIX)
        await world.say(MATRIX, "erinner mich lieber bei telegram")
        await world.stage.pass_time(minutes=24 * 60)

        assert (on_matrix, _reminders(world, MATRIX)) == (1, 1)
        assert _reminders(world, TELEGRAM) == 1
        assert _reminders(world, WEB) == 0


async def test_a_new_reminder_comes_there_too(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.joined()
        await world.press(MATRIX, "Matrix")
        await world.say(TELEGRAM, *EVERY_DAY)
        await _monday_evening(world)

        assert (_reminders(world, TELEGRAM), _reminders(world, MATRIX)) == (0, 1)


async def test_where_only_one_chat_reaches_the_person_that_one_reminds(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(WEB)
        await world.write(WEB, "heute Inventur 8 h")
        await world.say(WEB, *EVERY_DAY)
        await world.joined(WEB, TELEGRAM)
        told = world.heard(TELEGRAM)[-1]
        refused = await world.say(TELEGRAM, "erinner mich im browser")
        await _monday_evening(world)

        assert "Erinnern kann ich dich bei Telegram" in told
        assert "leider nicht" in refused
        assert (_reminders(world, WEB), _reminders(world, TELEGRAM)) == (0, 1)


async def test_a_blocked_chat_hands_its_reminders_to_an_open_one(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.say(TELEGRAM, *EVERY_DAY)
        await world.joined()
        await world.press(MATRIX, "Telegram")
        await world.put(TELEGRAM, Gone("blocked"))
        await world.stage.settled()
        await _monday_evening(world)

        assert (_reminders(world, TELEGRAM), _reminders(world, MATRIX)) == (0, 1)


async def test_a_chat_that_is_taken_away_leaves_its_reminders_to_another(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.say(TELEGRAM, *EVERY_DAY)
        await world.joined()
        await world.say(MATRIX, "/trennen telegram")
        await world.press(MATRIX, "Ja, trennen")
        house = world.stage.house
        await _monday_evening(world)
        await purge(house.database, house.clock() + timedelta(days=2), house.assistant.drafts)

        assert (_reminders(world, TELEGRAM), _reminders(world, MATRIX)) == (0, 1)
        channels = await world.rows(select(chat.c.channel))
        assert ((TELEGRAM,) in channels, len(await world.rows(select(plan.c.id)))) == (False, 1)


async def test_a_messenger_that_is_not_linked_cannot_remind(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)

        assert "sobald der Chat dort" in await world.say(TELEGRAM, "erinner mich auf matrix")
        assert "nur hier" in await world.say(TELEGRAM, "wo erinnerst du mich")
        assert "noch nichts gespeichert" in await world.say(WEB, "/chats")


async def test_a_stop_in_one_chat_ends_what_starts_by_itself_in_all(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.say(TELEGRAM, *EVERY_DAY)
        await world.joined()
        await world.say(MATRIX, "/stopp")
        await _monday_evening(world)

        assert (_reminders(world, TELEGRAM), _reminders(world, MATRIX)) == (0, 0)
        owners = await world.rows(
            select(chat.c.channel, conversation.c.owner)
            .join(conversation, conversation.c.chat_id == chat.c.id)
            .order_by(chat.c.channel)
        )
        assert owners == [(MATRIX, Owner.CLOSED), (TELEGRAM, Owner.ASSISTANT)]


async def test_erasing_in_one_chat_erases_all_and_the_other_hears_it(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM)
        await world.write(TELEGRAM, "heute Inventur 8 h")
        await world.joined()
        asked = await world.say(MATRIX, "/loeschen")
        await world.say(MATRIX, "Ja, alles löschen")

        assert "in allen deinen Chats: bei Matrix, bei Telegram" in asked
        assert "alles löschen lassen" in world.heard(TELEGRAM)[-1]
        for each in (TELEGRAM, MATRIX):
            assert "Auf Dauer weiß ich nichts" in await world.say(each, "was weißt du über mich")
        values = await opened_values(world.stage.house.database)
        assert not any("Inventur" in each for each in values)


async def test_under_16_nothing_is_linked_before_a_parent_agreed(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.say(TELEGRAM, "heute Inventur 8 h", "Ja, speichern", CHILD)
        alone = await world.say(TELEGRAM, "/verbinden")
        await world.begin(MATRIX)
        asked = await world.say(TELEGRAM, await world.code(MATRIX))

        assert "deine Eltern zugestimmt" in alone
        assert "deine Eltern zugestimmt" in asked
        assert len(await world.rows(select(person.c.id))) == 2


async def test_who_says_to_be_under_16_gets_no_other_age_by_linking(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.begin(TELEGRAM, ADULT)
        await world.say(MATRIX, "ich bin 15")

        assert "deine Eltern zugestimmt" in await world.say(MATRIX, await world.code())
        assert len(await world.rows(select(link.c.chat_id))) == 1


async def test_a_child_who_begins_with_linking_is_asked_for_a_parent(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        await world.say(TELEGRAM, "/verbinden", "Hier anfangen")

        assert "deine Eltern zugestimmt" in await world.say(TELEGRAM, CHILD)
        assert await world.rows(select(code.c.purpose)) == [("parent",)]


async def test_a_child_links_another_chat_after_the_parent_s_yes(
    tmp_path: Path, database_url: str
) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await _with_parent(world, TELEGRAM)
        await world.joined()

        assert "Inventur" in await world.say(MATRIX, "/woche")
        assert "Alter: unter 16" in await world.say(MATRIX, "was weißt du über mich")


async def test_drafts_become_no_record_by_merging(tmp_path: Path, database_url: str) -> None:
    async with on_messengers(tmp_path, database_url) as world:
        await world.begin(TELEGRAM, YOUTH)
        await world.begin(MATRIX, YOUTH)
        await world.say(MATRIX, await world.code())
        await world.press(MATRIX, MERGE)
        # The truth comes out after the question and before the last yes.
        await world.say(MATRIX, "ich bin 15")

        assert "deine Eltern zugestimmt" in await world.press(TELEGRAM, MERGE)
        waits = await world.rows(select(person.c.waits_until))
        assert sorted(each[0] is None for each in waits) == [False, True]


async def test_a_parent_s_code_is_heard_when_it_is_typed_alone(tmp_path: Path) -> None:
    async with on_messengers(tmp_path) as world:
        given = await world.say(TELEGRAM, "heute Inventur 8 h", "Ja, speichern", CHILD)
        right = given.split("**")[1] if "**" in given else _parents_code(world)

        assert "sorgeberechtigt" in await world.say(MATRIX, right)
        assert await world.rows(select(code_try.c.id)) == []


async def _with_parent(world: Messengers, child: str) -> None:
    """A child's record that a parent agreed to."""
    await world.say(child, "heute Inventur 8 h", "Ja, speichern", CHILD)
    await world.say(f"{WEB}:mother", f"/bestaetigen {_parents_code(world)}")
    await world.press(f"{WEB}:mother", "Ja, ich stimme zu")


def _parents_code(world: Messengers) -> str:
    texts = "".join(world.heard(TELEGRAM))
    return texts.rpartition("/bestaetigen ")[2][:9]


async def _monday_evening(world: Messengers) -> None:
    """From Saturday at nine to Monday, when something is missing at six."""
    await world.stage.pass_time(minutes=(2 * 24 + 10) * 60)
    await world.stage.settled()


def _reminders(world: Messengers, chat: str) -> int:
    return sum("Kleine Erinnerung" in each for each in world.heard(chat))


async def _nothing(*_: object) -> None:
    return None
