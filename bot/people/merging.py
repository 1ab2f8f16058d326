"""What becomes of two records of one person. Pure.

The record whose chat showed the code is the first. Nobody under 16 gets around their parents by having another record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.people.profile import FROM_16, FROM_18, UNDER_16
from bot.turn import Person

_YOUNGEST_FIRST = (UNDER_16, FROM_16, FROM_18)
AGE = "age_band"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent that holds.

    Attributes:
        number: our id.
        scope: what for.
        given_at: UTC.
        is_by_parent: whether a parent gave it.
    """

    number: int
    scope: str
    given_at: datetime
    is_by_parent: bool


def younger(*bands: str | None) -> str | None:
    """The youngest of the age bands that were told; None when none was."""
    return next((each for each in _YOUNGEST_FIRST if each in bands), None)


def needs_parent(first: Person, second: Person | None, said: str | None = None) -> bool:
    """Whether a parent has to agree before two chats become one person's.

    So it is while one of the records waits for a parent, and when one of them, or what was said in the second chat,
    is of somebody under 16 and no parent agreed to either.

    Args:
        first: who showed the code.
        second: who is known in the other chat; None when nobody is.
        said: the age band that was said there and not kept.
    """
    people = [each for each in (first, second) if each is not None]
    if any(each.waits_until is not None for each in people):
        return True
    is_under_16 = younger(said, *(each.profile.get(AGE) for each in people)) == UNDER_16
    has_parent = any(each.profile.get(AGE) == UNDER_16 and each.consents for each in people)
    return is_under_16 and not has_parent


def merged_profile(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """What is known of the person: the first's where both know it, but the younger age."""
    age = younger(first.get(AGE), second.get(AGE))
    return {**second, **first, **({AGE: age} if age else {})}


def lasting(consents: Iterable[Given], *, is_under_16: bool) -> frozenset[int]:
    """The numbers of the consents that hold for the one record: by scope the latest; under 16 a parent's only."""
    latest: dict[str, Given] = {}
    for each in sorted(consents, key=lambda given: (given.given_at, given.number)):
        if each.is_by_parent or not is_under_16:
            latest[each.scope] = each
    return frozenset(each.number for each in latest.values())
