"""The public holidays of a training's time."""

from datetime import date

from bot import calendar_of_germany
from bot.diary.ausbildung import Zeitraum


def public_holidays(state: str | None, zeitraum: Zeitraum, until: date) -> frozenset[date]:
    """The public holidays from the beginning of a time to its end, or to a day.

    Args:
        state: the state's key as settings hold it (`he`); None gives those of all Germany.
        zeitraum: the time.
        until: the last day of interest.
    """
    years = range(zeitraum.von.year, min(until, zeitraum.bis).year + 1)
    return frozenset(
        day for year in years for day in calendar_of_germany.public_holidays(state, year)
    )
