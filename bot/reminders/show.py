"""Plans in German words. Pure; the words come from `bot/texts/rhythms.yml`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.reminders.plan import EVERY_DAY, LAST, MONDAY_TO_FRIDAY, Plan, Rhythm, Rule, Unit

WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class PlanTexts:
    """How plans are said."""

    words: Mapping[str, Any]

    def plan(self, plan: Plan) -> str:
        """`montags um 15:00 Uhr und freitags um 14:00 Uhr, nicht in den Ferien`."""
        said = str(self.words["and"]).join(self.rule(rule) for rule in plan.rules)
        exceptions = [str(self.words["without"][each]) for each in sorted(plan.without)]
        return ", ".join([said, *exceptions])

    def rule(self, rule: Rule) -> str:
        """`freitags um 15:00 Uhr`."""
        return str(self.words["at"]).format(
            days=self.rhythm(rule.rhythm), time=self.clock(rule.minute)
        )

    def rhythm(self, rhythm: Rhythm) -> str:
        """`jede zweite Woche montags`."""
        match rhythm.unit:
            case Unit.DAYS:
                if rhythm.every == 1:
                    return str(self.words["every_day"])
                return str(self.words["every_days"]).format(count=rhythm.every)
            case Unit.WEEKS:
                return self._weeks(rhythm)
            case Unit.MONTHS:
                return self._months(rhythm)

    def _weeks(self, rhythm: Rhythm) -> str:
        days = self.weekdays(rhythm.weekdays)
        if rhythm.parity is not None:
            return str(self.words["parity"][rhythm.parity]).format(days=days)
        if rhythm.every == 1:
            return days
        name = "second_week" if rhythm.every == 2 else "every_weeks"
        return str(self.words[name]).format(days=days, count=rhythm.every)

    def _months(self, rhythm: Rhythm) -> str:
        if rhythm.nth:
            day = self._joined(self.words["days"][each] for each in sorted(rhythm.weekdays))
            return str(self.words["nth"][rhythm.nth]).format(day=day)
        if rhythm.month_days == {LAST}:
            return str(self.words["month_end"])
        days = self._joined(f"{each}." for each in sorted(rhythm.month_days) if each != LAST)
        return str(self.words["month_day"]).format(days=days)

    def weekdays(self, weekdays: frozenset[int]) -> str:
        """`montags und freitags`; Monday is 0."""
        named = {
            EVERY_DAY: "every_day",
            MONDAY_TO_FRIDAY: "monday_to_friday",
            WEEKEND: "weekend",
        }.get(weekdays)
        if named:
            return str(self.words[named])
        return self._joined(self.words["on_days"][day] for day in sorted(weekdays))

    def _joined(self, parts: Iterable[str]) -> str:
        *before, last = parts
        return f"{', '.join(before)}{self.words['and']}{last}" if before else last

    def clock(self, minute: int) -> str:
        """`15:30`."""
        return f"{minute // 60}:{minute % 60:02}"

    def clock_at(self, moment: datetime, zone: str) -> str:
        """What the wall clock of a zone shows at a moment."""
        there = moment.astimezone(ZoneInfo(zone))
        return self.clock(there.hour * 60 + there.minute)

    def paused(self, until: date, today: date) -> str:
        """`Pause bis Mo, 4.1.2027`."""
        return str(self.words["paused"]).format(day=self.day(until, today))

    def day(self, day: date, today: date) -> str:
        """`Fr, 27.11.`, with the year where it is another one."""
        year = "" if day.year == today.year else str(day.year)
        return f"{self.words['short_days'][day.weekday()]}, {day.day}.{day.month}.{year}"

    def moments(self, moments: Sequence[datetime], zone: str, today: date) -> str:
        """Moments, one a line: `• Fr, 27.11. um 15:00 Uhr`."""
        return "\n".join(f"• {self.moment(each, zone, today)}" for each in moments)

    def soon(self, moment: datetime, zone: str, today: date) -> str:
        """`heute um 15:00 Uhr`; of another day than today and tomorrow as `moment` says it."""
        there = moment.astimezone(ZoneInfo(zone))
        name = {0: "today", 1: "tomorrow"}.get((there.date() - today).days)
        if name is None:
            return self.moment(moment, zone, today)
        clock = self.clock(there.hour * 60 + there.minute)
        return str(self.words["moment"]).format(day=self.words[name], time=clock)

    def moment(self, moment: datetime, zone: str, today: date) -> str:
        """`Fr, 27.11. um 15:00 Uhr`, by the wall clock of a zone."""
        there = moment.astimezone(ZoneInfo(zone))
        return str(self.words["moment"]).format(
            day=self.day(there.date(), today), time=self.clock(there.hour * 60 + there.minute)
        )
