"""From our messages to the contents of Matrix events. Pure.

Source: https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes, #event-replacements,
#rich-replies. A message to a person is `m.text`: for `m.notice` telephones do not ring.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot.markup import Span, spans, to_plain
from bot.messages import Button, OutgoingEdit, OutgoingFile, OutgoingText

Content = dict[str, Any]
_LINKS = ("https://", "http://")
_COMMAND = re.compile(r"(?<![\w/.:)])(?<!\]\()/(?=[a-zäöü]{3,})")
"""Matrix's clients keep what begins with a slash to themselves; with an exclamation mark a command reaches us."""


def text_content(text: OutgoingText, reply_to: str | None = None) -> Content:
    """A text with its choices as a numbered list.

    Args:
        text: what to say.
        reply_to: the event that it is shown as a reply to.
    """
    return _written(text.text, text.buttons, text.author) | _reply(reply_to)


def edit_content(edit: OutgoingEdit) -> Content:
    """New words for an earlier message of ours."""
    new = _written(edit.text or "", edit.buttons, edit.author)
    return {
        **new,
        "body": f"* {new['body']}",
        "formatted_body": f"* {new['formatted_body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": edit.target},
    }


def file_content(
    file: OutgoingFile, where: Mapping[str, Any], reply_to: str | None = None
) -> Content:
    """A file that was uploaded.

    Args:
        file: what it is.
        where: `url`, or `file` with the key in an encrypted room.
        reply_to: the event that it is shown as a reply to.
    """
    kind = "m.image" if file.media_type.startswith("image/") else "m.file"
    # A name stands alone where nothing was written below the file.
    caption = to_plain(file.caption, file.author).removesuffix("\n")
    content: Content = {
        "msgtype": kind,
        "filename": file.name,
        "body": caption or file.name,
        "info": {"mimetype": file.media_type, "size": len(file.data)},
        **where,
        **_reply(reply_to),
    }
    if caption:
        html = to_html(file.caption, file.author).removesuffix("<br>")
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    return content


def reaction_content(target: str, emoji: str) -> Content:
    """A reaction to one of our messages."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": emoji}}


def to_html(text: str, author: str = "") -> str:
    """Light markup, or what a person wrote, as the HTML that Matrix's clients show."""
    return "".join(map(_span, spans(text, author))).replace("\n", "<br>")


def _reply(to: str | None) -> Content:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": to}}} if to else {}


def _written(text: str, buttons: Sequence[Button], author: str) -> Content:
    listed = "\n".join(f"{number}. {each.label}" for number, each in enumerate(buttons, start=1))
    items = "".join(f"<li>{escape(each.label)}</li>" for each in buttons)
    if not author:
        text = _COMMAND.sub("!", text)
    plain, html = to_plain(text, author), to_html(text, author)
    return {
        "msgtype": "m.text",
        "body": f"{plain}\n\n{listed}" if listed else plain,
        "format": "org.matrix.custom.html",
        "formatted_body": f"{html}<ol>{items}</ol>" if items else html,
    }


def _span(span: Span) -> str:
    inner = escape(span.text, quote=False)
    if span.is_bold:
        return f"<strong>{inner}</strong>"
    if span.link and span.link.startswith(_LINKS):
        return f'<a href="{escape(span.link)}">{inner}</a>'
    return inner
