"""Forget the keys of what is stored: the bot cannot read again what was once written to it.

A Megolm session is a ratchet: from the key of one message follow the keys of all later ones and none before. Once a
message is stored in our own way, its session is turned past it.
Source: https://spec.matrix.org/latest/olm-megolm/megolm/, "Partial Forward Secrecy".
"""

from nio.crypto import InboundGroupSession
from nio.store import MegolmInboundSessions

from connectors.matrix.client import Client


def forget_read(client: Client) -> None:
    """Turn every session past the messages that were decrypted with it.

    Call it only when all of them are stored: after a crash they come again.
    """
    olm = client.olm
    read: dict[str, int] = {}
    for _, session_id, index in olm.message_index_store:
        read[session_id] = max(index, read.get(session_id, -1))
    if not read:
        return
    own = olm.account.identity_keys["curve25519"]
    with client.store.database.atomic():
        for session in [each for each in olm.inbound_group_store if each.id in read]:
            if session.sender_key != own:
                _turn_past(client, session, read[session.id])
        _delete(client, MegolmInboundSessions.sender_key == own)
    olm.message_index_store.clear()


def forget_room(client: Client, room: str) -> None:
    """Delete all keys of a room."""
    client.olm.inbound_group_store[room].clear()
    client.olm.outbound_group_sessions.pop(room, None)
    with client.store.database.atomic():
        _delete(client, MegolmInboundSessions.room_id == room)


def _turn_past(client: Client, session: InboundGroupSession, index: int) -> None:
    turned = InboundGroupSession.import_session(
        session.export_session(index + 1),
        session.ed25519,
        session.sender_key,
        session.room_id,
        session.forwarding_chain,
    )
    client.olm.inbound_group_store[session.room_id][session.sender_key][session.id] = turned
    client.olm.save_inbound_group_session(turned)


def _delete(client: Client, which: object) -> None:
    with client.store.database.bind_ctx(client.store.models):
        MegolmInboundSessions.delete().where(which).execute()
