"""What the answers change in storage."""

from dataclasses import dataclass
from datetime import date

from bot.turn import Change


@dataclass(frozen=True, slots=True)
class CountRating(Change):
    """One more rating of an article on a day, without a person."""

    article: str
    is_helpful: bool
    day: date
