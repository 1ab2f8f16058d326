"""What may go to the editors: whether a message is an entry, and what is taken out of it. Pure."""

import re

from bot.events import Parse

SURE = 0.5
"""From this confidence on, a typed wish of `ASIDES` is not taken for the entry."""
ASIDES = frozenset(
    [
        "ask_help",
        "ask_menu",
        "ask_privacy",
        "ask_my_data",
        "ask_export",
        "ask_erase",
        "ask_settings",
        "ask_bot",
        "ask_human",
        "ask_recovery_code",
        "stop",
        "cancel",
    ]
)
LONGEST = 1000
"""So many characters of a question are kept."""

_PERSONAL = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[E-Mail]"),
    (re.compile(r"https?://\S+|www\.\S+"), "[Link]"),
    (re.compile(r"@\w{3,}"), "[Name]"),
    (re.compile(r"(?<![\d.,])\+?\d(?:[\s/()-]{0,3}\d){6,}(?![\d.,])"), "[Nummer]"),
    (
        re.compile(
            r"\b(?:[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse))\s*\d+\s*[a-z]?\b"
        ),
        "[Adresse]",
    ),
    (
        re.compile(
            r"\b(?P<before>(?:[Ii]ch (?:heiße|heisse|bin(?: die| der)?)|[Mm]ein Name ist|[Hh]err|[Ff]rau)\s+)"
            r"[A-ZÄÖÜ][\wäöüß-]+(?:\s+[A-ZÄÖÜ][\wäöüß-]+)?"
        ),
        r"\g<before>[Name]",
    ),
)


def is_aside(parse: Parse) -> bool:
    """Whether a message is surely something else than the entry that was asked for.

    A command or a button is; typed text only when it is a wish that we are sure of. In doubt the text
    is the entry: nothing that a person writes may be swallowed.
    """
    return parse.is_chosen or (parse.base_intent in ASIDES and parse.confidence >= SURE)


def without_personal_data(text: str) -> str:
    """A text without addresses, numbers and names that give themselves away."""
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text[:LONGEST].strip()
