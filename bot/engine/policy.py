"""The `Policy` port over a project that runs here in the process."""

from bot.engine.dialogue import Dialogue
from bot.events import Prediction
from bot.tracker import Tracker


class EmbeddedPolicy:
    """Decides by the project's own rules and stories."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    async def predict(self, tracker: Tracker) -> Prediction:
        """See `bot.ports.Policy`."""
        return self._dialogue.next(tracker)
