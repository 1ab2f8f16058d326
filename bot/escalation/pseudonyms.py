"""What coaches call a learner who has not told a name: an animal or a plant, and the number of the case. Pure."""

from collections.abc import Sequence
from math import gcd

_SPREAD = 0.618
"""By this share of the list one number is away from the next: neighbours are far from each other (golden ratio)."""


def pseudonym(number: int, names: Sequence[str]) -> str:
    """`Fuchs 12`: always the same for a number, never the same for two; every name comes before one comes again.

    Args:
        number: of the case, from 0 on.
        names: `names` of `bot/texts/pseudonyms.yml`; with other names a number gets another pseudonym.

    Raises:
        ValueError: there are no names, or the number is below 0.
    """
    if not names or number < 0:
        raise ValueError(f"no pseudonym for {number} out of {len(names)} names")
    return f"{names[number * _step(len(names)) % len(names)]} {number}"


def _step(count: int) -> int:
    """How far the next name is away; shares no divisor with the count, so that all names come."""
    first = round(count * _SPREAD)
    return next(step for step in range(first, first + count + 1) if gcd(step, count) == 1)
