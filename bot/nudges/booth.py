"""What all actions of the nudges need: the subscription, the nudges themselves, the words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.action import ActionCall, offer
from bot.clock import HOME
from bot.nudges.content import NUDGE, NudgeContent
from bot.nudges.rules import weekdays_of
from bot.nudges.subscription import Days, Subscription, stage_at
from bot.plans.service import Plans
from bot.plans.values import ChangePlan, Planned
from bot.reminders.actions.bench import Bench
from bot.turn import Offer
from knowledge.nudge import Nudge


@dataclass(frozen=True, slots=True)
class Booth:
    """Where the actions of the nudges work.

    Attributes:
        plans: what is kept of plans.
        bench: that of the reminders: days, pauses, how plans are said.
        nudges: gives the nudges as they stand.
        words: `bot/texts/nudges.yml`.
    """

    plans: Plans
    bench: Bench
    nudges: Callable[[], Mapping[str, Nudge]]
    words: Mapping[str, Any]

    async def kept(self, call: ActionCall) -> tuple[Planned, NudgeContent] | None:
        """The person's subscription, ended or not; None when there is none."""
        person = call.situation.person
        plans = await self.plans.of(person.person_id, NUDGE) if person else ()
        return (plans[0], NudgeContent.of(plans[0].content)) if plans else None

    async def running(self, call: ActionCall) -> tuple[Planned, NudgeContent] | None:
        """The person's subscription, unless it was ended."""
        kept = await self.kept(call)
        return kept if kept and not kept[1].is_ended else None

    def label(self, name: str) -> str:
        """What a button says."""
        return str(self.words["labels"][name])

    def shown(self, subscription: Subscription, call: ActionCall) -> dict[str, str]:
        """A subscription in words, for the placeholders of responses."""
        today = self.bench.now_there(call).date()
        stage = stage_at(subscription, today)
        minute = subscription.time_of_day.hour * 60 + subscription.time_of_day.minute
        return {
            "stage": str(self.words["stages"][stage]) if stage else "–",
            "topics": ", ".join(
                str(name)
                for topic, name in self.words["topics"].items()
                if topic in subscription.topics
            ),
            "per_week": str(self.words["per_week"][subscription.per_week]),
            "days": self.bench.texts.weekdays(frozenset(weekdays_of(subscription))),
            "pause": self._pause(subscription, today),
            "time": self.bench.texts.clock(minute),
        }

    def _pause(self, subscription: Subscription, today: date) -> str:
        """A sentence about the pause; empty when there is none."""
        until = subscription.paused_until
        if until is None or until <= today:
            return ""
        pause = self.bench.texts.paused(until, today)
        return str(self.words["paused"]).format(pause=pause)

    def _pausing(self, subscription: Subscription, today: date) -> Offer:
        """To begin a pause, or to end the one there is."""
        if self._pause(subscription, today):
            return offer(self.label("resume"), "pause_nudges", is_over=True)
        return offer(self.label("pause"), "pause_nudges")

    def choices(self, subscription: Subscription, call: ActionCall) -> tuple[Offer, ...]:
        """What can be changed."""
        today = self.bench.now_there(call).date()
        other = Days.WEEKDAYS if subscription.days is Days.WEEKEND else Days.WEEKEND
        offers = [
            offer(self.label("topics"), "choose_nudge_topics"),
            offer(self.label("more_often"), "nudges_more"),
            offer(self.label("less_often"), "nudges_less"),
            offer(self.label(other), "change_nudge_days", days=other),
            self._pausing(subscription, today),
            offer(self.label("stop"), "stop_nudges"),
        ]
        if stage_at(subscription, today) is None:
            offers.insert(0, offer(self.label("stage"), "subscribe_nudges", is_moving=True))
        if call.profile("state") is None:
            offers.append(offer(self.label("state"), "choose_setting", setting="state"))
        return tuple(offers)


def changed(planned: Planned, content: NudgeContent) -> ChangePlan:
    """The change that keeps a subscription anew."""
    return ChangePlan(planned.plan_id, HOME, content.as_json())
