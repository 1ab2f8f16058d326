"""The `Policy` port over `POST /model/predict`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    FollowupAction,
    LoopInterrupted,
    Prediction,
    SlotSet,
    UserUttered,
)
from bot.ports import Policy
from bot.rasa.unavailable import RasaUnavailable
from bot.tracker import Tracker, applied, session_start

if TYPE_CHECKING:
    from bot.rasa.client import RasaClient


class RasaPolicy:
    """Decides by Rasa; what Rasa does not answer, the embedded policy does.

    That a form was interrupted (`LoopInterrupted`) is something that Rasa's policies keep to themselves;
    the embedded policy knows the same rules and says it.

    Args:
        client: asks the server.
        embedded: takes over.
    """

    def __init__(self, client: "RasaClient", embedded: Policy) -> None:
        self._client = client
        self._embedded = embedded

    async def predict(self, tracker: Tracker) -> Prediction:
        """See `bot.ports.Policy`."""
        embedded = await self._embedded.predict(tracker)
        try:
            answer = await self._client.post("/model/predict", told(tracker))
            action = self._read(answer)
        except RasaUnavailable:
            return embedded
        return replace(embedded, action=action, policy=str(answer.get("policy")))

    def _read(self, answer: dict[str, Any]) -> str:
        try:
            scores = {str(row["action"]): float(row["score"] or 0) for row in answer["scores"]}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._client.failed("not a prediction") from error
        best = max(scores, key=lambda name: scores[name], default=None)
        if best is None or scores[best] <= 0:
            raise self._client.failed("no action")
        return best


def told(tracker: Tracker) -> list[dict[str, Any]]:
    """A conversation as Rasa writes it: what was before as slots and form, then the events."""
    before = session_start(tracker)
    rows: list[dict[str, Any]] = [
        {"event": "slot", "name": name, "value": value} for name, value in before.slots.items()
    ]
    if before.loop:
        rows.append({"event": "active_loop", "name": before.loop.name})
    if before.latest_action:
        rows.append({"event": "action", "name": before.latest_action})
    rows += [row for event in applied(tracker) if (row := _row(event))]
    return [{**row, "timestamp": float(number)} for number, row in enumerate(rows)]


def _row(event: Event) -> dict[str, Any] | None:
    match event:
        case UserUttered(parse=parse):
            intent = {"name": parse.base_intent, "confidence": parse.confidence}
            entities = [{"entity": each.name, "value": each.value} for each in parse.entities]
            data = {"text": parse.text, "intent": intent, "entities": entities}
            return {"event": "user", "text": parse.text, "parse_data": data}
        case ActionExecuted(name=name):
            return {"event": "action", "name": name}
        case ActionExecutionRejected(name=name):
            return {"event": "action_execution_rejected", "name": name}
        case SlotSet(name=name, value=value):
            return {"event": "slot", "name": name, "value": value}
        case ActiveLoop(name=name):
            return {"event": "active_loop", "name": name}
        case LoopInterrupted(is_interrupted=is_interrupted):
            return {"event": "loop_interrupted", "is_interrupted": is_interrupted}
        case FollowupAction(name=name):
            return {"event": "followup", "name": name}
        case _:
            return None
