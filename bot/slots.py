"""What a message does to the slot that a form asks for. Pure.

A typed answer fills it, something else that was surely said waits its turn, and what cannot be read is asked again.
"""

from typing import Any

from bot.action import ActionCall, ActionResult, Say
from bot.events import FAQ, Parse, SlotSet
from bot.tracker import REQUESTED_SLOT

SURE_OF_WISH = 0.5
SURE_OF_QUESTION = 0.45
"""From these confidences on a typed text is a wish or a question of its own, and the form waits."""
_PLAIN = frozenset({"log_entries", "nlu_fallback", "inform", "affirm", "deny", "react", "announce"})
"""Intents that an answer to a form's question is easily taken for."""


def is_aside(parse: Parse) -> bool:
    """Whether a message is surely something else; in doubt it is the answer: nothing that is written gets lost."""
    if parse.is_chosen:
        return True
    if parse.intent.startswith(FAQ):
        asks = parse.text.rstrip().endswith("?")
        return asks or parse.confidence >= SURE_OF_QUESTION
    return parse.base_intent not in _PLAIN and parse.confidence >= SURE_OF_WISH


def is_asked(call: ActionCall, slot: str) -> bool:
    """Whether a form asks for a slot just now."""
    return bool(call.tracker.slot(REQUESTED_SLOT) == slot)


def told(call: ActionCall, *names: str) -> str:
    """What a button brought under one of these names, else what was typed; empty for a button without one."""
    for name in names:
        if (value := call.entity(name)) is not None:
            return str(value)
    parse = call.tracker.latest_message
    return "" if parse is None or parse.is_chosen else parse.text


def filled(call: ActionCall, slot: str, value: Any, otherwise: str) -> ActionResult:
    """The slot filled; without a value, why the answer cannot be read, unless it is surely something else.

    Args:
        call: the turn.
        slot: what the form asks for.
        value: what was read, as the slot holds it; None when nothing was.
        otherwise: the response that says why.
    """
    if value is not None:
        return ActionResult(events=[SlotSet(slot, value)])
    parse = call.tracker.latest_message
    is_other = parse is None or is_aside(parse)
    return ActionResult(says=[] if is_other else [Say(otherwise)])
