"""What the dialogues may ask of the diary."""

from bot.action import Action
from bot.diary.actions import entries, files, training, weeks
from bot.diary.actions.desk import Desk


def actions(desk: Desk) -> list[Action]:
    """All actions of this topic."""
    return [
        *entries.actions(desk),
        *weeks.actions(desk),
        *training.actions(desk),
        *files.actions(desk),
    ]
