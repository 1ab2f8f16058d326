"""The steps of a week: handed in, taken back, signed on paper."""

from dataclasses import replace
from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.diary.actions.desk import Desk, may_keep, week_asked
from bot.diary.changes import WriteWeek
from bot.diary.nachweis import By, Step, StepKind, Week
from bot.diary.rules import NotAllowed, taken, week_entries


class StepWeek:
    """Do something with a week that needs no words: hand in, take back, signed on paper.

    Args:
        desk: where the diary's actions work.
        name: of the action.
        kind: what is done.
        done: the response when it was.
        is_on_paper: it was done on paper.
    """

    def __init__(
        self, desk: Desk, name: str, kind: StepKind, done: str, *, is_on_paper: bool = False
    ) -> None:
        self.name = name
        self._desk = desk
        self._kind = kind
        self._done = done
        self._is_on_paper = is_on_paper

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may_keep(call):
            return ActionResult(says=[Say("utter_no_entries")])
        nachweis = await self._desk.nachweis(call)
        today = self._desk.today(call)
        first = week_asked(call, today)
        shown = {"week": self._desk.texts.week(first, today)}
        if not week_entries(nachweis, first):
            return ActionResult(says=[Say("utter_week_empty", shown)])
        step = Step(
            self._kind,
            call.situation.now,
            By.AZUBI,
            name="" if self._is_on_paper else nachweis.ausbildung.name,
            is_on_paper=self._is_on_paper,
        )
        return stepped(self._desk, nachweis.week(first), step, Say(self._done, shown), today)


class AskSignWeek:
    """Ask once more before a week is locked for good."""

    name = "action_ask_sign_week"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        first, texts = week_asked(call, self._desk.today(call)), self._desk.texts
        nachweis = await self._desk.nachweis(call)
        shown = {"week": texts.week(first, self._desk.today(call))}
        if not week_entries(nachweis, first):
            return ActionResult(says=[Say("utter_week_empty", shown)])
        week = first.isoformat()
        offers = (
            offer(texts.label("is_signed"), "confirm_sign_week", week=week),
            offer(texts.label("is_not_signed"), "show_week", week=week),
        )
        return ActionResult(says=[Say("utter_ask_sign_week", shown, offers)])


def stepped(desk: Desk, week: Week, step: Step, said: Say, today: date) -> ActionResult:
    """The week after a step, or why it cannot be done."""
    shown = {"week": desk.texts.week(week.monday, today), "state": desk.texts.state(week.state)}
    offers = (offer(desk.texts.label("show_week"), "show_week", week=week.monday.isoformat()),)
    try:
        following = taken(week, step)
    except NotAllowed:
        return ActionResult(says=[Say("utter_week_not_so", shown, offers)])
    return ActionResult(
        says=[replace(said, offers=offers)],
        changes=[WriteWeek(following, steps_before=len(week.steps))],
    )


def actions(desk: Desk) -> list[Action]:
    """The actions on weeks."""
    return [
        StepWeek(desk, "action_submit_week", StepKind.SUBMITTED, "utter_week_submitted"),
        StepWeek(desk, "action_withdraw_week", StepKind.WITHDRAWN, "utter_week_withdrawn"),
        AskSignWeek(desk),
        StepWeek(desk, "action_sign_week", StepKind.SIGNED, "utter_week_signed", is_on_paper=True),
    ]
