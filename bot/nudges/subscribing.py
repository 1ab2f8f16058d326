"""Subscribing to nudges: where the child is, then one yes; all else has a default and can be changed."""

from dataclasses import replace

from bot.action import Action, ActionCall, ActionResult, Say
from bot.clock import HOME
from bot.events import Event, FollowupAction, SlotSet
from bot.nudges.booth import Booth, changed
from bot.nudges.content import NUDGE, NudgeContent
from bot.nudges.subscription import DEFAULT_TOPICS, Subscription
from bot.nudges.words import stage_named
from bot.people.actions import AFTER_CONSENT, DENIED, GRANTED, ask_to_keep, has_consent
from bot.plans.values import AddPlan
from bot.slots import filled, is_asked, told
from bot.turn import Change

STAGE = "nudge_stage"
SAVE = "action_save_subscription"


class OfferNudges:
    """Offer nudges to a parent who has none."""

    name = "action_offer_nudges"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        kept = await self._booth.kept(call)
        return ActionResult(says=[] if kept else [Say("utter_offer_nudges")])


class BeginSubscription:
    """Begin to subscribe; a subscription that was ended comes back as it was."""

    name = "action_begin_subscription"

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        kept = await self._booth.kept(call)
        stage = stage_named(told(call))
        moves = call.entity("is_moving")
        if kept is not None and stage is None and not moves:
            planned, content = kept
            back = replace(content, is_ended=False)
            shown = self._booth.shown(content.subscription, call)
            name = "utter_subscribed_again" if content.is_ended else "utter_subscription"
            return ActionResult(
                says=[Say(name, shown, self._booth.choices(content.subscription, call))],
                changes=[changed(planned, back)] if content.is_ended else [],
            )
        return ActionResult(events=[SlotSet(STAGE, stage), FollowupAction("nudge_form")])


class TakeStage:
    """Take where the child is."""

    name = "action_take_nudge_stage"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not is_asked(call, STAGE):
            return ActionResult()
        stage = call.entity("stage") or stage_named(told(call))
        return filled(call, STAGE, stage, "utter_stage_not_understood")


class SaveSubscription:
    """Keep it, or first ask whether anything may be kept."""

    name = SAVE

    def __init__(self, booth: Booth) -> None:
        self._booth = booth

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        emptied: list[Event] = [SlotSet(name, None) for name in (STAGE, AFTER_CONSENT)]
        stage = call.tracker.slot(STAGE)
        if not stage or call.tracker.slot(AFTER_CONSENT) == DENIED:
            return ActionResult(events=emptied, says=[Say("utter_not_subscribed")])
        if not (has_consent(call) or call.tracker.slot(AFTER_CONSENT) == GRANTED):
            return ask_to_keep(call, SAVE, "nudges")
        today = self._booth.bench.now_there(call).date()
        kept = await self._booth.kept(call)
        if kept is not None:
            planned, content = kept
            moved = replace(content.subscription, stage=str(stage), stage_since=today)
            again = replace(content, subscription=moved, is_ended=False, is_over=False)
            change: Change = changed(planned, again)
            subscription = moved
        else:
            subscription = Subscription(
                topics=DEFAULT_TOPICS[str(stage)],
                stage=str(stage),
                stage_since=today,
                state=call.profile("state"),
                seed=call.situation.message.external_id,
            )
            change = AddPlan(NUDGE, HOME, NudgeContent(subscription).as_json(), is_only=True)
        says = [
            Say(
                "utter_subscribed",
                self._booth.shown(subscription, call),
                self._booth.choices(subscription, call),
            )
        ]
        if not call.situation.capabilities.reminds_when_closed:
            says.append(Say("utter_nudges_cannot_reach"))
        return ActionResult(events=emptied, says=says, changes=[change])


def actions(booth: Booth) -> list[Action]:
    """The actions of subscribing."""
    return [OfferNudges(booth), BeginSubscription(booth), TakeStage(), SaveSubscription(booth)]
