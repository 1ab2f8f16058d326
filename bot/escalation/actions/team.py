"""Who is there: on duty or not, and what becomes of the cases of somebody who is not."""

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.escalation.actions.cases import not_allowed
from bot.escalation.authority import may
from bot.escalation.changes import SetDuty
from bot.escalation.desk import CoachDesk

ON, OFF = ("an", "ein", "on", "ja"), ("aus", "off", "nein", "krank", "urlaub")


class Duty:
    """`/dienst an|aus`: called from now on, or no longer; open cases are asked about."""

    name = "action_set_duty"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        if seat is None or not may(seat, "set_duty"):
            return not_allowed()
        word = str(call.entity("argument") or "").strip().lower()
        if word in ON:
            change = SetDuty(seat.staff_id, is_on_duty=True)
            return ActionResult(says=[Say("utter_staff_on_duty")], changes=[change])
        if word in OFF:
            change = SetDuty(seat.staff_id, is_on_duty=False)
            cases = await self._desk.casebook.cases(staff_id=seat.staff_id)
            if not cases:
                return ActionResult(says=[Say("utter_staff_off_duty")], changes=[change])
            values = {"who": ", ".join(self._desk.who(each.number) for each in cases)}
            give = offer(
                self._desk.label("give_all"), "hand_over", giver=seat.staff_id, is_all=True
            )
            said = Say("utter_staff_off_duty_with_cases", values, (give,))
            return ActionResult(says=[said], changes=[change])
        me = await self._desk.colleague(seat.team_id, seat.staff_id)
        is_on = me is not None and me.is_on_duty
        return ActionResult(
            says=[Say("utter_staff_duty_is_on" if is_on else "utter_staff_duty_is_off")]
        )


def actions(desk: CoachDesk) -> list[Action]:
    """All actions of who is there."""
    return [Duty(desk)]
