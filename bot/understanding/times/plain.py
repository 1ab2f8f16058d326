"""A text in the form that the grammar reads, and the way back to the person's words. Pure."""

import re
from dataclasses import dataclass

from bot.understanding.times.words import canonical

_TOKEN = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)
_DASHES = "-–—−‒‐‑"
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def folded(word: str) -> str:
    """Lower case without umlauts."""
    return word.lower().translate(_FOLD)


def _form(token: str) -> str:
    if token.isspace():
        return "\n" if "\n" in token else " "
    if token in _DASHES:
        return "-"
    if token.isdecimal():
        return "".join(str(int(digit)) for digit in token)
    return canonical(folded(token)) if token.isalpha() else token


@dataclass(frozen=True, slots=True)
class Plain:
    """A text for the grammar.

    Attributes:
        text: lower case, without umlauts, numbers as figures, one space between words.
        begins: by character of `text`, where its token begins in the original.
        ends: the same, where it ends.
    """

    text: str
    begins: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> "Plain":
        """The plain form of any text."""
        parts: list[str] = []
        begins: list[int] = []
        ends: list[int] = []
        for token in _TOKEN.finditer(original):
            form = _form(token[0])
            parts.append(form)
            begins += [token.start()] * len(form)
            ends += [token.end()] * len(form)
        return cls("".join(parts), tuple(begins), tuple(ends))

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """Where a stretch of `text` stands in the original."""
        return self.begins[begin], self.ends[end - 1]
