"""What the dialogues may ask of the diary."""

from bot.action import Action
from bot.diary.actions import answers, days, entries, files, looking, notes, training, weeks
from bot.diary.actions.desk import Desk


def actions(desk: Desk) -> list[Action]:
    """All actions of this topic."""
    rooms = (entries, answers, days, looking, weeks, notes, training, files)
    return [action for room in rooms for action in room.actions(desk)]
