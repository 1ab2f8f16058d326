"""What the editors' topic changes in storage."""

from dataclasses import dataclass

from bot.turn import Change


@dataclass(frozen=True, slots=True)
class SendQuestion(Change):
    """A question for the editors; it has no person."""

    text: str
