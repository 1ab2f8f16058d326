"""Understands a message in its conversation."""

from collections.abc import Callable

from bot.answers.followups import goes_on, joined, merged
from bot.events import Parse
from bot.ports import Parser
from bot.tracker import REQUESTED_SLOT, Tracker
from knowledge.loader import Library


class ContextParser:
    """Reads a message alone and, where it may go on from the last question, together with that.

    Args:
        parser: reads one text.
        knowledge: the articles as they stand now.
    """

    def __init__(self, parser: Parser, knowledge: Callable[[], Library]) -> None:
        self._parser = parser
        self._knowledge = knowledge

    async def parse(self, text: str, tracker: Tracker) -> Parse:
        """What a text means after what was said before."""
        alone = await self._parser.parse(text)
        last = tracker.slot("last_question")
        is_asked = tracker.slot(REQUESTED_SLOT) is not None
        if not last or not goes_on(alone, is_asked=is_asked):
            return alone
        asked = await self._parser.parse(str(last))
        both = await self._parser.parse(joined(asked, alone))
        articles = self._knowledge().articles
        topics = {key: article.topic for key, article in articles.items()}
        return merged(alone, both, str(tracker.slot("last_article") or ""), topics)
