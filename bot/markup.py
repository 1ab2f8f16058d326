"""The light markup of our texts: **bold**, [label](https://…), lines that start with "• ".

Connectors render the spans in their platform's own way. What a person wrote has no marks: it stays as it is, below
their name. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

_SPAN = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<link>[^)\s]+)\)")
_LINK = re.compile(r"(?:https?://|tel:|/)[^\s\"<>]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; `link` is an address or None."""

    text: str
    is_bold: bool = False
    link: str | None = None


def spans(text: str, author: str = "") -> Iterator[Span]:
    """Split a text in light markup into spans, in order; an unsafe link stays plain text.

    Args:
        text: light markup; with an author, exactly what they wrote.
        author: the person who wrote it; empty for us.
    """
    if author:
        yield Span(f"{author}:", is_bold=True)
        yield Span(f"\n{text}")
        return
    position = 0
    for found in _SPAN.finditer(text):
        if found.start() > position:
            yield Span(text[position : found.start()])
        if found["bold"]:
            yield Span(found["bold"], is_bold=True)
        elif _LINK.fullmatch(found["link"]):
            yield Span(found["label"], link=found["link"])
        else:
            yield Span(found[0])
        position = found.end()
    if position < len(text):
        yield Span(text[position:])


def to_plain(text: str, author: str = "") -> str:
    """The text without marks; a link to a page is written behind its label. Arguments as for `spans`."""
    return "".join(
        f"{span.text} ({span.link})"
        if span.link and not span.link.startswith("tel:") and span.link != span.text
        else span.text
        for span in spans(text, author)
    )


def to_html(text: str, author: str = "") -> str:
    """The text as escaped HTML with `b` and `a`; line breaks stay as they are. Arguments as for `spans`."""
    return "".join(_span_as_html(span) for span in spans(text, author))


def split(text: str, length: int) -> list[str]:
    """Cut a text into messages at paragraphs, lines, sentences or words, the best border that fits.

    Args:
        text: light markup; a bold stretch or a link is cut only where nothing else helps.
        length: the most UTF-16 units in one message.
    """
    pieces = []
    rest = text
    while units(rest) > length:
        end = _border(rest, _fitting(rest, length))
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in (*pieces, rest) if piece] or [""]


def units(text: str) -> int:
    """The length in UTF-16 units, as Telegram and browsers count."""
    return len(text) + sum(character > "\uffff" for character in text)


def _fitting(text: str, length: int) -> int:
    """How many characters of a text fit; at least one."""
    end = min(len(text), length)
    while end > 1 and units(text[:end]) > length:
        end -= 1
    return end


def _border(text: str, limit: int) -> int:
    """Where to cut: after the last paragraph, line, sentence or word, in this order, before `limit`.

    A border in the first half is left alone, so that no message is nearly empty.
    """
    inside = [found.span() for found in _SPAN.finditer(text)]
    for border in _BORDERS:
        ends = [
            found.end()
            for found in border.finditer(text, 0, limit)
            if found.start() >= limit // 2
            and not any(start < found.end() < end for start, end in inside)
        ]
        if ends:
            return ends[-1]
    return limit


_BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…:])(?:\*\*)?\s"),
    re.compile(r"\s"),
)


def _span_as_html(span: Span) -> str:
    inner = escape(span.text)
    if span.is_bold:
        return f"<b>{inner}</b>"
    if span.link:
        return f'<a href="{escape(span.link)}">{inner}</a>'
    return inner
