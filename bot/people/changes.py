"""What the people topic changes in storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.turn import Change, Reply


@dataclass(frozen=True, slots=True)
class GiveConsent(Change):
    """The person agreed to be remembered: a person row is made if there is none.

    Attributes:
        scope: what for (`profile`).
        version: of the privacy text that was shown.
        profile: what to keep at once.
    """

    scope: str
    version: str
    profile: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeepProfile(Change):
    """Keep these settings of a person who consented."""

    profile: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EraseEverything(Change):
    """Delete the person with all that belongs to them, and their conversations.

    Attributes:
        news: what their other chats hear.
    """

    news: Reply | None = None


@dataclass(frozen=True, slots=True)
class IssueCode(Change):
    """Store a one-time code; older unused ones of the same purpose and chat are void.

    Attributes:
        purpose: a key of `bot.people.codes.PURPOSES`.
        code: in clear here; only its keyed hash is stored.
        expires_at: UTC.
    """

    purpose: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AwaitParent(Change):
    """Somebody under 16 wants something kept: drafts only, until a parent agrees or the time is over.

    Consents that the person gave alone are withdrawn, and of the profile only the age band stays.

    Attributes:
        until: when drafts are deleted (UTC).
        code: in clear here; a parent types it in their own chat.
        code_expires_at: UTC.
    """

    until: datetime
    code: str
    code_expires_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmChild(Change):
    """A parent agreed: what waits is kept, and the child's chats hear of it.

    Attributes:
        code: as typed; used up by this.
        scope: what for.
        version: of the privacy text that was shown.
        news: what the child hears.
    """

    code: str
    scope: str
    version: str
    news: Reply


@dataclass(frozen=True, slots=True)
class CountTry(Change):
    """A wrong code was typed here; too many end the guessing."""

    purpose: str


@dataclass(frozen=True, slots=True)
class RedeemLink(Change):
    """A code of the person was typed in this chat: it is used up, and the two are asked whether to be joined.

    Attributes:
        code: as typed.
        expires_at: until when they may say yes (UTC).
    """

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class JoinChat(Change):
    """This chat, which is nobody's yet, belongs to the person who showed the code.

    Attributes:
        code: as typed.
        news: what the person's other chats hear.
    """

    code: str
    news: Reply


@dataclass(frozen=True, slots=True)
class AskFirst(Change):
    """Somebody with a record of their own says yes here; the chat that showed the code is asked, too.

    Attributes:
        code: as typed.
        question: what is asked there.
    """

    code: str
    question: Reply


@dataclass(frozen=True, slots=True)
class MergePeople(Change):
    """Both chats said yes: two records become one, that of this chat.

    Attributes:
        code: as typed.
        news: what the chats of the other record hear.
    """

    code: str
    news: Reply


@dataclass(frozen=True, slots=True)
class DropJoining(Change):
    """One of the two said no.

    Attributes:
        code: as typed.
        news: what the other chat hears, if it knows of it.
    """

    code: str
    news: Reply


@dataclass(frozen=True, slots=True)
class UnlinkChat(Change):
    """Take a chat away from the person; what they have stays with them.

    Attributes:
        chat_id: one of theirs, and not the last.
        news: what their other chats hear, that one too.
    """

    chat_id: int
    news: Reply


@dataclass(frozen=True, slots=True)
class RemindIn(Change):
    """What starts by itself speaks in this chat of the person."""

    chat_id: int
