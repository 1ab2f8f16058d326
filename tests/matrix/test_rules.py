"""The pure rules of the connector: refusals, rooms, the position, keycaps and signing keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Closed, NotDelivered, Refused
from bot.keycaps import MOST, keycap, position_of
from bot.messages import Address
from connectors.matrix.failures import WHEN_LOCKED_OUT, cut_off, to_delivery_error
from connectors.matrix.progress import Progress
from connectors.matrix.rooms import (
    creator_of,
    has_entered,
    inviter_of,
    is_crowd,
    is_welcome,
    partner_in,
    predecessor_of,
    replacement_of,
    since_own_last,
)
from connectors.matrix.signing import Identity
from connectors.matrix.typists import Typists
from tests.matrix.happened import BOT, MIA, event


@pytest.mark.parametrize(
    ("status", "code", "kind", "wait"),
    [
        (429, "M_LIMIT_EXCEEDED", NotDelivered, timedelta(milliseconds=1500)),
        (429, None, NotDelivered, timedelta(milliseconds=1500)),
        (401, "M_UNKNOWN_TOKEN", NotDelivered, WHEN_LOCKED_OUT),
        (403, "M_USER_DEACTIVATED", NotDelivered, WHEN_LOCKED_OUT),
        (403, "M_FORBIDDEN", Closed, None),
        (404, "M_NOT_FOUND", Closed, None),
        (413, "M_TOO_LARGE", Refused, None),
        (400, "M_BAD_JSON", Refused, None),
        (500, "M_UNKNOWN", NotDelivered, None),
        (502, None, NotDelivered, None),
    ],
)
def test_what_a_refusal_means(
    status: int, code: str | None, kind: type[Exception], wait: timedelta | None
) -> None:
    error = to_delivery_error(status, code, 1500)

    assert type(error) is kind
    assert getattr(error, "retry_after", None) == wait


def test_no_answer_is_not_delivered_because_the_transaction_makes_it_one() -> None:
    assert isinstance(cut_off(), NotDelivered)
    assert to_delivery_error(429, "M_LIMIT_EXCEEDED", None).retry_after is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("inviter", "allowed", "is_accepted"),
    [
        ("@mia:b.example", (), True),
        ("@mia:a.example", (), False),
        ("@mia:a.example", ("a.example",), True),
        ("@mia:b.example", ("a.example",), False),
        ("@mia:a.example:8448", ("a.example:8448",), True),
        ("@mia:anywhere.example", ("*",), True),
        ("@mia", (), False),
    ],
)
def test_whose_invitation_is_accepted(
    inviter: str, allowed: tuple[str, ...], is_accepted: bool
) -> None:
    assert is_welcome(inviter, BOT, frozenset(allowed)) is is_accepted


def test_who_invited_us() -> None:
    joined = event("m.room.member", {"membership": "join"}, state_key=MIA)
    invited = event("m.room.member", {"membership": "invite"}, state_key=BOT)

    assert inviter_of([joined, invited], BOT) == MIA
    assert inviter_of([joined], BOT) is None


def test_old_and_new_room_name_each_other() -> None:
    create = event("m.room.create", {"predecessor": {"room_id": "!old"}}, state_key="")
    tombstone = event("m.room.tombstone", {"replacement_room": "!new"}, state_key="")

    assert predecessor_of([tombstone, create]) == "!old"
    assert predecessor_of([event("m.room.create", {"predecessor": 5}, state_key="")]) is None
    assert predecessor_of([]) is None
    assert replacement_of(tombstone) == "!new"
    assert replacement_of(create) is None


def test_of_an_unknown_room_only_what_is_new_and_young_is_answered() -> None:
    def at(moment: int, sender: str = MIA, kind: str = "m.room.message") -> dict[str, Any]:
        return event(kind, {}, origin_server_ts=moment, sender=sender)

    old, answered, ours = at(1), at(10), at(11, BOT)
    reaction, first, second = at(12, BOT, "m.reaction"), at(13), at(14)

    assert since_own_last([old, answered, ours, first, second], BOT, 5) == [first, second]
    assert since_own_last([old, answered, first], BOT, 5) == [answered, first]
    assert since_own_last([answered, at(11, BOT, "m.room.encrypted")], BOT, 5) == []
    assert since_own_last([first, reaction], BOT, 5)[0] == first


STEPS = st.lists(
    st.one_of(
        st.lists(st.integers(0, 12), max_size=4).map(lambda ids: ("begin", ids)),
        st.integers(0, 12).map(lambda one: ("settle", [one])),
    ),
    max_size=40,
)


@given(STEPS)
def test_the_position_never_passes_what_is_open(steps: list[tuple[str, list[int]]]) -> None:
    progress = Progress("start")
    batches: list[tuple[str, set[str]]] = [("start", set())]
    for number, (doing, ids) in enumerate(steps):
        if doing == "begin":
            batches.append((f"t{number}", {str(one) for one in ids}))
            progress.begin(f"t{number}", [str(one) for one in ids])
        else:
            for _, open_ids in batches:
                open_ids.discard(str(ids[0]))
            progress.settle(str(ids[0]))
        settled = [
            token
            for at, (token, _) in enumerate(batches)
            if not any(o for _, o in batches[: at + 1])
        ]
        assert progress.position == settled[-1]
    for one in range(13):
        progress.settle(str(one))
    assert progress.position == batches[-1][0]


def test_keycaps_are_emoji_and_numbers() -> None:
    assert keycap(1) == "1️⃣"
    assert keycap(10) == "🔟"
    assert [position_of(keycap(each)) for each in range(1, MOST + 1)] == list(range(1, MOST + 1))
    # Without the variation selector, as some clients send it.
    assert position_of("3\u20e3") == 3
    for emoji in ("👍", "", "1", "0️⃣", "11"):
        assert position_of(emoji) is None
    for number in (0, 11):
        with pytest.raises(ValueError, match="keycap"):
            keycap(number)


@given(st.text(st.characters()))
def test_any_reaction_is_a_position_or_none(emoji: str) -> None:
    position = position_of(emoji)
    assert position is None or keycap(position).replace("\ufe0f", "") == emoji.replace("\ufe0f", "")


def test_kept_signing_keys_are_the_same_identity() -> None:
    identity = Identity.new()
    again = Identity.from_seeds(json.loads(json.dumps(identity.seeds)))
    device = {"user_id": BOT, "keys": {"ed25519:X": "y"}, "signatures": {BOT: {"ed25519:X": "z"}}}
    signed = again.signed_device(BOT, device)

    assert again.upload(BOT) == identity.upload(BOT)
    assert identity.has_signed(BOT, signed)
    assert not identity.has_signed(BOT, device)
    assert not Identity.new().has_signed(BOT, signed)


@dataclass
class Room:
    """Who is in a room; as nio keeps it, whom we invited stands in both."""

    users: Mapping[str, None]
    invited_users: Mapping[str, None]


@pytest.mark.parametrize(
    ("users", "invited", "partner", "has_too_many"),
    [
        ((BOT, MIA), (), MIA, False),
        ((BOT, MIA), (MIA,), None, False),
        ((BOT,), (MIA,), None, False),
        ((BOT,), (), None, False),
        ((BOT, MIA, "@ben:a.example"), (), None, True),
        ((BOT, MIA, "@ben:a.example"), ("@ben:a.example",), MIA, True),
    ],
)
def test_who_is_in_a_room(
    users: tuple[str, ...], invited: tuple[str, ...], partner: str | None, has_too_many: bool
) -> None:
    room = Room(dict.fromkeys(users), dict.fromkeys(invited))

    assert partner_in(room, BOT) == partner
    assert is_crowd(room) == has_too_many


def test_who_made_a_room_and_who_has_entered() -> None:
    made = event("m.room.create", {}, state_key="", sender=BOT)
    ours = event("m.room.member", {"membership": "join"}, state_key=BOT, sender=BOT)
    asked = event("m.room.member", {"membership": "invite"}, state_key=MIA, sender=BOT)
    came = event("m.room.member", {"membership": "join"}, state_key=MIA)

    assert creator_of([ours, made]) == BOT
    assert creator_of([ours, came]) is None
    assert not has_entered([made, ours, asked], BOT)
    assert has_entered([asked, came], BOT)


def test_typing_is_told_when_somebody_begins() -> None:
    told: list[Address] = []
    typists = Typists(BOT, told.append)
    steps = [
        ("!a", [BOT], 0),
        ("!a", [BOT, MIA], 1),
        ("!a", [MIA], 1),
        ("!b", [MIA], 2),
        ("!a", [MIA, "@ben:a.example"], 3),
        ("!a", [], 3),
        ("!a", [MIA], 4),
    ]
    for room, users, count in steps:
        typists.note(room, users)
        assert len(told) == count

    assert told == [Address("matrix", room) for room in ("!a", "!b", "!a", "!a")]
