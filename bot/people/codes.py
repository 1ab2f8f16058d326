"""One-time codes: one mechanism for every purpose. Only a keyed hash of a code is stored.

A purpose sets length, lifetime and how often one may guess. The alphabet has no look-alikes
(no 0 O, 1 I L, 2 Z, 5 S, 8 B).
"""

import re
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
LINK = "link"
"""Shown in one chat of a person and typed in another: both are theirs then."""
PARENT = "parent"
"""A parent types it in their own chat, to agree that something is kept about a child under 16 (Art. 8 DSGVO)."""
IMPORT = "import"
"""The operator types it, to take a file into the diary of who handed it over."""
INVITATION = "invitation"
"""The operator gives it to a future member of staff: 16 characters are 73 bits, enough for a link."""
PURPOSES = {
    INVITATION: Purpose(length=16, lifetime=timedelta(days=7), tries_per_chat=5, tries_in_all=60),
    IMPORT: Purpose(length=8, lifetime=timedelta(days=7), tries_per_chat=5, tries_in_all=60),
    LINK: Purpose(length=8, lifetime=timedelta(minutes=10), tries_per_chat=3, tries_in_all=20),
    PARENT: Purpose(length=8, lifetime=timedelta(days=7), tries_per_chat=5, tries_in_all=60),
    RECOVERY: Purpose(length=12, lifetime=timedelta(days=90), tries_per_chat=5, tries_in_all=100),
}


_AS_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{4}-[A-Za-z0-9]{4}")
_TYPED = re.compile(rf"([{ALPHABET}]{{4}})[ -]?([{ALPHABET}]{{4}})")
_FIGURE, _LETTER = re.compile(r"\d"), re.compile(r"[A-Z]")
_AROUND = re.compile(
    r"^(?:(?:hier|der|mein|code|ist|lautet)[\s:]+)*[\"“”„*]*|[\s.!\"“”„*]+$", re.IGNORECASE
)
_DASHES = str.maketrans("‐‑‒–—−", "------")


def new_code(purpose: str) -> str:
    """A fresh code, in groups of four: `ACDE-3467-XYMN`. It has figures and letters: no word and no number is one."""
    length = PURPOSES[purpose].length
    while True:
        letters = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if _is_mixed(letters):
            return "-".join(letters[start : start + 4] for start in range(0, length, 4))


def canonical(code: str) -> str:
    """The code as it is hashed: upper case, without spaces and hyphens."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def code_in(text: str) -> str | None:
    """The code of eight that a text is, with a few words before it at most (`mein code ist acde-3467`); else None."""
    found = _TYPED.fullmatch(_AROUND.sub("", text.translate(_DASHES).strip()).upper())
    code = found and "".join(found.groups())
    return code if code and _is_mixed(code) else None


def invitation_in(text: str) -> str | None:
    """The invitation of sixteen signs that a text is; else None."""
    typed = canonical(text.strip().translate(_DASHES))
    is_one = len(typed) == PURPOSES[INVITATION].length and set(typed) <= set(ALPHABET)
    return typed if is_one and _is_mixed(typed) else None


def looks_like_code(text: str) -> bool:
    """Whether a text is a code, or is written as one with signs that no code has (`ABCD-1234`)."""
    return code_in(text) is not None or _AS_CODE.fullmatch(text.strip()) is not None


def _is_mixed(letters: str) -> bool:
    return bool(_FIGURE.search(letters) and _LETTER.search(letters))
