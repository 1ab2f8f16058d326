"""The small actions of talking: help made from the registry of commands."""

from bot.action import Action, ActionCall, ActionResult, Say
from bot.commands import Commands


class ShowHelp:
    """What the assistant can do, with the commands that this person may use."""

    name = "action_help"

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        rows = self._commands.for_roles(seat.roles if seat else ())
        listed = "\n".join(f"• /{row.name}: {row.help}" for row in rows)
        return ActionResult(says=[Say("utter_help", {"commands": listed})])


def actions(commands: Commands) -> list[Action]:
    """All actions of talking."""
    return [ShowHelp(commands)]
