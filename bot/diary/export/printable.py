"""What the fonts can print, and a visible mark for what they cannot. Pure but for reading the list.

Which characters a font has stands in `glyphs.yml`; `tests/diary/glyphs.py` asks Typst for it. PDF/A forbids a
character without a glyph, so one emoji would keep a whole record from being printed.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.texts import load_texts

FOLDER = Path(__file__).resolve().parent
MARK = "▯"
ZERO_WIDTH_SPACE = "\u200b"
JOINER = "\u200d"
LONGEST_WORD = 40
"""Longer words than the longest that a line holds may break anywhere."""
LONGEST_CLUSTER = 8
"""A letter with more accents than any language needs; a thousand of them would take all memory to set."""

Glyphs = Mapping[str, frozenset[str]]
"""The characters of each font, by its name, in the order in which the fonts are tried."""


def load_glyphs(folder: Path = FOLDER) -> Glyphs:
    """What each font can print.

    Raises:
        ConfigurationError: the list is missing or broken.
    """
    return {
        font: frozenset(chr(code) for span in ranges.split() for code in _codes(span))
        for font, ranges in load_texts("glyphs", folder).items()
    }


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Makes texts printable, and counts what it had to replace.

    Attributes:
        glyphs: what the fonts can print.
        dropped: how often each character, as it is seen, was replaced by the mark.
    """

    glyphs: Glyphs
    dropped: Counter[str] = field(default_factory=Counter)

    def value(self, value: Any) -> Any:
        """The same plain value with all its texts printable."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(each) for key, each in value.items()}
        if isinstance(value, Sequence):
            return [self.value(each) for each in value]
        return value

    def text(self, text: str) -> str:
        """A text of one line without what is invisible, and with marks for what has no glyph."""
        visible = "".join(map(_seen, unicodedata.normalize("NFC", text)))
        return " ".join(
            _breakable("".join(map(self._cluster, clusters(word)))) for word in visible.split()
        )

    def _cluster(self, cluster: str) -> str:
        plain = cluster.replace(JOINER, "")
        is_short = len(plain) <= LONGEST_CLUSTER
        if is_short and any(font.issuperset(plain) for font in self.glyphs.values()):
            return plain
        self.dropped[cluster[:LONGEST_CLUSTER]] += 1
        return MARK


def clusters(text: str) -> Iterator[str]:
    """A text in pieces that are seen as one: a letter with its accents, an emoji with what is joined to it."""
    piece = ""
    for char in text:
        if piece and not (_extends(char) or piece.endswith(JOINER)):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _seen(char: str) -> str:
    """A blank for a control character, nothing for what only steers the setting of a line."""
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    is_steering = (category == "Cf" and char != JOINER) or "\ufe00" <= char <= "\ufe0f"
    return "" if is_steering else char


def _extends(char: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return char == JOINER or is_skin_tone or unicodedata.category(char).startswith("M")


def _breakable(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else ZERO_WIDTH_SPACE.join(clusters(word))


def _codes(span: str) -> range:
    first, _, last = span.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)
