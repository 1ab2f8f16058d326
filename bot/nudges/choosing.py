"""What can be changed of a subscription: how often, on which days, which topics; a pause."""

from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.events import FollowupAction, SlotSet
from bot.nudges.booth import Booth, changed
from bot.nudges.content import NudgeContent
from bot.nudges.subscription import MOST_A_WEEK, MOST_AT_WEEKEND, Days, Subscription
from bot.nudges.words import days_named, topics_named
from bot.plans.values import Planned
from bot.reminders.actions.upkeep import lacks_state, pause_end, take_pause
from bot.slots import filled, is_asked, told

TOPICS, UNTIL = "nudge_topics", "nudge_pause"


class ShowSubscription:
    """What was chosen, with ways to change it."""

    name = "action_show_subscription"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        if running is None:
            return ActionResult(says=[Say("utter_no_subscription")])
        subscription = running[1].subscription
        shown = self._booth.shown(subscription, call)
        offers = self._booth.choices(subscription, call)
        return ActionResult(says=[Say("utter_subscription", shown, offers)])


class ChangeFrequency:
    """More often, or less.

    Args:
        booth: where the actions work.
        name: of the action.
        by: how many a week more.
        limit: what is said when it goes no further.
    """

    def __init__(self, booth: Booth, name: str, by: int, limit: str) -> None:
        self.name = name
        self._booth = booth
        self._by = by
        self._limit = limit

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        if running is None:
            return ActionResult(says=[Say("utter_no_subscription")])
        planned, content = running
        subscription = content.subscription
        most = _most(subscription.days)
        per_week = subscription.per_week + self._by
        if not 1 <= per_week <= most:
            offers = (
                offer(self._booth.label("pause"), "pause_nudges"),
                offer(self._booth.label("stop"), "stop_nudges"),
            )
            shown = self._booth.shown(subscription, call)
            return ActionResult(says=[Say(self._limit, shown, offers if self._by < 0 else ())])
        following = replace(subscription, per_week=per_week)
        return _kept(self._booth, call, planned, replace(content, subscription=following))


class ChangeDays:
    """At the weekend, or on weekdays."""

    name = "action_change_nudge_days"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        if running is None:
            return ActionResult(says=[Say("utter_no_subscription")])
        planned, content = running
        days = Days(str(call.entity("days") or days_named(told(call))))
        per_week = min(content.subscription.per_week, _most(days))
        following = replace(content.subscription, days=days, per_week=per_week)
        return _kept(self._booth, call, planned, replace(content, subscription=following))


class AskTopics:
    """Ask which topics, and show which there are."""

    name = "action_ask_nudge_topics"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        names = {"topics": ", ".join(map(str, self._booth.words["topics"].values()))}
        return ActionResult(says=[Say("utter_ask_topics_of_nudges", names)])


class TakeTopics:
    """Take which topics."""

    name = "action_take_nudge_topics"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, TOPICS):
            return ActionResult()
        topics = topics_named(told(call, "topic"), self._booth.words["topics"])
        return filled(call, TOPICS, sorted(topics) or None, "utter_topics_not_understood")


class SaveTopics:
    """Keep the topics."""

    name = "action_save_nudge_topics"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        chosen, running = call.tracker.slot(TOPICS), await self._booth.running(call)
        emptied = [SlotSet(TOPICS, None)]
        if not chosen or running is None:
            return ActionResult(events=emptied)
        planned, content = running
        following = replace(content.subscription, topics=frozenset(chosen))
        kept = _kept(self._booth, call, planned, replace(content, subscription=following))
        return replace(kept, events=emptied)


class PauseNudges:
    """Begin a pause: until when was said, or is asked; an empty one ends it."""

    name = "action_pause_nudges"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        running = await self._booth.running(call)
        if running is None:
            return ActionResult(says=[Say("utter_no_subscription")])
        planned, content = running
        if call.entity("is_over"):
            resumed = replace(content.subscription, paused_until=None)
            return _kept(self._booth, call, planned, replace(content, subscription=resumed))
        bench, text = self._booth.bench, told(call)
        if lacks_state(bench, call, text):
            return ActionResult(says=[Say("utter_pause_needs_state")])
        until = pause_end(bench, call, text)
        known = SlotSet(UNTIL, until.isoformat() if until else None)
        return ActionResult(events=[known, FollowupAction("nudge_pause_form")])


class TakePause:
    """Take until when."""

    name = "action_take_nudge_pause"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return take_pause(self._booth.bench, call, UNTIL)


class SavePause:
    """Keep the pause."""

    name = "action_save_nudge_pause"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        until, running = call.tracker.slot(UNTIL), await self._booth.running(call)
        emptied = [SlotSet(UNTIL, None)]
        if not until or running is None:
            return ActionResult(events=emptied, says=[Say("utter_pause_dropped")])
        planned, content = running
        day = date.fromisoformat(str(until))
        paused = replace(content.subscription, paused_until=day)
        today = self._booth.bench.now_there(call).date()
        over = (offer(self._booth.label("resume"), "pause_nudges", is_over=True),)
        shown = {"day": self._booth.bench.texts.day(day, today)}
        return ActionResult(
            events=emptied,
            says=[Say("utter_nudges_paused", shown, over)],
            changes=[changed(planned, replace(content, subscription=paused))],
        )


def actions(booth: Booth) -> list[Action]:
    """The actions on what was chosen."""
    return [
        ShowSubscription(booth),
        ChangeFrequency(booth, "action_nudges_more", 1, "utter_nudges_most"),
        ChangeFrequency(booth, "action_nudges_less", -1, "utter_nudges_least"),
        ChangeDays(booth),
        AskTopics(booth),
        TakeTopics(booth),
        SaveTopics(booth),
        PauseNudges(booth),
        TakePause(booth),
        SavePause(booth),
    ]


def _most(days: Days) -> int:
    """How many a week there can be."""
    return MOST_AT_WEEKEND if days is Days.WEEKEND else MOST_A_WEEK


def _kept(booth: Booth, call: ActionCall, planned: Planned, content: NudgeContent) -> ActionResult:
    """The subscription as it is now, kept and shown."""
    subscription: Subscription = content.subscription
    shown = booth.shown(subscription, call)
    return ActionResult(
        says=[Say("utter_subscription", shown, booth.choices(subscription, call))],
        changes=[changed(planned, content)],
    )
