"""The `Parser` port over `POST /model/parse`."""

from typing import TYPE_CHECKING, Any

from bot.events import Entity, Parse, Ranked
from bot.ports import Parser
from bot.rasa.unavailable import RasaUnavailable

if TYPE_CHECKING:
    from bot.rasa.client import RasaClient

MOST = 10


class RasaParser:
    """Understands by Rasa; what Rasa does not answer, the embedded parser does.

    Args:
        client: asks the server.
        embedded: takes over.
    """

    def __init__(self, client: "RasaClient", embedded: Parser) -> None:
        self._client = client
        self._embedded = embedded

    async def parse(self, text: str) -> Parse:
        """See `bot.ports.Parser`."""
        try:
            answer = await self._client.post("/model/parse", {"text": text})
            return self._read(text, answer)
        except RasaUnavailable:
            return await self._embedded.parse(text)

    def _read(self, text: str, answer: dict[str, Any]) -> Parse:
        try:
            ranking = [Ranked(row["name"], float(row["confidence"])) for row in _intents(answer)]
            ranked = [each for row in ranking for each in _with_keys(row, answer)]
            entities = tuple(
                Entity(str(row["entity"]), row["value"]) for row in answer.get("entities", ())
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._client.failed("not a parse") from error
        if not ranked:
            raise self._client.failed("no intent")
        ranked.sort(key=lambda each: -each.confidence)
        best, *others = ranked
        return Parse(text, best.intent, best.confidence, tuple(others[:MOST]), entities)


def _intents(answer: dict[str, Any]) -> list[dict[str, Any]]:
    found = answer.get("intent_ranking") or [answer["intent"]]
    return [row for row in found if row.get("name")]


def _with_keys(intent: Ranked, answer: dict[str, Any]) -> list[Ranked]:
    """A retrieval intent as its keys: `faq/teilzeit.wer` with the confidence of both."""
    selected = (answer.get("response_selector") or {}).get(intent.intent)
    if not selected:
        return [intent]
    return [
        Ranked(str(row["intent_response_key"]), intent.confidence * float(row["confidence"]))
        for row in selected.get("ranking", ())
    ]
