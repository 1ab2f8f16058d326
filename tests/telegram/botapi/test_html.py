"""Texts and their entities: HTML as Telegram reads it."""

from typing import Any

import pytest

from tests.servers.botapi import Person
from tests.servers.botapi.entities import settled, utf16
from tests.servers.botapi.errors import ApiError
from tests.servers.botapi.markup import parse_html
from tests.telegram.botapi.clients import Ask


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp;amp; &quot; &#228;&#x1F600;", 'a <b> &amp; " ä😀', []),
        ("&nbsp; &copy;", "&nbsp; &copy;", []),
        ("😀<b>ä</b>", "😀ä", [bold(2, 1)]),
        ("<b>a</b><strong>b</strong>", "ab", [bold(0, 2)]),
        (
            "<b>a<i>b</i></b>",
            "ab",
            [bold(0, 2), {"type": "italic", "offset": 1, "length": 1}],
        ),
        ("  <b> a </b> ", "a", [bold(0, 1)]),
        ("<b>x</b>  ", "x", [bold(0, 1)]),
        ("<u></u>x", "x", []),
        (
            '<a href="https://e.de/?a=1&amp;b=2">l</a>',
            "l",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://e.de/?a=1&b=2"}],
        ),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [{"type": "pre", "offset": 0, "length": 1, "language": "py"}],
        ),
        ("<code>/start</code>", "/start", [{"type": "code", "offset": 0, "length": 6}]),
        ("<b>a<code>b</code></b>", "ab", [bold(0, 1), {"type": "code", "offset": 1, "length": 1}]),
        (
            '<span class="tg-spoiler">x</span>',
            "x",
            [{"type": "spoiler", "offset": 0, "length": 1}],
        ),
        (
            "<blockquote expandable>x</blockquote>",
            "x",
            [{"type": "expandable_blockquote", "offset": 0, "length": 1}],
        ),
        ("<a href='javascript:x'>a</a><a href='http://x/'>b</a>", "ab", []),
        (
            "<a href='TG://user?id=1'>a</a><a href='Wirbel.DE?x'>b</a>",
            "ab",
            [{"type": "text_link", "offset": 1, "length": 1, "url": "http://wirbel.de/?x"}],
        ),
        ("<S>x</>", "x", [{"type": "strikethrough", "offset": 0, "length": 1}]),
        ("/hilfe", "/hilfe", [{"type": "bot_command", "offset": 0, "length": 6}]),
    ],
)
async def test_html_becomes_entities(
    mia: Person, ask: Ask, source: str, text: str, entities: list[Any]
) -> None:
    message = await ask("sendMessage", chat_id=mia.id, text=source, parse_mode="HTML")
    assert (message["text"], message.get("entities", [])) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("ä<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä<div>x</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=ü>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x>l</a>', 'Unclosed start tag "a" at byte offset 0'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused(source: str, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


def test_texts_are_cleaned() -> None:
    text, [entity] = settled("\r\n a\tb\u202ec 😀 e@example.org ", [])
    assert text == "a bc 😀 e@example.org"
    assert (entity.kind, utf16(text[: entity.offset])) == ("email", 8)
