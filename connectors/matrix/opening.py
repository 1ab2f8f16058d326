"""Opening a room for one matter: private, encrypted, for one person and us.

Every step may be done again: whatever breaks off in between, the next try finds the room by an alias made of our token and
goes on. The alias stays as long as we are in the room, for nobody can say here when the receipt is stored.
Source: https://spec.matrix.org/latest/client-server-api/#creation, #room-aliases, #mroompinned_events.
"""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from nio import RoomPreset, RoomResolveAliasResponse

from bot.errors import Closed, DeliveryError, NotDelivered, Refused
from bot.messages import OutgoingMessage, OutgoingRoom, OutgoingText, Receipt
from connectors.matrix.client import BROKEN, Client, checked, failure_of
from connectors.matrix.outbound import text_content
from connectors.matrix.own_rooms import SOON, OwnRooms
from connectors.matrix.rooms import partner_in, server_of

ENCRYPTION, PINNED = "m.room.encryption", "m.room.pinned_events"
ENCRYPTED = {"algorithm": "m.megolm.v1.aes-sha2"}
STATE: dict[str, dict[str, Any]] = {
    ENCRYPTION: ENCRYPTED,
    # What was said since the invitation can be read by whoever accepts it.
    "m.room.history_visibility": {"history_visibility": "invited"},
    "m.room.guest_access": {"guest_access": "forbidden"},
}
"""What a room is from its first moment on."""
IN_USE, UNKNOWN = "M_ROOM_IN_USE", "M_NOT_FOUND"


async def open_room(
    client: Client,
    own_rooms: OwnRooms,
    leave: Callable[[str], Awaitable[None]],
    message: OutgoingMessage,
    asked: OutgoingRoom,
) -> Receipt:
    """Open a room for the person of a chat, or find the one that was opened under this token.

    Args:
        client: logged in and synced.
        own_rooms: where the room will be known.
        leave: leaves a room for good.
        message: its address is the person's chat.
        asked: its content.

    Raises:
        NotDelivered: not just now; ask again.
        Refused: nobody is in that chat any more, or the homeserver or the person's does not want it.
    """
    person = partner_in(client.rooms[message.address.chat], client.user_id)
    if person is None:
        raise Refused("there is nobody to invite")
    try:
        room = await _room(client, own_rooms, asked)
    except Closed as error:
        # It says nothing of the chat from which we were asked.
        raise Refused("the homeserver lets us open no rooms") from error
    try:
        await _invite(client, own_rooms, room, person)
        event_id = await _pin(client, room, asked.pinned, message.message_id)
    except (Closed, Refused) as error:
        with contextlib.suppress(*BROKEN, DeliveryError):
            await leave(room)
        raise Refused("the room is of no use") from error
    return Receipt(event_id, opened=room)


def alias_of(token: str) -> str:
    """The local part of the alias by which the room of a token is found again."""
    return f"lernallianz-{token}".lower()


async def _room(client: Client, own_rooms: OwnRooms, asked: OutgoingRoom) -> str:
    """The room of a token, once it has come with a sync."""
    room = await _found(client, asked.token) or await _made(client, own_rooms, asked)
    await own_rooms.until(lambda: own_rooms.is_ours(room))
    return room


async def _found(client: Client, token: str) -> str | None:
    """Asked before we make one: a homeserver counts each try to make a room."""
    answer = await client.room_resolve_alias(f"#{alias_of(token)}:{server_of(client.user_id)}")
    if isinstance(answer, RoomResolveAliasResponse):
        return str(answer.room_id)
    if answer.status_code == UNKNOWN:
        return None
    raise failure_of(answer)


async def _made(client: Client, own_rooms: OwnRooms, asked: OutgoingRoom) -> str:
    answer = await client.room_create(
        alias=alias_of(asked.token),
        name=asked.title,
        preset=RoomPreset.private_chat,
        initial_state=[
            {"type": kind, "state_key": "", "content": content} for kind, content in STATE.items()
        ],
    )
    if getattr(answer, "status_code", None) == IN_USE:
        raise NotDelivered("it is being made", retry_after=SOON)
    room = str(checked(answer).room_id)
    own_rooms.expect(room)
    return room


async def _invite(client: Client, own_rooms: OwnRooms, room: str, person: str) -> None:
    """Invite, and wait until we know for whom to encrypt."""

    def is_ready() -> bool:
        known = client.rooms.get(room)
        return known is not None and known.encrypted and person in known.users

    if not client.rooms[room].encrypted:
        # The homeserver was stopped while it made the room.
        checked(await client.room_put_state(room, ENCRYPTION, ENCRYPTED))
    if person not in client.rooms[room].users:
        checked(await client.room_invite(room, person))
    await own_rooms.until(is_ready)


async def _pin(client: Client, room: str, text: str, transaction: str) -> str:
    event_id = await client.write(room, text_content(OutgoingText(text)), transaction)
    checked(await client.room_put_state(room, PINNED, {"pinned": [event_id]}))
    return event_id
