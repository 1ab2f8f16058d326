"""When nothing is said unasked: the quiet hours of a person, by the wall clock where they are. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.clock import require_aware
from bot.people.profile import FROM_18
from bot.understanding.times import Clock, Stretch
from bot.understanding.times.clocks import clocks_found
from bot.understanding.times.plain import Plain

HOUR, DAY = 60, 24 * 60
"""Minutes."""
NONE = "none"
"""How no quiet hours are kept."""

_KEPT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_NEVER = re.compile(
    r"\b(?:keine?|ohne|nie) (?:\w+ )?(?:nacht)?ruhe(?:zeit(?:en)?)?\b"
    r"|\b(?:nacht)?ruhe(?:zeit(?:en)?)? (?:\w+ )?(?:aus|weg|loeschen|ausschalten|abschalten|entfernen)\b"
    r"|\brund um die uhr\b"
)
_EVENING = re.compile(r"\b(?:abends?|nachts?)\b")
_BETWEEN = re.compile(r"\b(zwischen [^.!?]{1,40}?) und ")
_BESIDE = re.compile(
    r" (?:abends?|nachts?|morgens?|frueh|in der frueh)\b|\b(?:abends?|nachts?|morgens?) "
)
_TO = re.compile(r" bis | ?- ?")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours of every day.

    Attributes:
        begin: minutes after midnight, 0 to 1439; this minute is quiet.
        end: the same; this minute is not quiet any more. Before `begin`: of the next day. Equal: never quiet.

    Raises:
        ValueError: one of them is no minute of a day.
    """

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.begin < DAY and 0 <= self.end < DAY):
            raise ValueError(f"no minutes of a day: {self.begin}, {self.end}")

    def contains(self, minute: int) -> bool:
        """Whether a minute after midnight is quiet."""
        if self.begin <= self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end

    def ends_after(self, moment: datetime) -> datetime:
        """The next moment (UTC) after another at which the clock on the wall shows the end.

        A clock that is put forward over the end shows it late (2:30 becomes 3:30).

        Args:
            moment: aware, in the person's zone.

        Raises:
            ValueError: the moment is naive.
        """
        after = require_aware(moment)
        shown = time(self.end // HOUR, self.end % HOUR, fold=moment.fold)
        days = (moment.date(), moment.date() + timedelta(days=1))
        ends = (datetime.combine(day, shown, moment.tzinfo).astimezone(UTC) for day in days)
        return next(end for end in ends if end > after)


NO_QUIET = Quiet(0, 0)
"""The person wants to be written to at any hour."""
NIGHT = Quiet(20 * HOUR, 7 * HOUR)
"""What holds by default for minors and whoever did not tell an age."""


def default_quiet(age_band: str | None) -> Quiet | None:
    """The quiet hours of who chose none; None for adults, who have none by default.

    Args:
        age_band: as in `bot.people.profile`, None when it was not told.
    """
    return None if age_band == FROM_18 else NIGHT


def read_quiet(text: str) -> Quiet | None:
    """The quiet hours that a text names; `NO_QUIET` when none are wanted, None when it names no two times.

    `9 bis 7` is a night: a begin before noon that the end does not follow, or beside which stands `abends` or
    `nachts`, is one in the evening.
    """
    plain = Plain.of(text).text
    if _NEVER.search(plain):
        return NO_QUIET
    said = next(_stretches(_BESIDE.sub("", _BETWEEN.sub(r"\1 bis ", plain))), None)
    if said is None or said[0] == said[1]:
        return None
    begin, end = said
    is_night = end <= begin or _EVENING.search(plain)
    if is_night and DAY // 4 <= begin <= DAY // 2:
        begin += DAY // 2
    return Quiet(begin % DAY, end % DAY)


def as_text(quiet: Quiet) -> str:
    """How quiet hours are kept: `22:00-07:00`, `none`."""
    if quiet.begin == quiet.end:
        return NONE
    begin, end = (f"{each // HOUR:02}:{each % HOUR:02}" for each in (quiet.begin, quiet.end))
    return f"{begin}-{end}"


def from_text(text: str) -> Quiet:
    """The quiet hours that `as_text` wrote.

    Raises:
        ValueError: it wrote nothing like this.
    """
    if text == NONE:
        return NO_QUIET
    kept = _KEPT.fullmatch(text)
    if kept is None:
        raise ValueError(f"no quiet hours: {text!r}")
    hours = [int(each) for each in kept.groups()]
    return Quiet(hours[0] * HOUR + hours[1], hours[2] * HOUR + hours[3])


def _stretches(plain: str) -> Iterator[tuple[int, int]]:
    """Begin and end as they were said, in minutes after midnight."""
    for first, last, meaning in clocks_found(plain, [True] * len(plain)):
        if isinstance(meaning, Stretch):
            said = [_minute(each) for each in _TO.split(plain[first:last], maxsplit=1)]
            begin, end = said[0], said[-1]
            if begin is not None and end is not None:
                yield begin, end


def _minute(words: str) -> int | None:
    """What one end of a stretch means alone; the grammar takes `7` after `10` for the evening."""
    clock = f"um {words}"
    found = clocks_found(clock, [True] * len(clock))
    return next((each.minute for _, _, each in found if isinstance(each, Clock)), None)
