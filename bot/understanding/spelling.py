"""Corrects swapped letters: `geküdnigt` is `gekündigt`. Pure.

Of all slips of the finger (Damerau 1964) swapping two neighbours is the one that pieces of words do not forgive:
it breaks every n-gram around it. Correcting the other slips as well lost more than it gained, because unknown words
are then taken for known ones (ADR 0012).
"""

from collections.abc import Callable, Iterator

SHORTEST, LONGEST = 5, 24
"""Shorter words have too many neighbours, longer ones are not typed (characters)."""


class Spelling:
    """Knows words.

    Args:
        rarity: how rare a word in its normalised form is, None of an unknown one; the commonest of several
            candidates is taken.
    """

    def __init__(self, rarity: Callable[[str], float | None]) -> None:
        self._rarity = rarity

    def corrected(self, tokens: list[str]) -> list[str]:
        """The words of a text; an unknown one becomes the known one that swapping two neighbours makes of it."""
        return [self._meant(token) if self._rarity(token) is None else token for token in tokens]

    def _meant(self, token: str) -> str:
        if not SHORTEST <= len(token) <= LONGEST:
            return token
        rarities = ((self._rarity(word), word) for word in _swaps(token))
        known = [(rarity, word) for rarity, word in rarities if rarity is not None]
        return min(known)[1] if known else token


def _swaps(token: str) -> Iterator[str]:
    for place in range(len(token) - 1):
        yield token[:place] + token[place + 1] + token[place] + token[place + 2 :]
