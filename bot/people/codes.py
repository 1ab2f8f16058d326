"""One-time codes: one mechanism for every purpose. Only a keyed hash of a code is stored.

A purpose sets length, lifetime and how often one may guess. The alphabet has no look-alikes
(no 0 O, 1 I L, 2 Z, 5 S, 8 B).
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

ALPHABET = "3467ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True, slots=True)
class Purpose:
    """The rules of one kind of code.

    Attributes:
        length: characters; each is worth about 4.6 bits.
        lifetime: how long the code is valid.
        tries_per_chat: wrong tries in one chat within `window`.
        tries_in_all: wrong tries over the installation within `window`.
        window: over which tries are counted.
    """

    length: int
    lifetime: timedelta
    tries_per_chat: int
    tries_in_all: int
    window: timedelta = timedelta(hours=1)


RECOVERY = "recovery"
PARENT = "parent"
"""A parent types it in their own chat, to agree that something is kept about a child under 16 (Art. 8 DSGVO)."""
IMPORT = "import"
"""The operator types it, to take a file into the diary of who handed it over."""
PURPOSES = {
    IMPORT: Purpose(length=8, lifetime=timedelta(days=7), tries_per_chat=5, tries_in_all=60),
    PARENT: Purpose(length=8, lifetime=timedelta(days=7), tries_per_chat=5, tries_in_all=60),
    RECOVERY: Purpose(length=12, lifetime=timedelta(days=90), tries_per_chat=5, tries_in_all=100),
}


def new_code(purpose: str) -> str:
    """A fresh code, in groups of four: `ACDE-3467-XYMN`."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(PURPOSES[purpose].length))
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def canonical(code: str) -> str:
    """The code as it is hashed: upper case, without spaces and hyphens."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
