"""The light markup of our texts: **bold**, [label](https://…), lines that start with "• ".

Connectors render the spans in their platform's own way; user text never passes through here.
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


def spans(text: str) -> Iterator[Span]:
    """Split a text in light markup into spans, in order; an unsafe link stays plain text."""
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


def to_plain(text: str) -> str:
    """The text without marks; a link to a page is written behind its label."""
    return "".join(
        f"{span.text} ({span.link})"
        if span.link and not span.link.startswith("tel:") and span.link != span.text
        else span.text
        for span in spans(text)
    )


def to_html(text: str) -> str:
    """The text as escaped HTML with `b` and `a`; line breaks stay as they are."""
    return "".join(_span_as_html(span) for span in spans(text))


def _span_as_html(span: Span) -> str:
    inner = escape(span.text)
    if span.is_bold:
        return f"<b>{inner}</b>"
    if span.link:
        return f'<a href="{escape(span.link)}">{inner}</a>'
    return inner
