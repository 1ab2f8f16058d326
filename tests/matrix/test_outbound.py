"""From our messages to Matrix's events: HTML and plain, choices, edits, files."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from bot.markup import spans
from bot.messages import (
    Button,
    OutgoingEdit,
    OutgoingFile,
    OutgoingText,
    Reaction,
)
from connectors.matrix.outbound import (
    edit_content,
    file_content,
    reaction_content,
    text_content,
    to_html,
)
from tests.matrix.happened import KEYED, event, heard


class Shown(HTMLParser):
    """HTML as a client shows it: text, line breaks, numbers before list items; which tags there were."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.links, self._number = "", [], [], 0
        self.feed(html)
        self.close()

    text: str
    tags: list[str]
    links: list[str]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "br":
            self.text += "\n"
        if tag == "li":
            self._number += 1
            self.text += f"\n{self._number}. "

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


MARKED = "**Wichtig:** [Ruf an](tel:112), [lies](https://a.example/?a=1&b=2).\n• <eins>\n• zwei"


def test_a_text_is_html_and_plain() -> None:
    content = text_content(OutgoingText(MARKED))

    assert content["msgtype"] == "m.text"
    assert content["body"] == (
        "Wichtig: Ruf an, lies (https://a.example/?a=1&b=2).\n• <eins>\n• zwei"
    )
    assert content["format"] == "org.matrix.custom.html"
    assert content["formatted_body"] == (
        "<strong>Wichtig:</strong> Ruf an, "
        '<a href="https://a.example/?a=1&amp;b=2">lies</a>.<br>• &lt;eins&gt;<br>• zwei'
    )
    assert "m.relates_to" not in content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mehr: /datenschutz", "Mehr: !datenschutz"),
        ("/löschen, (/hilfe)", "!löschen, (!hilfe)"),
        ("Mutter/Vater und/oder 3/4", "Mutter/Vater und/oder 3/4"),
        ("https://a.example/hilfe", "https://a.example/hilfe"),
        ("[Seite](/impressum)", "Seite (/impressum)"),
    ],
)
def test_commands_are_named_so_that_a_client_lets_them_through(text: str, shown: str) -> None:
    assert text_content(OutgoingText(text))["body"] == shown


def test_choices_are_a_numbered_list_in_both_forms() -> None:
    content = text_content(
        OutgoingText("Und?", (Button("Ja & <nein>", "t1"), Button("Egal", "t2")))
    )

    assert content["body"] == "Und?\n\n1. Ja & <nein>\n2. Egal"
    assert Shown(content["formatted_body"]).text == "Und?\n1. Ja & <nein>\n2. Egal"
    assert "t1" not in json.dumps(content)


def test_a_reply_names_what_it_answers() -> None:
    content = text_content(OutgoingText("Ja."), reply_to="$0")

    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$0"}}
    assert content["body"] == "Ja."


def test_an_edit_stands_for_itself_and_for_old_clients() -> None:
    content = edit_content(OutgoingEdit("$0", "**Neu**", (Button("Ja", "t"),)))

    assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$0"}
    assert content["m.new_content"]["body"] == "Neu\n\n1. Ja"
    assert content["body"] == "* Neu\n\n1. Ja"
    assert content["formatted_body"] == "* <strong>Neu</strong><ol><li>Ja</li></ol>"


def test_a_file_says_what_it_is_and_where() -> None:
    pdf = OutgoingFile("heft.pdf", "application/pdf", b"%PDF", "**Dein** Heft")
    plain = file_content(pdf, {"url": "mxc://a/b"})
    assert plain["msgtype"] == "m.file"
    assert plain["url"] == "mxc://a/b"
    assert plain["info"] == {"mimetype": "application/pdf", "size": 4}
    assert (plain["filename"], plain["body"]) == ("heft.pdf", "Dein Heft")
    assert plain["formatted_body"] == "<strong>Dein</strong> Heft"

    secret = file_content(OutgoingFile("a.png", "image/png", b"x"), {"file": KEYED})
    assert secret["msgtype"] == "m.image"
    assert secret["file"] == KEYED
    assert (secret["filename"], secret["body"]) == ("a.png", "a.png")
    assert "url" not in secret
    assert "formatted_body" not in secret


@pytest.mark.parametrize(
    ("caption", "author", "body", "html"),
    [
        (
            "**Woche** /drei",
            "Kim",
            "Kim:\n**Woche** /drei",
            "<strong>Kim:</strong><br>**Woche** /drei",
        ),
        ("", "Kim", "Kim:", "<strong>Kim:</strong>"),
        ("", "", "a.png", None),
    ],
)
def test_a_file_of_a_person_bears_their_name(
    caption: str, author: str, body: str, html: str | None
) -> None:
    picture = OutgoingFile("a.png", "image/png", b"x", caption, author)
    content = file_content(picture, {"url": "mxc://a/b"}, reply_to="$0")

    assert (content["body"], content.get("formatted_body")) == (body, html)
    assert content["filename"] == "a.png"
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$0"}}


def test_an_edit_of_what_a_person_wrote_bears_their_name() -> None:
    content = edit_content(OutgoingEdit("$0", "**neu** /da", author="Kim"))

    assert content["m.new_content"]["body"] == "Kim:\n**neu** /da"
    assert content["body"] == "* Kim:\n**neu** /da"


def test_a_reaction_is_what_comes_back_in() -> None:
    happened = event("m.reaction", reaction_content("$0", "1️⃣"))
    assert heard(happened) == Reaction("$0", "1️⃣")


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=40)
LABELS = st.text(st.characters(codec="utf-8", exclude_characters="*[]\r\n\0"), min_size=1)
PIECES = st.one_of(
    WORDS,
    LABELS.map(lambda label: f"**{label}**"),
    LABELS.map(lambda label: f"[{label}](https://a.example/?a=1&b=2)"),
    LABELS.map(lambda label: f"[{label}](javascript:alert)"),
)


@given(st.lists(PIECES, max_size=12).map("".join), LABELS)
def test_whatever_a_person_wrote_is_shown_as_written(text: str, author: str) -> None:
    content = text_content(OutgoingText(text, author=author))
    shown = Shown(content["formatted_body"])

    assert content["body"] == shown.text == f"{author}:\n{text}"
    assert set(shown.tags) <= {"strong", "br"}


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_we_say_is_html_with_our_tags_alone(text: str) -> None:
    shown = Shown(to_html(text))

    assert shown.text == "".join(span.text for span in spans(text))
    assert set(shown.tags) <= {"strong", "a", "br"}
    assert all(link.startswith(("https://", "http://")) for link in shown.links)
