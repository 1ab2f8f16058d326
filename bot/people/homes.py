"""Hears in which state somebody lives or learns, said plainly; the classifier knows too few of such words."""

import re
from dataclasses import replace

from bot.events import Parse
from bot.ports import ReadsMessages
from bot.tracker import Tracker
from knowledge.text import normalise

INFORM = "inform"
_HOME = re.compile(
    r"(?:(?:(?:ich|wir) )?(?:wohn|leb|komm|bin|sind)(?:e|en)? |mein bundesland ist |bundesland:? "
    r"|(?:ich )?(?:mach|lern|arbeite)e? (?:meine? )?(?:ausbildung |lehre )?"
    r"|mein(?:e ausbildung|e lehre|e firma| betrieb) ist )?"
    r"(?:(?:in|aus|im|aus dem|hier in) )?(?P<home>\S+(?: \S+)?)"
)


class HomeParser:
    """Takes a text that says no more than in which state somebody is for that; a question is none.

    Args:
        parser: understands everything, and finds the state.
    """

    def __init__(self, parser: ReadsMessages) -> None:
        self._parser = parser

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""
        parse = await self._parser.parse(text, tracker)
        if tracker.active_loop is not None or not _names_home(parse):
            return parse
        return replace(parse, intent=INFORM, confidence=1.0, alternatives=())


def _names_home(parse: Parse) -> bool:
    if [each.name for each in parse.entities] != ["state"] or "?" in parse.text:
        return False
    said = _HOME.fullmatch(normalise(parse.text).strip(" .!,"))
    # "Hessen" alone is a home, "Ausbildung Hessen" may be a question.
    return said is not None and (" " not in said["home"] or said["home"].startswith("baden "))
