"""Dates that matter in the training: shown, and told in time to who wants that."""

from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.answers.present import article_offers
from bot.events import SlotSet
from bot.people.actions import (
    AFTER_CONSENT,
    DENIED,
    GRANTED,
    ask_to_keep,
    has_consent,
    waits_for_parent,
)
from bot.plans.values import AddPlan, ChangePlan, DropPlans, EndRinging, RingingState
from bot.reminders.actions.bench import Bench
from bot.reminders.calendar_of_training import DATES, DatesContent, content_of, dates_of
from bot.reminders.dates import ImportantDate
from bot.turn import Offer

START = "action_start_dates"
SHOWN = 4


class ShowDates:
    """The next dates that matter, as far as the master data tell."""

    name = "action_show_dates"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        nachweis = await self._bench.desk.nachweis(call)
        label = self._bench.desk.texts.label
        if nachweis.ausbildung.zeitraum is None:
            tell = (offer(label("tell_ausbildung"), "edit_ausbildung"),)
            return ActionResult(says=[Say("utter_dates_need_training", {}, tell)])
        today = self._bench.now_there(call).date()
        ahead = [each for each in dates_of(nachweis.ausbildung) if each.day >= today][:SHOWN]
        if not ahead:
            return ActionResult(says=[Say("utter_no_dates_ahead")])
        shown = {"dates": "\n\n".join(self._bench.told(each) for each in ahead)}
        offers = [*_articles(self._bench, ahead), await self._wish(call)]
        return ActionResult(says=[Say("utter_dates", shown, tuple(offers))])

    async def _wish(self, call: ActionCall) -> Offer:
        label, person = self._bench.desk.texts.label, call.situation.person
        kept = await self._bench.plans.of(person.person_id, DATES.name) if person else ()
        if kept:
            return offer(label("dates_off"), "stop_dates")
        return offer(label("dates_on"), "start_dates")


class StartDates:
    """Tell the dates in time from now on."""

    name = START

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        done = [SlotSet(AFTER_CONSENT, None)]
        if call.tracker.slot(AFTER_CONSENT) == DENIED:
            return ActionResult(events=done, says=[Say("utter_reminder_dropped")])
        if waits_for_parent(call):
            return ActionResult(events=done, says=[Say("utter_reminder_needs_parent")])
        if not (has_consent(call) or call.tracker.slot(AFTER_CONSENT) == GRANTED):
            return ask_to_keep(call, START, "reminder")
        ausbildung = (await self._bench.desk.nachweis(call)).ausbildung
        today = self._bench.now_there(call).date()
        content = content_of(DatesContent.starting(dates_of(ausbildung), today))
        kept = AddPlan(DATES.name, self._bench.zone(call), content, is_only=True)
        return ActionResult(events=done, says=[Say("utter_dates_on")], changes=[kept])


class StopDates:
    """Tell the dates no more."""

    name = "action_stop_dates"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        kept = await self._bench.plans.of(person.person_id, DATES.name) if person else ()
        gone = DropPlans(tuple(each.plan_id for each in kept))
        return ActionResult(says=[Say("utter_dates_off")], changes=[gone] if kept else [])


class DateDue:
    """A date that matters comes near, or several."""

    name = "action_date_due"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person, ringing = call.situation.person, int(call.entity("ringing"))
        kept = await self._bench.plans.of(person.person_id, DATES.name) if person else ()
        if not kept:
            return ActionResult()
        plan, today = kept[0], date.fromisoformat(str(call.entity("day")))
        content = DatesContent.of(plan.content)
        due = content.due(today)
        if not due:
            return ActionResult(changes=[EndRinging(ringing, RingingState.SILENT, "nothing left")])
        shown = {"dates": "\n\n".join(self._bench.told(each) for each in due)}
        told = content_of(content.with_told(due))
        return ActionResult(
            says=[Say("utter_date_due", shown, tuple(_articles(self._bench, due)))],
            changes=[
                ChangePlan(plan.plan_id, plan.zone, told),
                EndRinging(ringing, RingingState.SAID),
            ],
        )


def actions(bench: Bench) -> list[Action]:
    """The actions on dates that matter."""
    return [ShowDates(bench), StartDates(bench), StopDates(bench), DateDue(bench)]


def _articles(bench: Bench, dates: list[ImportantDate]) -> list[Offer]:
    """The articles that explain dates, each once."""
    return article_offers(list(dict.fromkeys(each.article for each in dates)), bench.knowledge())
