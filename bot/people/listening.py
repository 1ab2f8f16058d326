"""Hears a one-time code that is typed alone, also where nobody asked for one."""

from bot.events import Parse, entities
from bot.people.codes import code_in, invitation_in, looks_like_code
from bot.ports import ReadsMessages
from bot.tracker import Tracker

TYPE_CODE, INVITED = "type_code", "check_invitation"


class CodeParser:
    """Takes a text that is a code for one; inside a form it is the answer to what the form asks.

    Args:
        parser: understands everything else.
    """

    def __init__(self, parser: ReadsMessages) -> None:
        self._parser = parser

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""
        if invitation_in(text):
            return Parse(text, INVITED, 1.0, entities=entities({"argument": text.strip()}))
        if tracker.active_loop is not None or not looks_like_code(text):
            return await self._parser.parse(text, tracker)
        typed = code_in(text) or text.strip()
        return Parse(text, TYPE_CODE, 1.0, entities=entities({"argument": typed}))
