"""What the people topic changes in storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.turn import Change


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
