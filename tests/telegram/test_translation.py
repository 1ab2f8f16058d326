"""The pure translations between Telegram and our messages, and how fast we may send."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.markup import spans, split, to_plain, units
from bot.messages import Button
from connectors.telegram.inbound import clean
from connectors.telegram.limits import ChatRates, Rate
from connectors.telegram.outbound import keyboard, to_html
from connectors.telegram.quoting import to_markup
from tests.servers.botapi.entities import as_json
from tests.servers.botapi.markup import parse_html

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
    assert "\0" not in clean(text).encode("utf-8").decode()


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
        assert rates.wait("mia") == 0
        rates.note("mia")

    assert rates.wait("mia") == 5
    assert rates.wait("jo") == 0
    now += 5
    assert rates.wait("mia") == 0
