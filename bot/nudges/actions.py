"""What the dialogues may ask of the nudges."""

from bot.action import Action
from bot.nudges import choosing, sending, subscribing
from bot.nudges.booth import Booth


def actions(booth: Booth) -> list[Action]:
    """All actions of this topic."""
    return [action for room in (subscribing, choosing, sending) for action in room.actions(booth)]
