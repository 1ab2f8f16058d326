"""The pure translations between Telegram and our messages, and how fast we may send."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.markup import spans, split, to_plain, units
from bot.messages import Address, Button, storable
from connectors.telegram.limits import ChatRates, Rate
from connectors.telegram.outbound import keyboard, shown, to_html
from connectors.telegram.places import Place, message_in, to_place
from connectors.telegram.quoting import to_markup
from tests.servers.botapi.entities import as_json
from tests.servers.botapi.markup import parse_html

MIA, JO, GROUP = 500_000_001, 500_000_002, -1_002_000_000_001
ROOT = Path(__file__).resolve().parents[2]
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="*[]\r\0"), max_size=40)
PIECES = st.one_of(
    WORDS,
    WORDS.map(lambda words: f"**{words.strip() or 'x'}**".replace("\n", " ")),
    WORDS.map(
        lambda words: f"[{words.strip() or 'x'}](https://example.org/a?b=1&c=2)".replace("\n", " ")
    ),
)
MARKUP = st.lists(PIECES, max_size=12).map("".join)


def our_texts() -> list[str]:
    """Every sentence that the project holds."""
    folders = ("bot/texts", "dialogues/domain")
    files = (path for folder in folders for path in sorted((ROOT / folder).glob("*.yml")))
    return [text for path in files for text in strings(yaml.safe_load(path.read_text("utf-8")))]


def strings(value: object) -> Iterator[str]:
    """The texts in a value of YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


@given(MARKUP)
def test_whatever_we_say_is_html_that_telegram_takes(text: str) -> None:
    shown, _ = parse_html(to_html(text))

    assert shown == "".join(span.text for span in spans(text))


def test_our_sentences_survive_the_way_there_and_back() -> None:
    for text in our_texts():
        shown, entities = parse_html(to_html(text))
        told = as_json(shown, entities, {})
        back = to_markup(shown, [MessageEntity.de_json(each, None) for each in told])

        # Telegram knows no telephone links and no addresses without a host, and ends hosts by a slash.
        expected = re.sub(r"\[([^\]\n]+)\]\((?:tel:|/)[^)\s]+\)", r"\1", text)
        assert back == re.sub(r"\((https?://[^/)]+)\)", r"(\1/)", expected)


@given(MARKUP, st.integers(20, 200))
def test_a_split_text_fits_and_loses_no_word(text: str, length: int) -> None:
    pieces = split(text, length)

    assert all(units(piece) <= length for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_text_is_split_at_its_best_border() -> None:
    text = "Ein Satz. Noch ein Satz.\n\nEin **neuer Absatz.** Und hier geht es weiter."

    first, second, third = (
        "Ein Satz. Noch ein Satz.",
        "Ein **neuer Absatz.**",
        "Und hier geht es weiter.",
    )

    assert split(text, 38) == [first, second, third]
    assert split(text, 60) == [f"{first}\n\n{second}", third]
    assert split("🙂" * 30, 20) == ["🙂" * 10] * 3
    assert split("", 20) == [""]


def test_short_choices_stand_side_by_side() -> None:
    labels = ["Ja", "Nein", "Weiß nicht", "Mutter, Vater oder Bezugsperson", "Überspringen"]
    markup = keyboard([Button(label, "token") for label in labels])

    assert markup is not None
    assert [[button.text for button in row] for row in markup.inline_keyboard] == [
        ["Ja", "Nein"],
        ["Weiß nicht"],
        ["Mutter, Vater oder Bezugsperson"],
        ["Überspringen"],
    ]
    assert keyboard([]) is None


@given(st.text(st.characters(), max_size=50))
def test_any_text_can_be_stored(text: str) -> None:
    assert "\0" not in storable(text).encode("utf-8").decode()


def test_a_plain_text_names_its_links() -> None:
    assert (
        to_plain("**Ruf** [112](tel:112), [mehr](https://a.de)") == "Ruf 112, mehr (https://a.de)"
    )


async def test_never_more_messages_in_any_second() -> None:
    rate = Rate(count=5, seconds=0.1)
    begun, ended = [], []

    async def send(number: int) -> None:
        async with rate:
            begun.append(time.monotonic())
            await asyncio.sleep(0.001 * (number % 3))
            ended.append(time.monotonic())

    await asyncio.gather(*(send(number) for number in range(40)))

    late_enough = (
        start - end >= 0.099 for start, end in zip(begun[5:], sorted(ended), strict=False)
    )
    assert all(late_enough)


def test_a_chat_gets_five_at_once_and_then_one_a_second() -> None:
    now = 100.0
    rates = ChatRates(lambda: now)
    for _ in range(5):
        assert rates.wait(MIA) == 0
        with rates.sending(MIA):
            pass

    assert rates.wait(MIA) == 5
    assert rates.wait(JO) == 0
    now += 5
    assert rates.wait(MIA) == 0


def test_what_is_still_on_its_way_counts_too() -> None:
    now = 100.0
    rates = ChatRates(lambda: now)
    with ExitStack() as on_the_way:
        for _ in range(20):
            assert rates.wait(GROUP) == 0
            on_the_way.enter_context(rates.sending(GROUP))
        assert rates.wait(GROUP) == 60
        now += 7
    assert rates.wait(GROUP) == 60
    now += 59
    assert rates.wait(GROUP) == 1


@given(st.integers(), st.one_of(st.none(), st.integers(1)))
def test_an_address_leads_back_to_its_place(chat: int, topic: int | None) -> None:
    assert to_place(Place(chat, topic).address) == Place(chat, topic)


@pytest.mark.parametrize("chat", ["", "!room:example.org", "12/", "12/34/56", "-", "٣", "12\n"])
def test_another_address_is_no_place(chat: str) -> None:
    assert to_place(Address("telegram", chat)) is None


@pytest.mark.parametrize(
    ("external_id", "message"),
    [
        ("45", 45),
        ("-100/45", 45),
        ("-100/45/edit/8160001", 45),
        ("-200/45", None),
        ("choice/400", None),
        ("update/8160001", None),
        ("", None),
    ],
)
def test_an_external_id_names_a_message_of_its_own_chat(
    external_id: str, message: int | None
) -> None:
    assert message_in(-100, external_id) == message


@given(WORDS, st.text(st.characters(codec="utf-8", exclude_characters="\r\0")))
def test_what_a_person_wrote_has_no_marks(name: str, text: str) -> None:
    author = name or "Mia"
    read, entities = parse_html(to_html(text, author))

    assert read == shown(text, author) == f"{author}:\n{text}"
    assert [(each.kind, each.offset, each.end) for each in entities] == [
        ("bold", 0, len(author) + 1)
    ]
