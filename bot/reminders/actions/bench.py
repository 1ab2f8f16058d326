"""What all actions of the reminders need: the plans, the record, the words, the person's time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.action import ActionCall
from bot.clock import HOME
from bot.diary.actions.desk import Desk
from bot.people.quiet import Quiet, default_quiet, from_text
from bot.plans.service import Plans
from bot.plans.values import Planned
from bot.reminders.codec import REMINDER, plan_from_json
from bot.reminders.dates import ImportantDate
from bot.reminders.occasion import Calendar, free_because
from bot.reminders.plan import Plan
from bot.reminders.rules import occurrences
from bot.reminders.show import PlanTexts
from knowledge.loader import Library

SHOWN_NEXT = 3
SHOWN_SOURCES = 3
MOST_LOOKED_AT = 60
"""So many moments are looked at for those that are shown."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the actions of the reminders work.

    Attributes:
        plans: what is kept of plans.
        desk: the diary's.
        texts: how plans are said.
        knowledge: gives the articles as they stand.
        dates: by key, how a date that matters is told.
        reaches: whether a channel reaches people while the app is closed.
    """

    plans: Plans
    desk: Desk
    texts: PlanTexts
    knowledge: Callable[[], Library]
    dates: Mapping[str, str]
    reaches: Callable[[str], bool]

    def can_reach(self, call: ActionCall) -> bool:
        """Whether a reminder reaches the person, here or in another chat of theirs."""
        person = call.situation.person
        is_here = call.situation.capabilities.reminds_when_closed
        return is_here or (person is not None and any(map(self.reaches, person.channels)))

    async def reminders(self, call: ActionCall) -> tuple[Planned, ...]:
        """The person's plans of reminders, oldest first."""
        person = call.situation.person
        return await self.plans.of(person.person_id, REMINDER) if person else ()

    async def spoken(self, call: ActionCall) -> Planned | None:
        """The plan that a button names, else the one that spoke last, else the only one."""
        plans = await self.reminders(call)
        named = call.entity("plan")
        if named is not None:
            return next((each for each in plans if each.plan_id == int(named)), None)
        said = [each for each in plans if each.last_said_at is not None]
        if said:
            return max(said, key=lambda each: each.last_said_at or call.situation.now)
        return plans[0] if len(plans) == 1 else None

    def zone(self, call: ActionCall) -> str:
        """The zone whose wall clock the person lives by."""
        return call.profile("zone") or HOME

    def now_there(self, call: ActionCall) -> datetime:
        """The present moment by the person's wall clock."""
        return call.situation.now.astimezone(ZoneInfo(self.zone(call)))

    def own_quiet(self, call: ActionCall) -> Quiet | None:
        """The quiet hours that the person set, or None."""
        kept = call.profile("quiet_hours")
        return from_text(kept) if kept else None

    def default_quiet(self, call: ActionCall) -> Quiet | None:
        """The quiet hours that hold by default for somebody of this age."""
        return default_quiet(call.profile("age_band"))

    def calendar(self, call: ActionCall) -> Calendar:
        """The free days of the person's state."""
        return Calendar.of(call.profile("state"))

    def told(self, each: ImportantDate) -> str:
        """A date that matters, with the source and the Stand of the article that explains it."""
        said = self.dates[each.key].format(day=f"{each.day:%d.%m.%Y}")
        return f"{said}\n{self.source(each.article)}"

    def source(self, key: str) -> str:
        """`Quelle: … · Stand …` of an article."""
        article = self.knowledge().find(key)
        if article is None:
            return ""
        sources = ", ".join(
            f"[{each.title}]({each.link})" for each in article.sources[:SHOWN_SOURCES]
        )
        line = str(self.texts.words["source"])
        return line.format(sources=sources, stand=article.stand)

    async def next_times(
        self, call: ActionCall, plan: Plan, changes: int | None = None
    ) -> list[datetime]:
        """The next moments (UTC) at which a plan may speak, as far as is known today.

        Args:
            call: the turn.
            plan: the plan.
            changes: the id of the stored plan that it takes the place of: that speaks but once on a day.
        """
        zone, calendar = ZoneInfo(plan.zone), self.calendar(call)
        nachweis = await self.desk.nachweis(call)
        now = call.situation.now
        today = now.astimezone(zone).date()
        tomorrow = datetime.combine(today + timedelta(days=1), time(), zone)
        has_spoken = any(
            each.last_said_at is not None and each.last_said_at.astimezone(zone).date() == today
            for each in await self.reminders(call)
            if each.plan_id == changes
        )
        after = tomorrow - datetime.resolution if has_spoken else now
        moments = islice(occurrences(plan, after), MOST_LOOKED_AT)
        spoken = (
            moment
            for moment in moments
            if free_because(nachweis, plan.without, moment.astimezone(zone).date(), calendar)
            is None
        )
        return list(islice(spoken, SHOWN_NEXT))


def plan_of(planned: Planned) -> Plan:
    """The plan of a stored row."""
    return plan_from_json(planned.content)
