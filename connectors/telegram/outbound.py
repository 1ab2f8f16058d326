"""From our messages to Telegram's HTML and keyboards. Pure.

Source: https://core.telegram.org/bots/api#html-style. Telegram finds telephone numbers and commands by
itself and takes web addresses only as links.
"""

from collections.abc import Sequence
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.markup import Span, spans
from bot.messages import Button

ROW_WIDTH = 28
"""So many characters fit beside each other on a small telephone."""
MOST_IN_ROW = 3


def to_html(text: str, author: str = "") -> str:
    """The text as HTML that Telegram understands. Arguments as for `bot.markup.spans`."""
    return "".join(_span(span) for span in spans(text, author))


def shown(text: str, author: str = "") -> str:
    """The text as people read it, which is what Telegram measures. Arguments as for `bot.markup.spans`."""
    return "".join(span.text for span in spans(text, author))


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """The choices below a text, short ones side by side; None without choices."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        if not rows or not _has_room(rows[-1], button):
            rows.append([])
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=button.token))
    return InlineKeyboardMarkup(rows) if rows else None


def _has_room(row: Sequence[InlineKeyboardButton], button: Button) -> bool:
    labels = [each.text for each in row] + [button.label]
    # Buttons of one row are equally wide.
    return len(labels) <= MOST_IN_ROW and max(map(len, labels)) * len(labels) <= ROW_WIDTH


def _span(span: Span) -> str:
    inner = escape(span.text, quote=False)
    if span.is_bold:
        return f"<b>{inner}</b>"
    if span.link and span.link.startswith(("https://", "http://")):
        return f'<a href="{escape(span.link)}">{inner}</a>'
    return inner
