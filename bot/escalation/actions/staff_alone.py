"""The actions of the staff, for nobody else."""

from bot.action import Action, ActionCall, ActionResult, Say


class StaffAlone:
    """An action of the staff: for everybody else its button is one that there is no more.

    A command that is not theirs they cannot have typed (`bot.gates`); a button of the staff they may still see, who were
    on it once or look on in a group.

    Args:
        action: what a member of staff asks for.
    """

    def __init__(self, action: Action) -> None:
        self.name = action.name
        self._action = action

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if call.situation.standing.seat is None:
            return ActionResult(says=[Say("utter_old_button")])
        return await self._action.run(call)
