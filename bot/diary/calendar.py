"""Public holidays of the German states, from the `holidays` package."""

from datetime import date
from functools import cache

import holidays

from bot.diary.ausbildung import Zeitraum

GERMANY = "DE"


def public_holidays(state: str | None, zeitraum: Zeitraum, until: date) -> frozenset[date]:
    """The public holidays from the beginning of a time to its end, or to a day.

    Args:
        state: the state's key as settings hold it (`he`); None gives those of all Germany.
        zeitraum: the time.
        until: the last day of interest.
    """
    years = range(zeitraum.von.year, min(until, zeitraum.bis).year + 1)
    return frozenset(day for year in years for day in _of_year(state, year))


@cache
def _of_year(state: str | None, year: int) -> frozenset[date]:
    subdivision = state.upper() if state else None
    return frozenset(
        holidays.country_holidays(GERMANY, subdiv=subdivision, years=year, language="de")
    )
