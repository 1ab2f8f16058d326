"""The `Renderer` of calendar files."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from bot.clock import Clock
from bot.messages import OutgoingFile
from bot.reminders.actions.setting import CALENDAR_FILE
from bot.reminders.codec import plan_from_json
from bot.reminders.ics import as_ics
from bot.turn import Person


class CalendarRenderer:
    """Makes a plan of reminders a calendar file.

    Args:
        clock: the present moment.
        texts: `calendar` of `bot/texts/reminders.yml`: name, summary, description.
    """

    documents = (CALENDAR_FILE,)

    def __init__(self, clock: Clock, texts: Mapping[str, str]) -> None:
        self._clock = clock
        self._texts = texts

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile:
        """See `bot.ports.Renderer`."""
        data = as_ics(
            plan_from_json(parameters["plan"]),
            self._texts["summary"],
            self._texts["description"],
            self._clock(),
            f"{uuid4()}@lernallianz",
        )
        return OutgoingFile(self._texts["name"], "text/calendar", data)
