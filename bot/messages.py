"""The frozen values that cross the border between a messenger and the assistant.

A connector translates its platform's objects into `IncomingMessage` and `OutgoingMessage` back into
them; nothing else crosses. Texts use the light markup of `bot/markup.py`. All datetimes are aware UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """Where one chat lives: a channel's name (`web`, `telegram`, …) and the chat's id there."""

    channel: str
    chat: str


# --- what comes in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A pressed button.

    Attributes:
        token: the opaque token that the button was sent with.
        target: the external id of our message that carries it, or empty.
        question: that message's text in light markup as the platform still shows it, or empty.
    """

    token: str
    target: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, name in lower case without the slash, and the text behind it."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A document or picture that could be fetched; `reference` is the platform's handle for it."""

    reference: str
    name: str
    media_type: str
    size: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A kind of message that we cannot read.

    One of `voice`, `sticker`, `location`, `contact`, `poll`, `other`, and `encrypted` when its key is
    missing.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The person changed an earlier message of theirs; `target` is its external id."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """The person took back an earlier message of theirs."""

    target: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """The person reacted to one of our messages with an emoji; empty when taken back."""

    target: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The person opened the chat and has said nothing yet."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The person blocked us, left, or ended the session."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The platform moved the chat to another id (a Matrix room that was upgraded); nothing was said."""

    chat: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The room that we asked for from this chat; nothing was said.

    Attributes:
        token: what `OutgoingRoom` was asked for with.
        chat: the room's own chat id on the same channel; empty when the platform refused to open one.
    """

    token: str
    chat: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """The clock's event, named as Rasa names them: `EXTERNAL_reminder_due`."""

    event: str
    entities: dict[str, Any] = field(default_factory=dict)


IncomingContent = (
    Text
    | Choice
    | Command
    | File
    | Unreadable
    | Edit
    | Deletion
    | Reaction
    | Joined
    | Gone
    | Moved
    | Opened
    | Due
)


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One event of one chat.

    Attributes:
        address: the chat.
        external_id: the platform's id of the event, unique in its channel: the same id twice is
            one message.
        content: what happened.
        sent_at: when, by the platform's clock (UTC).
        reply_to: the message of this chat that the person replied to: the external id of one of theirs, or the
            one that our own was sent under (`Receipt.external_id`); empty when it is no reply.
        sender: in a room of several people, the chat that whoever wrote has with us alone; empty elsewhere.
    """

    address: Address
    external_id: str
    content: IncomingContent
    sent_at: datetime
    reply_to: str = ""
    sender: str = ""


def storable(text: str) -> str:
    """A text that every database takes: halves of broken characters become question marks, NUL goes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def typed(text: str) -> Text | Command:
    """What a typed line is: a command when it starts with a slash and a letter, else text.

    A typed `/intent{…}` is text, never a payload.
    """
    head, _, argument = text.strip().partition(" ")
    name = head[1:].partition("@")[0]
    if head.startswith("/") and name.replace("_", "").isalnum():
        return Command(name=name.lower(), argument=argument.strip())
    return Text(text)


def spoken_text(content: IncomingContent) -> str:
    """Every word that a person wrote in this event, for the crisis check; empty if none."""
    match content:
        case Text(text=text) | Edit(text=text) | File(caption=text):
            return text
        case Command(name=name, argument=argument):
            return f"{name} {argument}"
        case _:
            return ""


# --- what goes out -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered below a text. `token` is opaque; what it means stays in our database."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text with the choices below it in their order.

    Attributes:
        text: light markup; what a person wrote (`author`) is plain text and shown exactly as written.
        buttons: the choices.
        author: who wrote it, when that is a person and not us: shown above it.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file, rendered while it is delivered.

    Attributes:
        name: with its ending.
        media_type: as in RFC 6838.
        data: its whole content.
        caption: what stands below it: light markup, or with an `author` plain text.
        author: the person whom it comes from, when not from us.
    """

    name: str
    media_type: str
    data: bytes
    caption: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingEdit:
    """A change of one of our earlier messages.

    Attributes:
        target: the external id it was sent under.
        text: its new text in light markup, or with an `author` plain text; None leaves the old one.
        buttons: the choices that are left.
        author: as in `OutgoingText`.
    """

    target: str
    text: str | None
    buttons: tuple[Button, ...] = ()
    author: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingDeletion:
    """One of our earlier messages is taken back; `target` is the external id it was sent under."""

    target: str


@dataclass(frozen=True, slots=True)
class OutgoingRoom:
    """Open a room for one matter; `Receipt.opened` names it.

    Sent to the chat of one person, the room is for that person and us (`Capabilities.opens_rooms`); sent to a
    group with topics, it is a topic there. Asked again with the same token, it is the same room wherever the
    platform lets us know.

    Attributes:
        token: ours, not to be guessed.
        title: what the room is called.
        pinned: light markup; the first message there, and pinned.
    """

    token: str
    title: str
    pinned: str


@dataclass(frozen=True, slots=True)
class OutgoingEnd:
    """The matter of this room is over: a topic is closed, a room is left.

    Attributes:
        forgets: what was said there goes as well, where that is ours to do: a topic is deleted.
    """

    forgets: bool = False


@dataclass(frozen=True, slots=True)
class Typing:
    """The sign that an answer is being prepared; worthless when late, so never repeated."""


OutgoingContent = (
    OutgoingText
    | OutgoingFile
    | OutgoingEdit
    | OutgoingDeletion
    | OutgoingRoom
    | OutgoingEnd
    | Typing
)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to one chat.

    Attributes:
        address: the chat.
        content: what to show.
        message_id: our own id, the same for every try: a connector uses it as transaction id.
        number: grows by the order of sending in this chat and is the same for every try.
        in_reply_to: the external id of the message that this answers, or None.
        is_urgent: a crisis answer; it goes first, and screen readers announce it at once.
        quotes: the external id of the message of this chat that it must be shown as a reply to, or None; what is
            not there any more is no reason not to send.
    """

    address: Address
    content: OutgoingContent
    message_id: str
    number: int = 0
    in_reply_to: str | None = None
    is_urgent: bool = False
    quotes: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a connector knows after sending.

    Attributes:
        external_id: the platform's id of the sent message, or None.
        is_acknowledged: True when the platform has taken the message over. False: it was handed
            to a browser, and the payload is kept until the browser acknowledges its number.
        opened: the chat id of the room that was opened.
    """

    external_id: str | None = None
    is_acknowledged: bool = True
    opened: str | None = None


class Format(StrEnum):
    """How a channel shows emphasis, links and lists."""

    PLAIN = "plain"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show and do.

    Attributes:
        buttons: the most buttons below one text; 0 means that choices become a numbered list.
        edits: our earlier messages can be changed.
        deletions: the platform tells us when a person takes a message back.
        files: the largest file we can send, in bytes; 0 means none.
        length: the most UTF-16 units in one message; longer texts are sent as several.
        format: how emphasis is written.
        reminds_when_closed: a message reaches the person while the app is closed.
        pictures: a picture that we send is shown in the chat.
        repeats_safely: what is sent twice under the same `message_id` and number within a day is
            shown once, so that nothing sent is unknowable.
        opens_rooms: a room for one matter can be opened for the person of a chat.
    """

    buttons: int
    edits: bool
    deletions: bool
    files: int
    length: int
    format: Format
    reminds_when_closed: bool
    pictures: bool = False
    repeats_safely: bool = False
    opens_rooms: bool = False
