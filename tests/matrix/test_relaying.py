"""What two people say to each other through us: as it was written, both ways, in an encrypted room of ours."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.errors import NotDelivered, Refused
from bot.messages import (
    Address,
    Command,
    Deletion,
    Edit,
    File,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingFile,
    OutgoingText,
    Text,
    Typing,
)
from connectors.matrix.files import LARGEST_FILE
from tests.matrix.meeting import SILENCE
from tests.matrix.relay import Relay, relaying
from tests.matrix.strict import StrictClients, StrictUser
from tests.servers.synapse import Event, Synapse, contents
from tests.telegram.stage import until

pytestmark = [pytest.mark.synapse, pytest.mark.asyncio(loop_scope="module")]

AUTHOR = "Kim **K.** <k>"
LITERAL = "**fett**? /hilfe  <b>x</b> [hier](https://a.example)\n• und/oder"
PICTURE = b"\x89PNG" + bytes(range(256)) * 200


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Relay]:
    async with relaying(tmp_path_factory.mktemp("relay"), synapse) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def anna(synapse: Synapse) -> AsyncIterator[StrictUser]:
    async with StrictClients() as clients, clients.person(synapse, "Anna") as person:
        yield person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(relay: Relay, anna: StrictUser) -> str:
    return await relay.room_for(anna)


async def seen(person: StrictUser, room: str, event_id: str | None) -> Event:
    """An event as it stands in somebody's client, once it has come."""
    events = await person.wait_for(
        room, lambda events: any(each.event_id == event_id for each in events)
    )
    return next(each for each in events if each.event_id == event_id)


async def test_what_a_person_wrote_arrives_as_written(
    relay: Relay, room: str, anna: StrictUser
) -> None:
    said = await relay.say(room, OutgoingText(LITERAL, author=AUTHOR))
    event = await seen(anna, room, said.external_id)

    assert event.body == f"{AUTHOR}:\n{LITERAL}"
    assert event.formatted_body == (
        "<strong>Kim **K.** &lt;k&gt;:</strong><br>"
        "**fett**? /hilfe  &lt;b&gt;x&lt;/b&gt; [hier](https://a.example)<br>• und/oder"
    )
    assert (event.is_encrypted, event.failure, event.shield) == (True, None, None)


async def test_what_is_quoted_is_replied_to(relay: Relay, room: str, anna: StrictUser) -> None:
    asked = await anna.send_text(room, "Wann?")
    answer = await relay.say(room, OutgoingText("Morgen.", author="Kim"), quotes=asked)
    picture = OutgoingFile("plan.png", "image/png", PICTURE, author="Kim")
    shown = await relay.say(room, picture, quotes=asked)
    lost = await relay.say(room, OutgoingText("Egal."), quotes="$was-never-here")

    assert (await seen(anna, room, answer.external_id)).replies_to == asked
    file = await seen(anna, room, shown.external_id)
    assert (file.replies_to, file.msgtype, file.body) == (asked, "m.image", "Kim:")
    assert await anna.download(file) == PICTURE
    assert (await seen(anna, room, lost.external_id)).body == "Egal."


async def test_what_a_person_changes_or_takes_back_changes_here(
    relay: Relay, room: str, anna: StrictUser
) -> None:
    said = await relay.say(room, OutgoingText("Halo /du", author="Kim"))
    target = str(said.external_id)
    await relay.say(room, OutgoingEdit(target, "Hallo /du *", author="Kim"))
    await anna.wait_for(
        room, lambda events: any(each.shown_body == "Kim:\nHallo /du *" for each in events)
    )
    taken = await relay.say(room, OutgoingDeletion(target), message_id="redacted")
    again = await relay.say(room, OutgoingDeletion(target), message_id="redacted")
    assert taken == again
    await anna.wait_for(
        room,
        lambda events: any(each.event_id == target and not each.content for each in events),
    )

    await relay.say(room, OutgoingDeletion("$was-never-here"))
    still_ours = await relay.say(room, OutgoingText("Weiter.", author="Kim"))
    assert (await seen(anna, room, still_ours.external_id)).body == "Kim:\nWeiter."


async def test_what_is_written_to_us_says_what_it_answers(
    relay: Relay, room: str, anna: StrictUser
) -> None:
    before = len(await relay.ears.heard(0, room))
    said = await relay.say(room, OutgoingText("Wie geht das?", author="Kim"))
    target = str(said.external_id)
    first = await anna.send_text(room, "So: **fett** /nicht")
    await anna.reply(room, target, "Oder so.")
    await anna.reply(room, first, "!fertig")
    in_thread = contents.in_thread(target, first, "am Rand")
    await anna.send(room, "m.room.message", in_thread)
    await anna.edit(room, first, "So: /nicht")
    await anna.redact(room, first)

    heard = (await relay.ears.heard(before + 6, room))[before:]
    assert [(each.content, each.reply_to) for each in heard] == [
        (Text("So: **fett** /nicht"), ""),
        (Text("Oder so."), target),
        (Command("fertig"), first),
        (Text("am Rand"), ""),
        (Edit(first, "So: /nicht"), ""),
        (Deletion(first), ""),
    ]
    assert {each.sender for each in heard} == {""}


async def test_a_file_can_be_fetched_as_it_was_sent(
    relay: Relay, room: str, anna: StrictUser, synapse: Synapse
) -> None:
    before = len(await relay.ears.heard(0, room))
    sent = await anna.send_file(room, "bild.png", PICTURE, "image/png")
    file = (await relay.ears.heard(before + 1, room))[before]
    assert file.external_id == sent
    assert isinstance(file.content, File)
    reference, connector = file.content.reference, relay.stage.connector
    assert await connector.fetch(reference) == PICTURE

    other = json.loads(reference) | {"hashes": {"sha256": "A" * 43}}
    with pytest.raises(Refused):
        await connector.fetch(json.dumps(other))
    plain = await anna.account.upload(PICTURE, "image/png")
    assert await connector.fetch(plain) == PICTURE
    for gone in (f"{plain}x", "mxc://nowhere.example/gone"):
        with pytest.raises((Refused, NotDelivered)):
            await connector.fetch(gone)
    largest = await anna.account.upload(bytes(LARGEST_FILE), "application/zip")
    assert len(await connector.fetch(largest)) == LARGEST_FILE
    larger = await anna.account.upload(bytes(LARGEST_FILE + 1), "application/zip")
    with pytest.raises(Refused):
        await connector.fetch(larger)
    await synapse.kill()
    with pytest.raises(NotDelivered):
        await connector.fetch(reference)
    await synapse.start()
    assert await connector.fetch(reference) == PICTURE


async def test_we_hear_each_time_when_somebody_begins_to_type(
    relay: Relay, room: str, anna: StrictUser
) -> None:
    # Synapse counts typing from zero after a restart; what was said since puts our position right.
    before = len(await relay.ears.heard(0, room))
    await anna.send_text(room, "Moment")
    await relay.ears.heard(before + 1, room)
    relay.typing.clear()
    await relay.say(room, Typing())
    for count in (1, 2):
        await anna.account.show_typing(room, is_typing=True)
        await until(lambda count=count: len(relay.typing) == count)  # type: ignore[misc]
        # Still typing is nothing new.
        await anna.account.show_typing(room, is_typing=True)
        await asyncio.sleep(SILENCE)
        await anna.account.show_typing(room, is_typing=False)
        await asyncio.sleep(SILENCE)

    assert relay.typing == [Address("matrix", room)] * 2
