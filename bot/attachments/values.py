"""A file that may be passed on, and why another may not. Pure."""

from dataclasses import dataclass
from typing import Literal

from bot.errors import LernallianzError

LARGEST = 10 * 1024 * 1024
"""Bytes, of what comes in and of what goes on."""
Reason = Literal["kind", "broken", "too_large"]


class NotPassedOn(LernallianzError):
    """This file is not passed on to anybody.

    Attributes:
        reason: `kind`: it is no picture and no PDF that we know; `broken`: it cannot be read, or only with a
            password; `too_large`: it has too many bytes, pixels or pages, or takes too long.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it is passed on.

    Attributes:
        name: `bild.jpg`, `bild.png` or `dokument.pdf`, whatever it was called.
        media_type: as in RFC 6838, by its content.
        data: the whole file.
    """

    name: str
    media_type: str
    data: bytes
