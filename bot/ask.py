"""`lernallianz ask --jsonl`: each line is a fresh conversation, answered without a database."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.assistant import build_assistant
from bot.clock import Clock
from bot.conversation import Conversation
from bot.markup import to_plain
from bot.messages import Address, Capabilities, Format, IncomingMessage, typed
from bot.people.profile import age_band
from bot.settings import Settings, clock_of
from bot.tracker import Tracker
from bot.turn import Outcome, Owner, Reply, Situation

ROLES = {
    "apprentice": "azubi", "auszubildende": "azubi", "trainee": "azubi", "azubi": "azubi",
    "pupil": "schueler", "student": "schueler", "schüler": "schueler", "schueler": "schueler",
    "learner": "azubi", "applicant": "schueler",
    "parent": "eltern", "parents": "eltern", "eltern": "eltern", "carer": "eltern",
    "trainer": "ausbilder", "ausbilder": "ausbilder", "ausbilderin": "ausbilder",
    "teacher": "lehrkraft", "lehrkraft": "lehrkraft", "lehrer": "lehrkraft",
    "coach": "coach",
}  # fmt: skip
LEVELS = {"standard": "standard", "einfach": "einfach", "simple": "einfach", "easy": "einfach"}
_FIELDS = frozenset({"question", "role", "state", "age", "language_level", "context"})
_TERMINAL = Capabilities(
    buttons=10,
    edits=False,
    deletions=False,
    files=0,
    length=100_000,
    format=Format.PLAIN,
    reminds_when_closed=False,
)


class LineError(ValueError):
    """A line is neither a question nor a JSON object as the contract has it."""


async def ask(conversation: Conversation, clock: Clock, line: str) -> dict[str, Any]:
    """Answer one line.

    Args:
        conversation: the assistant.
        clock: the present moment.
        line: plain text, or a JSON object with `question` and what is known of the person.

    Returns:
        The object of the contract, or `{"error": …}` for a line that cannot be used.
    """
    try:
        request = _request(line)
        slots = _slots(request)
    except LineError as error:
        return {"error": str(error)}
    tracker = Tracker(slots=slots)
    for earlier in request.get("context", ()):
        tracker = (await _turn(conversation, clock, tracker, str(earlier))).tracker
    started = time.perf_counter()
    outcome = await _turn(conversation, clock, tracker, request["question"])
    milliseconds = (time.perf_counter() - started) * 1000
    return _answer(request["question"], outcome, milliseconds)


def _request(line: str) -> dict[str, Any]:
    text = line.strip()
    if not text.startswith("{"):
        return {"question": text}
    try:
        request = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {error}") from error
    if not isinstance(request.get("question"), str):
        raise LineError("`question` must be a text")
    unknown = set(request) - _FIELDS
    if unknown:
        raise LineError(f"unknown field: {', '.join(sorted(unknown))}")
    if not isinstance(request.get("context") or [], list):
        raise LineError("`context` must be a list of texts")
    return {name: value for name, value in request.items() if value is not None}


def _slots(request: Mapping[str, Any]) -> dict[str, Any]:
    slots: dict[str, Any] = {"is_introduced": True}
    if "role" in request:
        slots["role"] = ROLES.get(str(request["role"]).lower(), "andere")
    if "state" in request:
        slots["state"] = str(request["state"]).lower().removeprefix("de-")
    if "age" in request:
        slots["age_band"] = _age_band(request["age"])
    if "language_level" in request:
        slots["language_level"] = LEVELS.get(str(request["language_level"]).lower(), "standard")
    return slots


def _age_band(age: Any) -> str:
    if isinstance(age, bool) or not str(age).isdecimal():
        return str(age)
    return age_band(str(age))


async def _turn(conversation: Conversation, clock: Clock, tracker: Tracker, text: str) -> Outcome:
    message = IncomingMessage(
        address=Address("console", "ask"), external_id="", content=typed(text), sent_at=clock()
    )
    return await conversation.turn(
        Situation(
            message=message,
            now=clock(),
            tracker=tracker,
            owner=Owner.ASSISTANT,
            person=None,
            offers=(),
            chosen=None,
            capabilities=_TERMINAL,
        )
    )


def _answer(question: str, outcome: Outcome, milliseconds: float) -> dict[str, Any]:
    findings = outcome.findings
    texts = [to_plain(reply.text) for reply in outcome.replies if isinstance(reply, Reply)]
    answer = {
        "question": question,
        "outcome": findings.get("outcome", "dialogue"),
        "article": findings.get("article"),
        "keys": findings.get("keys", []),
        "alternatives": findings.get("alternatives", []),
        "confidence": round(float(findings.get("confidence", 1.0)), 4),
        "text": "\n\n".join(texts),
        "milliseconds": round(milliseconds, 3),
    }
    if "level" in findings:
        answer["level"] = findings["level"]
    return answer


def answers(settings: Settings, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Answer each line that is not blank, in order.

    Raises:
        ConfigurationError: the assistant cannot be built.
    """
    conversation = build_assistant(settings).conversation
    clock = clock_of(settings)
    with asyncio.Runner() as runner:
        for line in lines:
            yield runner.run(ask(conversation, clock, line))
