"""What a reminder says when it rings, and what can be answered to it."""

from datetime import UTC, date, timedelta

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.ausbildung import Nachweisform, monday
from bot.diary.changes import WriteDays
from bot.diary.nachweis import DayType, Entry, Nachweis
from bot.diary.rules import is_locked
from bot.events import SlotSet
from bot.plans.values import EndRinging, PutOff, RingingState
from bot.reminders.actions.bench import Bench, plan_of
from bot.reminders.occasion import Silence, occasion
from bot.reminders.phrases import read_snooze
from bot.tracker import RANG_AT
from bot.turn import Offer

SHOWN = 4
"""So many gaps are named; more are counted."""
AN_HOUR = timedelta(hours=1)


class Remind:
    """Say what is missing, if something is and the day is one for it."""

    name = "action_remind"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        ringing_id, plan_id = int(call.entity("ringing")), int(call.entity("plan"))
        plans = {each.plan_id: each for each in await self._bench.reminders(call)}
        if plan_id not in plans:
            return ActionResult()
        nachweis = await self._bench.desk.nachweis(call)
        now = self._bench.now_there(call)
        plan = plan_of(plans[plan_id])
        about = occasion(nachweis, plan.without, now, self._bench.calendar(call))
        if isinstance(about, Silence):
            silent = EndRinging(ringing_id, RingingState.SILENT, about.reason)
            return ActionResult(changes=[silent])
        today = now.date()
        offers = self._offers(nachweis, about.days, today, plan_id)
        shown = {"missing": self._named(nachweis, about.days, today)}
        return ActionResult(
            events=[SlotSet(RANG_AT, call.situation.now.isoformat())],
            says=[Say("utter_reminder", shown, offers)],
            changes=[EndRinging(ringing_id, RingingState.SAID)],
        )

    def _named(self, nachweis: Nachweis, days: tuple[date, ...], today: date) -> str:
        """The newest first: that is what somebody remembers best; then the others in their order."""
        texts = self._bench.desk.texts
        is_weekly = nachweis.ausbildung.form is Nachweisform.WOECHENTLICH
        *others, newest = [
            texts.week(day, today) if is_weekly else texts.named_day(day, today)
            for day in days[-SHOWN:]
        ]
        return texts.also(newest, others, len(days) - SHOWN)

    def _offers(
        self, nachweis: Nachweis, days: tuple[date, ...], today: date, plan_id: int
    ) -> tuple[Offer, ...]:
        is_weekly = nachweis.ausbildung.form is Nachweisform.WOECHENTLICH
        newest = days[-1]
        day = today if is_weekly and newest == monday(today) else newest
        label = self._bench.desk.texts.label
        offers = [
            offer(label("write_now"), "start_entry", day=day.isoformat()),
            offer(label("in_an_hour"), "snooze_reminder", plan=plan_id, minutes=60),
        ]
        if today in days or (is_weekly and monday(today) in days):
            offers.append(offer(label("free_today"), "free_today", day=today.isoformat()))
        offers.append(offer(label("pause_until"), "pause_reminders", plan=plan_id))
        return tuple(offers)


class Snooze:
    """Say it again later: in an hour, or when the person says."""

    name = "action_snooze_reminder"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        planned = await self._bench.spoken(call)
        if planned is None:
            return ActionResult(says=[Say("utter_no_reminder_to_snooze")])
        now, parse = self._bench.now_there(call), call.tracker.latest_message
        minutes = call.entity("minutes")
        told = None if parse is None or minutes is not None else read_snooze(parse.text, now)
        until = told or now + (timedelta(minutes=int(minutes)) if minutes else AN_HOUR)
        texts, today = self._bench.texts, now.date()
        own = self._bench.own_quiet(call)
        quiet = own or self._bench.default_quiet(call)
        is_quiet = quiet is not None and quiet.contains(until.hour * 60 + until.minute)
        is_wanted = bool(call.entity("is_wanted")) and own is None
        shown = {"moment": texts.soon(until, planned.zone, today)}
        if is_quiet and not is_wanted:
            wanted = {
                "plan": planned.plan_id,
                "minutes": round((until - now).total_seconds() / 60),
                "is_wanted": True,
            }
            label = self._bench.desk.texts.label("all_the_same")
            # Hours that the person set yield to nothing.
            offers = () if own else (offer(label, "snooze_reminder", **wanted),)
            return ActionResult(says=[Say("utter_snooze_is_quiet", shown, offers)])
        change = PutOff(planned.plan_id, until.astimezone(UTC), is_despite_quiet=is_wanted)
        return ActionResult(says=[Say("utter_snoozed", shown)], changes=[change])


class FreeToday:
    """Write that a day is free; pressing it is the confirmation, and it can be undone."""

    name = "action_free_today"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        if person is None:
            return ActionResult(says=[Say("utter_no_entries")])
        today = self._bench.now_there(call).date()
        named = call.entity("day")
        day = date.fromisoformat(str(named)) if named else today
        texts = self._bench.desk.texts
        nachweis = await self._bench.desk.nachweis(call)
        shown = {"day": texts.named_day(day, today)}
        if is_locked(nachweis.week(monday(day))) or nachweis.of_day(day):
            more = {**shown, "entries": texts.days(nachweis.of_day(day), today)}
            edit = (offer(texts.label("change"), "edit_day", day=day.isoformat()),)
            return ActionResult(says=[Say("utter_day_is_written", more, edit)])
        undo = (offer(texts.label("undo"), "undo_entry"),)
        return ActionResult(
            says=[Say("utter_day_is_free", shown, undo)],
            changes=[WriteDays(days={day: (Entry(day, DayType.FREI),)}, before={day: ()})],
        )


def actions(bench: Bench) -> list[Action]:
    """The actions around a ringing."""
    return [Remind(bench), Snooze(bench), FreeToday(bench)]
