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
    """Delete the person with all that belongs to them, and this conversation."""


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
