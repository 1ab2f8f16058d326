"""The digest of a coach: what waits, what is open, what was closed; and when it comes. Pure.

It shows pseudonyms and figures, and nothing that was said.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.escalation.past import Closing
from bot.escalation.values import Case, Outcome, State
from bot.plans.values import Kind
from bot.reminders.codec import REMINDERS
from bot.reminders.phrases import Wish
from bot.reminders.plan import Rule, Unit

MOST_SHOWN = 8
"""So many open cases are named; the others are counted."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _at_chosen_hour(content: Any) -> bool:
    """A coach names the hour; only quiet hours of their own hold it back."""
    return True


DIGEST = Kind(
    name="digest",
    event="EXTERNAL_digest_due",
    next_due=REMINDERS.next_due,
    breaks_default_quiet=_at_chosen_hour,
)
"""Its content is a plan of the reminders with one rule."""


def one_digest(first: Any, second: Any) -> Any:
    """The digest of a person of whom two records become one: the first record's."""
    return first


def is_weekly(wish: Wish) -> bool:
    """Whether a wish names one time on one day of each week, without exceptions."""
    if len(wish.rules) != 1 or wish.without:
        return False
    rhythm = wish.rules[0].rhythm
    is_every_week = rhythm.unit is Unit.WEEKS and rhythm.every == 1 and rhythm.parity is None
    return is_every_week and len(rhythm.weekdays) == 1


def weekly_rule(wish: Wish) -> Rule | None:
    """The day and hour of a wish; None when it leaves one of them open, or is not weekly."""
    is_whole = wish.says_days and wish.says_time and is_weekly(wish)
    return wish.rules[0] if is_whole else None


@dataclass(frozen=True, slots=True)
class Open:
    """One open case.

    Attributes:
        number: of the case.
        waits: how long its learner has waited for a word; None when they do not.
        name: of who has it; empty for nobody.
    """

    number: int
    waits: timedelta | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a coach hears, or a lead of the whole team.

    Attributes:
        waiting: what nobody has taken over, the longest first.
        taken: what somebody works on, the longest unanswered first.
        closed: by outcome, how many were closed; in the order of `Outcome`.
    """

    waiting: tuple[Open, ...]
    taken: tuple[Open, ...]
    closed: Mapping[Outcome, int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to tell."""
        return not (self.waiting or self.taken or self.closed)


def digest_of(
    cases: Sequence[Case], closings: Iterable[Closing], now: datetime, staff_id: int | None
) -> Digest:
    """The digest at a moment.

    Args:
        cases: the open ones of the team.
        closings: how cases of the team ended since the last digest.
        now: aware.
        staff_id: whose it is; None for that of the whole team.
    """
    shown = {state: [each for each in cases if each.state is state] for state in State}
    taken = [each for each in shown[State.CLAIMED] if staff_id in (None, each.staff_id)]
    ended = Counter(each.outcome for each in closings if staff_id in (None, each.staff_id))
    return Digest(
        waiting=_longest_first(shown[State.WAITING], now),
        taken=_longest_first(taken, now),
        closed={outcome: ended[outcome] for outcome in Outcome if ended[outcome]},
    )


def _longest_first(cases: Iterable[Case], now: datetime) -> tuple[Open, ...]:
    lines = []
    for each in cases:
        since = _waits_since(each)
        lines.append(Open(each.number, now - since if since else None, each.staff_name))
    return tuple(sorted(lines, key=lambda line: line.waits or timedelta(), reverse=True))


def _waits_since(case: Case) -> datetime | None:
    """Since when a learner waits for a word; what was given back waits since it was called anew."""
    if case.state is State.WAITING:
        return case.called_at if case.claimed_at else case.opened_at
    asked, answered = case.asked_at, case.last_coach_at
    return asked if asked and (answered is None or answered < asked) else None


@dataclass(frozen=True, slots=True)
class DigestTexts:
    """How a digest is said.

    Attributes:
        words: `digest` of `bot/texts/escalation.yml`.
        who: what coaches call the learner of a case.
    """

    words: Mapping[str, Any]
    who: Callable[[int], str]

    def text(self, digest: Digest, since: str, team: str = "") -> str:
        """The digest in words.

        Args:
            digest: what is told.
            since: the day since which closed cases are counted.
            team: its name, for the digest of a whole team; empty for a coach's own.
        """
        if digest.is_empty:
            return str(self.words["nothing"])
        of = "team" if team else "own"
        lines = [
            str(self.words["head"][of]).format(team=team),
            self._waiting(digest.waiting),
            *self._taken(digest.taken, of),
            *self._closed(digest.closed, since),
        ]
        return "\n".join(lines)

    def _waiting(self, waiting: Sequence[Open]) -> str:
        if not waiting:
            return str(self.words["nobody_waits"])
        longest = waiting[0]
        name = "waits_one" if len(waiting) == 1 else "waits_many"
        return str(self.words[name]).format(
            count=len(waiting),
            who=self.who(longest.number),
            since=said_since(self.words, longest.waits),
        )

    def _taken(self, taken: Sequence[Open], of: str) -> Iterator[str]:
        name = "taken" if taken else "nothing_taken"
        yield str(self.words[name][of]).format(count=len(taken))
        for each in taken[:MOST_SHOWN]:
            yield str(self.words["line"][of]).format(
                who=self.who(each.number), name=each.name, waits=self._waits(each)
            )
        if len(taken) > MOST_SHOWN:
            yield str(self.words["more"]).format(count=len(taken) - MOST_SHOWN)

    def _waits(self, each: Open) -> str:
        if each.waits is None:
            return str(self.words["answered"])
        return str(self.words["waits"]).format(since=said_since(self.words, each.waits))

    def _closed(self, closed: Mapping[Outcome, int], since: str) -> Iterator[str]:
        if closed:
            named = self.words["outcomes"]
            how = ", ".join(f"{count} {named[outcome]}" for outcome, count in closed.items())
            yield str(self.words["closed"]).format(since=since, count=sum(closed.values()), how=how)


def said_since(words: Mapping[str, Any], waits: timedelta | None) -> str:
    """`seit 3 Stunden`: in the largest unit of which there are two.

    Args:
        words: `digest` of `bot/texts/escalation.yml`.
        waits: how long; None is as good as nothing.
    """
    units = {"days": DAY, "hours": HOUR, "minutes": MINUTE}
    counts = ((name, (waits or timedelta()) // unit) for name, unit in units.items())
    name, count = next((each for each in counts if each[1] > 1), ("just_now", 0))
    return str(words[name]).format(count=count)
