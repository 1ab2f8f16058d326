"""From Matrix's events to our messages: what each kind means, and that nothing raises."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.codec import incoming_from_json, incoming_to_json, kind_of
from bot.messages import (
    Address,
    Command,
    Deletion,
    Edit,
    File,
    Gone,
    Reaction,
    Text,
    Unreadable,
)
from connectors.matrix.inbound import to_message
from connectors.matrix.rooms import (
    inviter_of,
    predecessor_of,
    replacement_of,
    since_own_last,
)
from tests.matrix.happened import BOT, KEYED, MIA, ROOM, event, heard, said
from tests.servers.synapse import contents

QUOTE = "> <@bot:b.example> Wie alt bist du?\n> Ungefähr.\n\n"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_message_has_its_room_id_and_moment() -> None:
    message = to_message(said(msgtype="m.text", body="Hallo"), ROOM, BOT)

    assert message is not None
    assert message.address == Address("matrix", ROOM)
    assert (message.external_id, message.sent_at) == ("$1", datetime(1970, 1, 1, 0, 0, 1, 0, UTC))


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("Hallo", Text("Hallo")),
        ("/hilfe", Command("hilfe")),
        ("!hilfe", Command("hilfe")),
        (" !Suche  Urlaub ", Command("suche", "Urlaub")),
        ("!übersicht", Command("übersicht")),
        ("!!!", Text("!!!")),
        ("!", Text("!")),
        ("! wichtig", Text("! wichtig")),
        ("!1", Text("!1")),
        ("Hilfe!", Text("Hilfe!")),
        ("", Text("")),
        ("a\0b\ud800", Text("ab?")),
        ("> nur ein Zeichen", Text("> nur ein Zeichen")),
    ],
)
def test_a_typed_text_is_words_or_a_command(body: str, meant: object) -> None:
    assert heard(said(msgtype="m.text", body=body)) == meant


RELATION = {"m.in_reply_to": {"event_id": "$0"}}


@pytest.mark.parametrize(
    ("happened", "meant"),
    [
        (said(msgtype="m.emote", body="winkt"), Text("winkt")),
        (said(msgtype="m.notice", body="ich bin ein Bot"), None),
        (said(msgtype="m.text", body="ich") | {"sender": BOT}, None),
        (said(**contents.edit("$0", "Hallo")), Edit("$0", "Hallo")),
        (said(**contents.edit("$0", "!hilfe")), Edit("$0", "/hilfe")),
        (said(**contents.edit("$0", "x") | {"m.new_content": 5}), None),
        (said(**contents.reply("$0", f"{QUOTE}17")), Text("17")),
        (said(**contents.reply("$0", "17")), Text("17")),
        (said(**contents.reply("$0", "> meine Worte")), Text("> meine Worte")),
        (said(**contents.reply("$0", f"{QUOTE}/hilfe")), Command("hilfe")),
        (said(msgtype="m.text", body=f"{QUOTE}17"), Text(f"{QUOTE}17")),
        (event("m.reaction", contents.reaction("$0", "👍")), Reaction("$0", "👍")),
        (event("m.reaction", {"m.relates_to": RELATION}), None),
        (event("m.room.redaction", {"redacts": "$0"}), Deletion("$0")),
        (event("m.room.redaction", {}, redacts="$0"), Deletion("$0")),
        (event("m.room.redaction", {}), None),
        (said(), None),
        (event("m.room.message", None), None),
        (event("m.sticker", {"body": "Katze", "url": "mxc://a/b"}), Unreadable("sticker")),
        (event("m.poll.start", {}), Unreadable("poll")),
        (event("org.matrix.msc3381.poll.start", {}), Unreadable("poll")),
        (said(msgtype="m.location", body="hier"), Unreadable("location")),
        (said(msgtype="m.audio", body="a", **{"m.voice": {}}), Unreadable("voice")),
        (
            said(msgtype="m.audio", body="a", **{"org.matrix.msc3245.voice": {}}),
            Unreadable("voice"),
        ),
        (said(msgtype="m.hologram", body="neu"), Unreadable("other")),
        (said(msgtype=["m.text"], body="neu"), Unreadable("other")),
        (said(msgtype="m.text", body=5), Text("")),
        (event("m.call.invite", {}), None),
        (event("m.room.member", {"membership": "leave"}, state_key=MIA), Gone("left")),
        (event("m.room.member", {"membership": "ban"}, state_key=MIA), Gone("left")),
        (event("m.room.member", {"membership": "join"}, state_key=MIA), None),
        (event("m.room.topic", {"topic": "Neues"}, state_key=""), None),
    ],
)
def test_what_people_do(happened: Mapping[str, Any], meant: object) -> None:
    assert heard(happened) == meant


@pytest.mark.parametrize(
    ("happened", "target"),
    [
        (said(**contents.reply("$0", "Ja")), "$0"),
        (said(**contents.text("Ja")), ""),
        (said(**contents.in_thread("$0", "$5", "Ja")), ""),
        (
            said(
                **contents.text("Ja"),
                **{"m.relates_to": {"rel_type": "m.thread", "is_falling_back": False, **RELATION}},
            ),
            "$0",
        ),
        (event("m.sticker", {"body": "Katze", "m.relates_to": RELATION}), "$0"),
        (said(**contents.edit("$0", "Ja")), ""),
        (event("m.reaction", contents.reaction("$0", "👍")), ""),
        (said(**contents.text("Ja"), **{"m.relates_to": {"m.in_reply_to": "$0"}}), ""),
        (said(**contents.text("Ja"), **{"m.relates_to": {"m.in_reply_to": {}}}), ""),
    ],
)
def test_what_is_replied_to(happened: Mapping[str, Any], target: str) -> None:
    message = to_message(happened, ROOM, BOT)

    assert message is not None
    assert (message.reply_to, message.sender) == (target, "")


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        (
            contents.file("a.pdf", "application/pdf", 3, {"url": "mxc://a/b"}),
            File("mxc://a/b", "a.pdf", "application/pdf", 3),
        ),
        (
            contents.file("a.png", "image/png", 3, {"file": KEYED}) | {"body": "meine Woche"},
            File(json.dumps(KEYED), "a.png", "image/png", 3, "meine Woche"),
        ),
        (
            {"msgtype": "m.file", "body": "a.pdf", "url": "mxc://a/b"},
            File("mxc://a/b", "a.pdf", "application/octet-stream", 0),
        ),
        (
            {"msgtype": "m.image", "body": 7, "info": {"size": "3", "mimetype": 1}, "url": 5},
            File("", "", "application/octet-stream", 0),
        ),
    ],
)
def test_files(content: dict[str, Any], meant: File) -> None:
    assert heard(said(**content)) == meant


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["m.room.message", "m.reaction", "m.room.redaction", "m.sticker", "m.room.member"]
        )
        | JSON,
        "sender": st.just(MIA) | JSON,
        "event_id": st.text(st.characters()) | JSON,
        "origin_server_ts": st.integers() | JSON,
        "redacts": JSON,
        "state_key": JSON,
        "content": st.fixed_dictionaries(
            {},
            optional={
                "msgtype": st.sampled_from(["m.text", "m.image", "m.location"]) | JSON,
                "body": st.text(st.characters()) | JSON,
                "filename": JSON,
                "info": st.fixed_dictionaries({"size": JSON, "mimetype": JSON}) | JSON,
                "url": JSON,
                "file": JSON,
                "membership": st.just("leave") | JSON,
                "m.new_content": st.fixed_dictionaries({"msgtype": st.just("m.text"), "body": JSON})
                | JSON,
                "m.relates_to": st.fixed_dictionaries(
                    {
                        "rel_type": st.sampled_from(["m.replace", "m.annotation"]) | JSON,
                        "event_id": JSON,
                        "key": st.text(st.characters()) | JSON,
                        "m.in_reply_to": st.fixed_dictionaries({"event_id": JSON}) | JSON,
                        "is_falling_back": JSON,
                    }
                )
                | JSON,
            },
        )
        | JSON,
    },
)


@given(FIELDS)
def test_whatever_comes_raises_nothing_and_can_be_stored(happened: dict[str, Any]) -> None:
    message = to_message(happened, ROOM, BOT)
    if message is not None:
        stored = incoming_to_json(message)
        text = json.dumps(stored, ensure_ascii=False)
        message.external_id.encode()

        assert b"\0" not in text.encode()
        assert r"\u0000" not in text.replace(r"\\", "")
        back = incoming_from_json(stored, kind_of(message.content), message.address)
        assert back == message


@given(FIELDS, st.lists(FIELDS, max_size=3))
def test_no_event_of_a_room_raises(happened: dict[str, Any], more: list[dict[str, Any]]) -> None:
    for kind in ("m.room.create", "m.room.tombstone", "m.room.member"):
        known = {**happened, "type": kind, "state_key": BOT}
        predecessor_of([known, *more])
        replacement_of(known)
        inviter_of([known, *more], BOT)
        since_own_last([known, *more], BOT, 0)
