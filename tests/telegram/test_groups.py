"""Which groups the bot stays in, and what it hears there: who said what in which topic, and to what it is a reply."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.messages import (
    Address,
    Button,
    Choice,
    Command,
    Edit,
    File,
    OutgoingMessage,
    OutgoingText,
    Reaction,
    Text,
    Unreadable,
)
from tests.servers.botapi import BotApi, Group, Person, Topic
from tests.telegram.stage import Hears, TelegramStage, address_of, on_telegram, until

SILENCE = 0.3
"""Seconds after which nothing more is expected."""

Room = Group | Topic | Person


class World:
    """A team of two with topics, a learner, and everything that the bot has heard."""

    def __init__(self, stage: TelegramStage, hears: Hears) -> None:
        self.stage = stage
        self.api = stage.api
        self.ear = hears
        self.kim, self.bo = self.api.person("Kim"), self.api.person("Bo")
        self.mia = self.api.person("Mia")
        self.team = self.api.team("Team", [self.kim, self.bo])
        stage.teams.own(self.team)
        self.topic = self.team.opens_topic("Fall 12")

    async def says(self, place: Room, text: str, *buttons: Button) -> str:
        """We say something; its external id."""
        content = OutgoingText(text, buttons)
        message = OutgoingMessage(address_of(place), content, "m1", 1)
        receipt = await self.stage.connector.send(message)
        return receipt.external_id or ""

    async def nothing_heard(self) -> None:
        await until(lambda: self.api.unconfirmed == 0)
        await asyncio.sleep(SILENCE)
        assert self.ear.messages == []

    def has_left(self, group: Group) -> bool:
        return any(
            entry.method == "leaveChat" and entry.params["chat_id"] == group.id
            for entry in self.api.log
        )


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[World]:
    hears = Hears()
    async with BotApi() as api, on_telegram(folder, api, hears) as stage:
        await until(lambda: api.is_polled)
        yield World(stage, hears)
        assert api.complaints == []


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with listening(tmp_path) as made:
        yield made


# --- staying and leaving -----------------------------------------------------------------------


async def test_a_teams_group_is_stayed_in_and_another_one_left(world: World) -> None:
    other = world.api.group("Klasse 9b", [world.mia])
    other.adds_bot()
    world.mia.says("hallo zusammen", chat=other)
    world.kim.says("guten Morgen", chat=world.team)
    [heard] = await world.ear.heard(1)
    await until(lambda: world.has_left(other))
    await asyncio.sleep(SILENCE)

    assert heard.content == Text("guten Morgen")
    assert world.ear.messages == [heard]
    assert not world.has_left(world.team)
    assert ["Einzelgespräche" in seen["text"] for seen in other.sees if seen["from_bot"]] == [True]
    assert [seen["text"] for seen in world.team.sees if seen["from_bot"]] == []


async def test_while_nobody_knows_whose_a_group_is_it_waits_and_people_alone_do_not(
    world: World,
) -> None:
    world.stage.teams.is_out_of_reach = True
    world.kim.says("ich übernehme", chat=world.topic)
    world.mia.says("hallo")
    [first] = await world.ear.heard(1)
    await until(lambda: world.stage.connector.trouble is not None)
    waiting = world.api.unconfirmed
    world.stage.teams.is_out_of_reach = False
    await world.ear.heard(2)
    await until(lambda: world.api.unconfirmed == 0)
    await asyncio.sleep(SILENCE)

    assert waiting >= 2
    assert (first.address, first.content) == (address_of(world.mia), Text("hallo"))
    assert [each.content for each in world.ear.messages] == [Text("hallo"), Text("ich übernehme")]
    assert not world.has_left(world.team)


async def test_a_group_with_a_new_id_is_named_in_the_log_and_stops_nothing(world: World) -> None:
    small = world.api.group("Leitung", [world.kim])
    world.stage.teams.own(small)
    small.adds_bot()
    old = small.id
    with capture_logs() as logs:
        small.shows_topics()
        world.mia.says("hallo")
        await world.ear.heard(1)

    upgrades = [(each["was"], each["now"]) for each in logs if "supergroup" in each["event"]]
    assert upgrades == [(old, small.id)]


# --- what is heard -----------------------------------------------------------------------------

SAID: list[tuple[Callable[[Person, Room], object], object]] = [
    (lambda kim, room: kim.says("ich schaue nach", chat=room), Text("ich schaue nach")),
    (lambda kim, room: kim.says("/fall@lern_test_bot 12", chat=room), Command("fall", "12")),
    (lambda kim, room: kim.says("**so** <b>", chat=room), Text("**so** <b>")),
    (lambda kim, room: kim.sends_voice(chat=room), Unreadable("voice")),
    (
        lambda kim, room: kim.sends_document("a.pdf", b"%PDF", "application/pdf", "da", chat=room),
        File("file-documents-1", "a.pdf", "application/pdf", 4, "da"),
    ),
    (
        lambda kim, room: kim.sends_photo(b"\xff\xd8", chat=room),
        File("file-photos-1", "", "image/jpeg", 2),
    ),
]


@pytest.mark.parametrize("is_in_topic", [True, False])
@pytest.mark.parametrize(("act", "content"), SAID)
async def test_what_a_coach_says_names_the_topic_and_the_coach(
    world: World, act: Callable[[Person, Room], object], content: object, is_in_topic: bool
) -> None:
    room = world.topic if is_in_topic else world.team
    act(world.bo, room)
    [heard] = await world.ear.heard(1)
    [*_, seen] = room.sees

    assert heard.content == content
    assert heard.address == address_of(room)
    assert heard.sender == address_of(world.bo).chat
    assert heard.external_id == f"{world.team.id}/{seen['message_id']}"
    assert heard.reply_to == ""


@pytest.mark.parametrize("is_in_topic", [True, False])
async def test_a_command_that_names_another_bot_is_for_that_one_alone(
    world: World, is_in_topic: bool
) -> None:
    room = world.topic if is_in_topic else world.team
    world.kim.says("/faelle@uhr_bot", chat=room)
    world.kim.says("/notiz@Lern_Test_Bott heimlich", chat=room)
    sent = world.kim.says("/faelle", chat=room)["message_id"]
    world.kim.edits(sent, "/faelle@uhr_bot", chat=room)
    world.kim.says("/notiz@LERN_Test_bot braucht die Kammer", chat=room)
    world.kim.says("schreib an kim@uhr_bot", chat=room)
    heard = await world.ear.heard(3)
    await until(lambda: world.api.unconfirmed == 0)
    await asyncio.sleep(SILENCE)

    assert [each.content for each in heard] == [
        Command("faelle"),
        Command("notiz", "braucht die Kammer"),
        Text("schreib an kim@uhr_bot"),
    ]


async def test_alone_with_us_every_command_is_ours(world: World) -> None:
    for typed in ("/hilfe@lern_test_bot", "/HILFE@Lern_Test_Bot", "/hilfe@uhr_bot"):
        world.mia.says(typed)
    heard = await world.ear.heard(3)

    assert [each.content for each in heard] == [Command("hilfe")] * 3


async def test_alone_with_us_nobody_is_a_sender(world: World) -> None:
    world.mia.says("hallo")
    [heard] = await world.ear.heard(1)

    assert (heard.address, heard.sender) == (address_of(world.mia), "")


async def test_an_edit_names_what_it_changes(world: World) -> None:
    sent = world.kim.says("bis Montga", chat=world.topic)
    [said] = await world.ear.heard(1)
    world.kim.edits(sent["message_id"], "bis Montag", chat=world.topic)
    [_, edit] = await world.ear.heard(2)

    assert edit.content == Edit(said.external_id, "bis Montag")
    assert (edit.address, edit.sender) == (said.address, said.sender)


async def test_a_press_comes_from_the_topic_of_its_button(world: World) -> None:
    asked = await world.says(world.topic, "Wer übernimmt?", Button("Ich", "token-1"))
    world.bo.presses(int(asked), "Ich", chat=world.topic)
    [heard] = await world.ear.heard(1)
    await until(lambda: len(world.bo.toasts) == 1)

    assert heard.content == Choice("token-1", asked, "Wer übernimmt?")
    assert heard.address == address_of(world.topic)
    assert heard.sender == address_of(world.bo).chat


async def test_a_reaction_comes_from_the_group_as_telegram_names_no_topic(world: World) -> None:
    sent = await world.says(world.topic, "Mia fragt etwas.")
    world.bo.reacts(int(sent), "👍", chat=world.topic)
    [heard] = await world.ear.heard(1)

    assert heard.content == Reaction(sent, "👍")
    assert heard.address == address_of(world.team)
    assert heard.sender == address_of(world.bo).chat


async def test_what_no_person_says_is_not_heard(world: World) -> None:
    robot = world.api.other_bot("Uhr")
    world.team.chat.members.append(robot.user)
    robot.says("Es ist acht.", chat=world.topic)
    world.team.says_anonymously("Liebe alle")
    world.team.gets_post(world.api.channel("Neues"), "Guten Tag")
    world.team.opens_topic("Fall 13").closes()
    await world.nothing_heard()

    assert not world.has_left(world.team)


# --- replies -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["alone", "topic", "general"])
async def test_a_reply_names_our_message_as_we_sent_it_and_a_persons_as_it_came(
    world: World, place: str
) -> None:
    rooms: dict[str, Room] = {"alone": world.mia, "topic": world.topic, "general": world.team}
    room = rooms[place]
    writer, where = (world.mia, None) if place == "alone" else (world.kim, room)
    ours = await world.says(room, "Wie geht es dir?")
    theirs = writer.says("gut", chat=where)["message_id"]
    [said] = await world.ear.heard(1)
    writer.says("siehe oben", chat=where, reply_to=int(ours))
    writer.says("das meine ich", chat=where, reply_to=theirs)
    [_, to_ours, to_theirs] = await world.ear.heard(3)

    assert to_ours.reply_to == ours
    assert to_theirs.reply_to == said.external_id
    assert {each.address for each in world.ear.messages} == {address_of(room)}


async def test_a_reply_to_another_bot_names_no_message_of_ours(world: World) -> None:
    robot = world.api.other_bot("Uhr")
    world.team.chat.members.append(robot.user)
    sent = robot.says("Es ist acht.", chat=world.topic)["message_id"]
    world.kim.says("danke", chat=world.topic, reply_to=sent)
    [heard] = await world.ear.heard(1)

    assert heard.reply_to == f"{world.team.id}/{sent}"


async def test_a_chain_of_replies_is_no_topic(world: World) -> None:
    first = world.kim.says("Wer hat Zeit?", chat=world.team)["message_id"]
    second = world.bo.says("ich", chat=world.team, reply_to=first)["message_id"]
    world.kim.says("danke", chat=world.team, reply_to=second)
    heard = await world.ear.heard(3)

    assert {each.address for each in heard} == {Address("telegram", str(world.team.id))}
    assert [each.reply_to for each in heard[1:]] == [
        f"{world.team.id}/{first}",
        f"{world.team.id}/{second}",
    ]
