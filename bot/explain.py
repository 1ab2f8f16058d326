"""Why reminders rang or did not: for the operator who is asked about it. Shows times and reasons, and nothing that was written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from bot.bootstrap import KINDS, open_keys
from bot.calendar_of_germany import knows_school_holidays
from bot.clock import Clock
from bot.delivery.retention import forget_chats
from bot.delivery.rows import tell
from bot.diary.service import StoredDiaries
from bot.errors import ConfigurationError
from bot.people.service import People
from bot.plans.service import StoredPlans
from bot.plans.values import Planned
from bot.reminders.codec import REMINDER, plan_from_json
from bot.reminders.occasion import Calendar, Silence, occasion
from bot.reminders.show import PlanTexts
from bot.settings import Settings, clock_of
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.texts import load_texts
from bot.turn import Person


class Explainer:
    """Says of each plan of a person when it is due, what became of its ringings, and what it would do now.

    Args:
        database: open.
        clock: the present moment.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._plans = StoredPlans(database, KINDS)
        self._texts = PlanTexts(load_texts("rhythms"))

    async def lines(self, who: str) -> list[str]:
        """The explanation, line by line.

        Args:
            who: a person's id, or a chat as `channel:address`.

        Raises:
            ConfigurationError: there is no such person.
        """
        person = await self._person(who)
        plans = await self._plans.of(person.person_id)
        if not plans:
            return ["no plans"]
        ringings = await self._plans.ringings(person.person_id)
        lines: list[str] = []
        for each in plans:
            lines += [self._head(each), f"  now: {await self._now(each, person)}"]
            lines += [
                f"  {ringing.day} #{ringing.number}: {ringing.state} {ringing.reason}".rstrip()
                for ringing in ringings
                if ringing.plan_id == each.plan_id
            ]
        return [*lines, *self._warnings(person)]

    def _head(self, planned: Planned) -> str:
        due = planned.next_due_at
        there = f"{due.astimezone(ZoneInfo(planned.zone)):%Y-%m-%d %H:%M}" if due else "never"
        said = planned.kind
        if planned.kind == REMINDER:
            plan = plan_from_json(planned.content)
            said = self._texts.plan(plan)
            if plan.paused_until:
                said += f", paused until {plan.paused_until}"
        return f"plan {planned.plan_id}: {said}; next {there} {planned.zone}"

    async def _now(self, planned: Planned, person: Person) -> str:
        """What a reminder would do, if it rang now."""
        if planned.kind != REMINDER:
            return "–"
        plan, state = plan_from_json(planned.content), person.profile.get("state")
        nachweis = await StoredDiaries(self._database).load(person.person_id)
        now = self._clock().astimezone(ZoneInfo(planned.zone))
        about = occasion(nachweis, plan.without, now, Calendar.of(state))
        if isinstance(about, Silence):
            return f"would be silent: {about.reason}"
        return f"would name {len(about.days)} missing, the newest {about.days[-1]}"

    def _warnings(self, person: Person) -> list[str]:
        state, year = person.profile.get("state"), self._clock().year
        if state and not knows_school_holidays(state, year):
            return [f"the school holidays of {state} in {year} are not known to their end"]
        return []

    async def _person(self, who: str) -> Person:
        found = await People(self._database, forget_chats, tell).find(who)
        if found is None:
            raise ConfigurationError(f"nobody is known as {who}")
        return found


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Explainer]:
    """The explainer over the database of the settings."""
    ring, _ = open_keys(settings)
    migrate(settings.database)
    async with Database(settings.database, ring) as database:
        yield Explainer(database, clock_of(settings))
