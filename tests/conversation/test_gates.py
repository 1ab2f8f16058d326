import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chosen import chosen_by_text
from bot.events import Entity
from bot.gates import from_payload
from bot.markup import spans, to_html, to_plain
from bot.messages import Command, Text, typed
from bot.turn import Offer

OFFERS = (
    Offer("Ja, ich bin 16 oder 17", "/a"),
    Offer("Ja, ich bin 18 oder älter", "/b"),
    Offer("Nein, nicht merken", "/c"),
    Offer("Prüfung", "/d"),
)


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/a"),
        (" 2. ", "/b"),
        ("3)", "/c"),
        ("4", "/d"),
        ("5", None),
        ("0", None),
        ("nein", "/c"),
        ("NEIN!", "/c"),
        ("ja", None),
        ("nee, lieber nicht", "/c"),
        ("nö", "/c"),
        ("nein ich will was anderes", None),
        ("pruefung", "/d"),
        ("Prüf", None),
        ("prüfung wiederholen", None),
        ("", None),
    ],
)
def test_a_number_a_label_or_its_unmistakable_beginning_picks(
    text: str, payload: str | None
) -> None:
    chosen = chosen_by_text(text, OFFERS)

    assert (chosen.payload if chosen else None) == payload


@given(st.text())
def test_any_text_picks_an_offer_or_none(text: str) -> None:
    assert chosen_by_text(text, OFFERS) in (*OFFERS, None)


def test_a_payload_is_intent_and_entities() -> None:
    parse = from_payload(Offer("x", '/rate{"helpful": true}')).parse

    assert parse is not None
    assert (parse.intent, parse.entities) == ("rate", (Entity("helpful", True),))


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("8", "8 Stunden"),
        ("7,5", "7,5 Stunden"),
        ("1", None),
        ("7", None),
        ("ohne", "Ohne Stunden"),
    ],
)
def test_where_choices_are_quantities_a_number_means_itself(text: str, picked: str | None) -> None:
    labels = ("8 Stunden", "7,5 Stunden", "6 Stunden", "Ohne Stunden")
    offers = [Offer(label, "/tell_hours") for label in labels]

    chosen = chosen_by_text(text, offers)

    assert (chosen.label if chosen else None) == picked


def test_a_broken_payload_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="payload"):
        from_payload(Offer("x", "kein payload"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Command("start")),
        ("/Löschen@lernallianz_bot  ja bitte", Command("löschen", "ja bitte")),
        ("/give_consent{}", Text("/give_consent{}")),
        ("/", Text("/")),
        ("/ start", Text("/ start")),
        ("3/4", Text("3/4")),
    ],
)
def test_what_a_typed_line_is(text: str, expected: Text | Command) -> None:
    assert typed(text) == expected


def test_markup_becomes_plain_text_and_safe_html() -> None:
    text = "**Ruf** [112](tel:112) <b> [Seite](https://a.b) [böse](javascript:x)"

    assert to_plain(text) == "Ruf 112 <b> Seite (https://a.b) [böse](javascript:x)"
    assert to_html(text) == (
        '<b>Ruf</b> <a href="tel:112">112</a> &lt;b&gt; '
        '<a href="https://a.b">Seite</a> [böse](javascript:x)'
    )


@given(st.text())
def test_markup_loses_no_visible_text(text: str) -> None:
    assert all(span.text for span in spans(text))
    assert "<script" not in to_html(text)


AGES = (
    Offer("Ja, ich bin 16 oder 17", '/give_consent{"age_band": "16-17"}'),
    Offer("Ja, ich bin 18 oder älter", '/give_consent{"age_band": "ab18"}'),
    Offer("Ich bin unter 16", '/give_consent{"age_band": "unter16"}'),
    Offer("Nein, nicht merken", "/deny_consent"),
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("bin 17", "Ja, ich bin 16 oder 17"),
        ("17", "Ja, ich bin 16 oder 17"),
        ("ja bin schon 18", "Ja, ich bin 18 oder älter"),
        ("Ich bin erst 15.", "Ich bin unter 16"),
        ("nein, 15", "Ich bin unter 16"),
        ("nein 17", None),
        ("bin 17 und will kündigen", None),
        ("nee", "Nein, nicht merken"),
    ],
)
def test_an_age_picks_its_group(text: str, label: str | None) -> None:
    chosen = chosen_by_text(text, AGES)

    assert (chosen.label if chosen else None) == label


def test_an_age_means_nothing_where_none_is_asked_for() -> None:
    assert chosen_by_text("bin 17", OFFERS) is None
