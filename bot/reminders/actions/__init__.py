"""What the dialogues may ask of the reminders."""

from bot.action import Action
from bot.reminders.actions import dates, ringing, setting, times, upkeep
from bot.reminders.actions.bench import Bench


def actions(bench: Bench) -> list[Action]:
    """All actions of this topic."""
    rooms = (setting, ringing, upkeep, times, dates)
    return [action for room in rooms for action in room.actions(bench)]
