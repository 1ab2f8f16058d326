"""What people meet on Telegram: the whole assistant against the stand-in for the Bot API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.errors import Closed, ConfigurationError
from bot.messages import Address, OutgoingMessage, OutgoingText
from bot.settings import load
from connectors.telegram.webhook import PATH, SECRET_HEADER
from tests.servers.botapi import BotApi, Fault, Person
from tests.telegram.stage import (
    SECRET,
    Repeats,
    TelegramStage,
    by_webhook,
    labels,
    on_telegram,
    on_web_and_telegram,
    until,
)

SILENCE = 0.3
"""Seconds after which nothing more is expected."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[TelegramStage]:
    async with on_telegram(tmp_path) as running:
        yield running
    assert running.api.complaints == []


@pytest.fixture
def mia(stage: TelegramStage) -> Person:
    return stage.api.person("Mia", language_code="de")


async def said(stage: TelegramStage, person: Person, count: int) -> list[str]:
    """Everything that the bot has said to somebody, when it is so many messages and no more."""
    await stage.api.arrived(count, person)
    await asyncio.sleep(SILENCE)
    return [seen["text"] for seen in await stage.api.arrived(count, person)]


# --- at the start ------------------------------------------------------------------------------


async def test_it_names_itself_and_fills_the_menu(stage: TelegramStage) -> None:
    await until(lambda: stage.api.is_polled)

    menu = {command["command"]: command["description"] for command in stage.api.commands}
    assert menu["hilfe"] == "Was ich kann"
    assert stage.connector.url == f"https://t.me/{stage.api.bot.username}"
    assert stage.connector.trouble is None


