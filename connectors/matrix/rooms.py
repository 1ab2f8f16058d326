"""Which rooms we are in: direct chats with one person, and no others. Pure.

Source: https://spec.matrix.org/latest/client-server-api/#room-membership, #room-upgrades.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

EVERYBODY = "*"
MOST_MEMBERS = 2
"""A person and we."""


class Members(Protocol):
    """Who is in a room, by user id; nio's rooms are such. Who is invited may stand in both."""

    users: Mapping[str, Any]
    invited_users: Mapping[str, Any]


def members_of(room: Members) -> frozenset[str]:
    """Who is in a room or invited to it, we too."""
    return frozenset({*room.users, *room.invited_users})


def is_crowd(room: Members) -> bool:
    """Whether more people are in a room than one person and we."""
    return len(members_of(room)) > MOST_MEMBERS


def partner_in(room: Members, own: str) -> str | None:
    """The one person who has entered a room besides us; None when there is none, or more than one."""
    there = room.users.keys() - room.invited_users.keys() - {own}
    return next(iter(there)) if len(there) == 1 else None


def creator_of(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Who made a room, by its `m.room.create`; None when that is not among the events."""
    for event in events:
        if event.get("type") == "m.room.create":
            return str(event.get("sender"))
    return None


def has_entered(events: Iterable[Mapping[str, Any]], own: str) -> bool:
    """Whether the events say that somebody besides us is in a room."""
    return any(
        event.get("type") == "m.room.member"
        and event.get("state_key") != own
        and _content(event).get("membership") == "join"
        for event in events
    )


def server_of(user: str) -> str:
    """The server of a user id."""
    return user.partition(":")[2]


def is_welcome(inviter: str, own: str, allowed: Collection[str]) -> bool:
    """Whether this person's invitation is accepted.

    Args:
        inviter: their user id.
        own: ours.
        allowed: servers; none means our own, `*` means all.
    """
    servers = allowed or (server_of(own),)
    return EVERYBODY in servers or server_of(inviter) in servers


def inviter_of(invite_state: Iterable[Mapping[str, Any]], own: str) -> str | None:
    """Who invited us; None when the server does not say."""
    for event in invite_state:
        is_ours = event.get("type") == "m.room.member" and event.get("state_key") == own
        if is_ours and _content(event).get("membership") == "invite":
            return str(event.get("sender"))
    return None


def predecessor_of(events: Iterable[Mapping[str, Any]]) -> str | None:
    """The room that this one goes on with, by its `m.room.create`."""
    for event in events:
        if event.get("type") == "m.room.create":
            earlier = _content(event).get("predecessor")
            found = earlier.get("room_id") if isinstance(earlier, Mapping) else None
            return found if isinstance(found, str) else None
    return None


def replacement_of(event: Mapping[str, Any]) -> str | None:
    """The room that a tombstone points to."""
    if event.get("type") != "m.room.tombstone":
        return None
    found = _content(event).get("replacement_room")
    return found if isinstance(found, str) else None


def since_own_last(
    events: Iterable[Mapping[str, Any]], own: str, not_before: int
) -> list[Mapping[str, Any]]:
    """Of a room that we know nothing of: what came after our own last message.

    Args:
        events: in their order.
        own: our user id.
        not_before: the earliest moment that is still worth an answer (milliseconds since 1970).
    """
    unanswered: list[Mapping[str, Any]] = []
    for event in events:
        if event.get("sender") == own and event.get("type") in (
            "m.room.message",
            "m.room.encrypted",
        ):
            unanswered = []
        elif _sent_at(event) >= not_before:
            unanswered.append(event)
    return unanswered


def _content(event: Mapping[str, Any]) -> Mapping[str, Any]:
    content = event.get("content")
    return content if isinstance(content, Mapping) else {}


def _sent_at(event: Mapping[str, Any]) -> int:
    milliseconds = event.get("origin_server_ts")
    return milliseconds if isinstance(milliseconds, int) else 0
