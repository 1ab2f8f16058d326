"""Weeks that two records of one person told of: shown one by one, and the person picks what stands there."""

from datetime import date

from bot.action import Action, ActionCall, ActionResult, Say
from bot.diary.actions.desk import Desk, day_entity
from bot.diary.changes import PickWeek
from bot.diary.nachweis import Nachweis
from bot.diary.others import Others
from bot.diary.twice import Pick, Version, picked, picks, version
from bot.events import FollowupAction

_ASKED = {
    (Pick.THIS,): "utter_ask_pick_week_locked",
    (Pick.THIS, Pick.OTHER): "utter_ask_pick_week_one",
    (Pick.THIS, Pick.OTHER, Pick.BOTH): "utter_ask_pick_week",
}
"""By what can be picked, how it is asked."""


class PickWeeks:
    """Take what was picked, and show the next week; without a pick, show the first.

    Args:
        desk: where the diary's actions work.
        others: what waits.
    """

    name = "action_pick_week"

    def __init__(self, desk: Desk, others: Others) -> None:
        self._desk = desk
        self._others = others

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        waiting = await self._others.of(person.person_id) if person else {}
        rows = [(week, each) for week, versions in waiting.items() for each in versions]
        if not rows:
            return ActionResult(says=[Say("utter_no_week_twice")])
        nachweis = await self._desk.nachweis(call)
        week, pick = day_entity(call, "week"), call.entity("pick")
        if week is None or pick is None:
            return ActionResult(says=[self._asked(call, *rows[0], nachweis)])
        return self._taken(call, rows, nachweis, week, str(pick))

    def _taken(
        self,
        call: ActionCall,
        rows: list[tuple[date, Version]],
        nachweis: Nachweis,
        week: date,
        chosen: str,
    ) -> ActionResult:
        other = next((each for monday, each in rows if monday == week), None)
        stands = version(nachweis, week)
        if other is None or chosen not in picks(stands, other):
            return ActionResult(says=[Say("utter_old_button")])
        pick = Pick(chosen)
        shown = {"week": self._desk.texts.week(week, self._desk.today(call))}
        says = [Say(f"utter_week_picked_{pick}", shown)]
        changes = [PickWeek(pick, stands, other)]
        rows.remove((week, other))
        if not rows:
            says.append(Say("utter_all_weeks_picked"))
            following = FollowupAction("action_ask_reminder_chat")
            return ActionResult(events=[following], says=says, changes=changes)
        following_week, waits = rows[0]
        is_same = following_week == week
        after = picked(pick, stands, other) if is_same else version(nachweis, following_week)
        says.append(self._shown(call, after, waits))
        return ActionResult(says=says, changes=changes)

    def _asked(self, call: ActionCall, week: date, other: Version, nachweis: Nachweis) -> Say:
        return self._shown(call, version(nachweis, week), other)

    def _shown(self, call: ActionCall, stands: Version, other: Version) -> Say:
        today, week = self._desk.today(call), stands.week.monday
        shown = {
            "week": self._desk.texts.week(week, today),
            "monday": week.isoformat(),
            "stands": self._lines(stands, today),
            "stands_state": self._desk.texts.state(stands.week.state),
            "other": self._lines(other, today),
            "other_state": self._desk.texts.state(other.week.state),
        }
        return Say(_ASKED[picks(stands, other)], shown)

    def _lines(self, of: Version, today: date) -> str:
        """A version of a week below its heading."""
        record = Nachweis(entries=of.entries, weeks={of.week.monday: of.week})
        _, *lines = self._desk.texts.week_shown(record, of.week.monday, today).split("\n")
        return "\n".join(lines)


def actions(desk: Desk, others: Others) -> list[Action]:
    """The actions on weeks that were told twice."""
    return [PickWeeks(desk, others)]