async def test_a_wrong_token_is_named_and_never_shown(tmp_path: Path) -> None:
    async with BotApi() as api:
        with pytest.raises(ConfigurationError, match="@BotFather") as refused:
            async with on_telegram(tmp_path, api, telegram_token="123456:WRONG-token"):
                pass
    assert "WRONG" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "settings",
    [
        {"TELEGRAM_TOKEN": "nonsense"},
        {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET},
        {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://chat.example.org"},
        {"TELEGRAM_MODE": "telepathy"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="TELEGRAM") as refused:
        load({f"LERNALLIANZ_{name}": value for name, value in settings.items()})
    assert "nonsense" not in str(refused.value)


async def test_without_telegram_it_starts_and_telegram_joins_later(tmp_path: Path) -> None:
    async with BotApi() as api:
        offline = api.faults.add(Fault("offline"))
        async with on_telegram(tmp_path, api) as stage:
            assert stage.connector.trouble == "Telegram cannot be reached"
            api.faults.remove(offline)
            mia = api.person("Mia")
            mia.says("hallo")
            await api.arrived(1, mia, within=20)
            assert stage.connector.trouble is None


async def test_a_second_poller_is_said_plainly_also_while_sending_works(
    stage: TelegramStage, mia: Person
) -> None:
    mia.says("hallo")
    await stage.api.arrived(1, mia)
    await until(lambda: stage.api.is_polled)
    async with httpx.AsyncClient() as other:
        url = f"{stage.api.base_url}{stage.api.token}/getUpdates"
        await other.post(url, json={"timeout": 1})
        await until(lambda: stage.connector.trouble is not None)

    assert "another process polls" in str(stage.connector.trouble)
    address = Address("telegram", str(mia.id))
    await stage.connector.send(OutgoingMessage(address, OutgoingText("hallo"), "m1", 1))
    assert "another process polls" in str(stage.connector.trouble)


# --- conversations -----------------------------------------------------------------------------


async def test_a_question_is_answered_with_bold_links_and_buttons(
    stage: TelegramStage, mia: Person
) -> None:
    mia.says("Wie viel Urlaub habe ich mit 17?")
    [answer] = await stage.api.arrived(1, mia)

    kinds = {entity["type"] for entity in answer["entities"]}
    assert "text_link" in kinds
    assert "**" not in answer["text"]
    assert "](" not in answer["text"]
    assert "Hat geholfen" in labels(answer)


@pytest.mark.parametrize("start", ["/start", "/start gibt-es-nicht", "/START@{username}"])
async def test_start_greets(stage: TelegramStage, mia: Person, start: str) -> None:
    mia.says(start.format(username=stage.api.bot.username))

    [greeting] = await said(stage, mia, 1)
    assert greeting.startswith("Hallo! Ich bin Lernallianz.")


async def test_a_link_opens_an_article(stage: TelegramStage, mia: Person) -> None:
    mia.says("/start urlaub-u18")

    [answer] = await said(stage, mia, 1)
    assert "Werktage" in answer


async def test_a_chosen_answer_stands_below_its_question(stage: TelegramStage, mia: Person) -> None:
    mia.says("/einstellungen")
    [menu] = await stage.api.arrived(1, mia)
    mia.presses(menu["message_id"], "Rolle")
    [_, question] = await stage.api.arrived(2, mia)
    mia.presses(question["message_id"], "Azubi")
    await stage.api.arrived(3, mia)

    settled = next(seen for seen in mia.sees if seen["message_id"] == question["message_id"])
    assert settled["text"] == f"{question['text']}\n\n✓ Azubi"
    assert labels(settled) == []
    assert settled["entities"] == question["entities"]
    assert [toast["text"] for toast in mia.toasts] == ["", ""]


async def test_a_typed_answer_takes_the_buttons_away(stage: TelegramStage, mia: Person) -> None:
    mia.says("/einstellungen")
    [menu] = await stage.api.arrived(1, mia)
    mia.presses(menu["message_id"], "Rolle")
    [_, question] = await stage.api.arrived(2, mia)
    mia.says("azubi")
    await stage.api.arrived(3, mia)
    await asyncio.sleep(SILENCE)

    settled = next(seen for seen in mia.sees if seen["message_id"] == question["message_id"])
    assert settled["text"] == question["text"]
    assert labels(settled) == []
    assert labels(menu) != []


async def test_two_taps_are_one(stage: TelegramStage, mia: Person) -> None:
    mia.says("/start")
    [greeting] = await stage.api.arrived(1, mia)
    for _ in range(3):
        mia.presses(greeting["message_id"], "Themen zeigen")

    assert len(await said(stage, mia, 2)) == 2
    assert len(mia.toasts) == 3


async def test_an_old_button_is_passed_over_kindly(stage: TelegramStage, mia: Person) -> None:
    mia.says("/start")
    [greeting] = await stage.api.arrived(1, mia)
    mia.presses_data(greeting["message_id"], "a-token-of-last-week")

    assert "älteren Nachricht" in (await said(stage, mia, 2))[1]


async def test_a_typed_number_picks_too(stage: TelegramStage, mia: Person) -> None:
    mia.says("/start")
    await stage.api.arrived(1, mia)
    mia.says("1")

    assert "Worum geht es?" in (await said(stage, mia, 2))[1]


async def test_markup_of_people_is_only_text(stage: TelegramStage, mia: Person) -> None:
    mia.says("/frage")
    await stage.api.arrived(1, mia)
    mia.says("Was heißt <b>&amp;</b> **fett** [hier](https://example.org)?")
    answers = await stage.api.arrived(2, mia)

    assert "<b>&amp;</b>" in answers[1]["text"]


async def test_your_data_come_as_a_file(stage: TelegramStage, mia: Person) -> None:
    mia.says("/daten")
    answers = await stage.api.arrived(2, mia)

    files = [seen["file"] for seen in answers if seen["file"]]
    assert files[0].name.endswith(".json")


async def test_a_crisis_is_answered_at_once(stage: TelegramStage, mia: Person) -> None:
    for number in range(12):
        mia.says(f"{number}. hallo")
    mia.says("ich will nicht mehr leben")

    await until(lambda: any("116 123" in seen["text"] for seen in mia.sees), within=5)


# --- what else people send ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "send",
    [
        lambda person: person.sends_voice(),
        lambda person: person.sends_sticker(),
        lambda person: person.sends_location(),
        lambda person: person.sends_contact(),
        lambda person: person.sends_poll(),
        lambda person: person.sends_photo(b"\xff\xd8" + bytes(99)),
        lambda person: person.sends_document("a.pdf", b"%PDF", "application/pdf"),
    ],
)
async def test_what_cannot_be_read_is_said_so(
    stage: TelegramStage, mia: Person, send: Callable[[Person], object]
) -> None:
    send(mia)

    [answer] = await said(stage, mia, 1)
    assert "nicht lesen" in answer


async def test_words_below_a_picture_are_heard_in_a_crisis(
    stage: TelegramStage, mia: Person
) -> None:
    mia.sends_photo(b"\xff\xd8" + bytes(99), caption="ich bring mich um")

    [answer] = await said(stage, mia, 1)
    assert "116 123" in answer


async def test_forwarded_and_replied_texts_are_answered(stage: TelegramStage, mia: Person) -> None:
    mia.forwards("Wie viel Urlaub habe ich mit 17?")
    [answer] = await stage.api.arrived(1, mia)
    mia.says("danke", reply_to=answer["message_id"])

    assert len(await said(stage, mia, 2)) == 2


async def test_a_reaction_is_seen_and_not_answered(stage: TelegramStage, mia: Person) -> None:
    mia.says("hallo")
    [answer] = await stage.api.arrived(1, mia)
    mia.reacts(answer["message_id"], "👍")
    await until(lambda: stage.api.unconfirmed == 0)

    assert len(await said(stage, mia, 1)) == 1


async def test_bots_are_ignored(stage: TelegramStage, mia: Person) -> None:
    stage.api.other_bot("Spam").says("hallo")
    mia.says("hallo")
    await said(stage, mia, 1)

    assert {entry.chat_id for entry in stage.api.log if entry.method == "sendMessage"} == {mia.id}


async def test_a_group_is_declined_once_and_left(stage: TelegramStage, mia: Person) -> None:
    group = stage.api.group("Klasse 9b", members=[mia])
    group.adds_bot()
    mia.says("hallo zusammen", chat=group)
    mia.says("/start", chat=group)
    await until(lambda: any(entry.method == "leaveChat" for entry in stage.api.log))
    await asyncio.sleep(SILENCE)

    [goodbye] = [seen["text"] for seen in group.sees if seen["from_bot"] and seen["text"]]
    assert "Einzelgespräche" in goodbye


async def test_a_group_that_became_a_supergroup_is_left_too(
    stage: TelegramStage, mia: Person
) -> None:
    group = stage.api.group("Klasse 9b", members=[mia])
    group.migrates()
    group.adds_bot()
    await until(lambda: any(entry.method == "leaveChat" for entry in stage.api.log))


async def test_a_chat_that_became_another_one_is_closed(stage: TelegramStage, mia: Person) -> None:
    group = stage.api.group("Klasse 9b", members=[mia])
    old = group.id
    group.migrates()
    message = OutgoingMessage(Address("telegram", str(old)), OutgoingText("hallo"), "m1", 1)
    with pytest.raises(Closed):
        await stage.connector.send(message)


async def test_a_channel_is_left(stage: TelegramStage) -> None:
    channel = stage.api.channel("Neues")
    channel.adds_bot()
    channel.posts("Guten Morgen")

    await until(lambda: any(entry.method == "leaveChat" for entry in stage.api.log))


# --- edits -------------------------------------------------------------------------------------


async def test_a_message_edited_before_its_turn_is_answered_as_it_is_now(tmp_path: Path) -> None:
    repeats = Repeats()
    hold = asyncio.Event()
    repeats.before["erste"] = hold.wait
    async with on_telegram(tmp_path, turn_taker=repeats) as stage:
        mia = stage.api.person("Mia")
        mia.says("erste")
        second = mia.says("zwiete")
        mia.edits(second["message_id"], "zweite")
        await until(lambda: stage.api.unconfirmed == 0)
        hold.set()

        assert await said(stage, mia, 2) == ["erste", "zweite"]


async def test_a_corrected_slip_is_not_answered_again(stage: TelegramStage, mia: Person) -> None:
    asked = mia.says("Wie viel Urlaub hab ich mit 17")
    await stage.api.arrived(1, mia)
    mia.edits(asked["message_id"], "Wie viel Urlaub habe ich mit 17?")

    assert len(await said(stage, mia, 1)) == 1


async def test_another_meaning_gets_another_answer(stage: TelegramStage, mia: Person) -> None:
    asked = mia.says("Wie viel Urlaub habe ich mit 17?")
    await stage.api.arrived(1, mia)
    mia.edits(asked["message_id"], "Wie lange ist die Probezeit?")
    answers = await said(stage, mia, 2)
    mia.edits(asked["message_id"], "Wie lang ist die Probezeit?")

    assert "Probezeit" in answers[1]
    assert len(await said(stage, mia, 2)) == 2


async def test_an_edit_never_answers_a_form_that_asks_something_else(
    stage: TelegramStage, mia: Person
) -> None:
    asked = mia.says("Wie viel Urlaub habe ich mit 17?")
    await stage.api.arrived(1, mia)
    mia.says("/frage")
    await stage.api.arrived(2, mia)
    mia.edits(asked["message_id"], "Darf mein Chef das?")

    assert "noch einmal als neue Nachricht" in (await said(stage, mia, 3))[2]


async def test_a_crisis_in_an_edit_is_answered(stage: TelegramStage, mia: Person) -> None:
    asked = mia.says("hallo")
    await stage.api.arrived(1, mia)
    mia.edits(asked["message_id"], "ich will nicht mehr leben")

    assert "116 123" in (await said(stage, mia, 2))[1]


# --- sending -----------------------------------------------------------------------------------


async def test_long_answers_are_split_between_sentences(tmp_path: Path) -> None:
    sentence = "Das ist ein **ganzer** Satz mit 🙂 und Umlauten wie äöü. "
    async with on_telegram(tmp_path, turn_taker=Repeats()) as stage:
        mia = stage.api.person("Mia")
        for _ in range(2):
            mia.says((sentence * 80)[:4000].strip())
        answers = await said(stage, mia, 2)

    assert all(text.startswith("Das ist ein ganzer Satz") for text in answers)


async def test_who_blocked_us_hears_nothing_until_they_write_again(
    stage: TelegramStage, mia: Person
) -> None:
    mia.says("hallo")
    await stage.api.arrived(1, mia)
    mia.blocks()
    await until(lambda: stage.api.unconfirmed == 0)
    mia.unblocks()
    mia.says("bin wieder da, hallo")

    assert len(await said(stage, mia, 2)) == 2


@pytest.mark.parametrize("leaves", [Person.blocks, Person.deletes_account])
async def test_somebody_who_is_gone_stops_nothing(
    tmp_path: Path, leaves: Callable[[Person], None]
) -> None:
    repeats = Repeats()
    hold = asyncio.Event()
    repeats.before["warte"] = hold.wait
    async with on_telegram(tmp_path, turn_taker=repeats) as stage:
        mia, jo = stage.api.person("Mia"), stage.api.person("Jo")
        mia.says("warte")
        await until(lambda: stage.api.unconfirmed == 0)
        leaves(mia)
        hold.set()
        await until(lambda: any(each.status == 403 for each in stage.api.log), within=10)
        jo.says("hallo")

        assert await said(stage, jo, 1) == ["hallo"]
        assert sum(each.status == 403 for each in stage.api.log) == 1


async def test_somebody_waiting_long_sees_that_we_type(tmp_path: Path) -> None:
    repeats = Repeats()
    hold = asyncio.Event()
    repeats.before["warte"] = hold.wait
    async with on_telegram(tmp_path, turn_taker=repeats) as stage:
        mia = stage.api.person("Mia")
        mia.says("warte")
        await until(lambda: (mia.id, "typing") in stage.api.chat_actions)
        hold.set()

        assert await said(stage, mia, 1) == ["warte"]


async def test_polling_never_waits_for_a_turn(tmp_path: Path) -> None:
    repeats = Repeats()
    hold = asyncio.Event()
    repeats.before["lange"] = hold.wait
    async with on_telegram(tmp_path, turn_taker=repeats) as stage:
        mia, jo = stage.api.person("Mia"), stage.api.person("Jo")
        mia.says("lange")
        await until(lambda: stage.api.unconfirmed == 0)
        jo.says("kurz")

        # Mia's turn ends only after Jo has been answered.
        assert await said(stage, jo, 1) == ["kurz"]
        assert [seen["text"] for seen in mia.sees if seen["from_bot"]] == []
        hold.set()
        assert await said(stage, mia, 1) == ["lange"]


# --- webhook -----------------------------------------------------------------------------------


async def test_by_webhook_beside_the_web_chat(tmp_path: Path, unused_tcp_port: int) -> None:
    async with (
        BotApi() as api,
        on_web_and_telegram(tmp_path, api, **by_webhook(unused_tcp_port)) as (web, bot),
    ):
        mia = api.person("Mia")
        mia.says("hallo")
        await api.arrived(1, mia)
        api.replay_last_update()
        await asyncio.sleep(SILENCE)
        assert len(await api.arrived(1, mia)) == 1

        async with httpx.AsyncClient(base_url=web.url) as stranger:
            update = {"update_id": 1}
            for secret, body, status in (
                ("", b"{}", 403),
                ("wrong", b"{}", 403),
                (SECRET, b"\xff\x00", 400),
                (SECRET, b"[]", 400),
                (SECRET, b"x" * 2_000_000, 400),
                (SECRET, b'{"update_id": 7, "message": {"nonsense": true}}', 200),
                (SECRET, str(update).replace("'", '"').encode(), 200),
            ):
                answer = await stranger.post(PATH, content=body, headers={SECRET_HEADER: secret})
                assert answer.status_code == status
            assert (await stranger.get("/")).status_code == 200
        assert bot.trouble is None
