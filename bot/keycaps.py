"""The emoji of a choice's number: 1️⃣ below a numbered list is its first choice. Pure."""

_KEYCAP = "\ufe0f\u20e3"
_TEN = "\U0001f51f"
MOST = 10
"""So many choices have an emoji."""


def keycap(position: int) -> str:
    """The emoji of a position, from 1 to `MOST`.

    Raises:
        ValueError: no emoji has this number.
    """
    if not 1 <= position <= MOST:
        raise ValueError(f"no keycap shows {position}")
    return _TEN if position == MOST else f"{position}{_KEYCAP}"


def position_of(emoji: str) -> int | None:
    """The position that an emoji shows, with or without its variation selector; None for all others."""
    plain = emoji.replace("\ufe0f", "")
    shown = {keycap(each).replace("\ufe0f", ""): each for each in range(1, MOST + 1)}
    return shown.get(plain)
