"""Whether a message in the middle of a form is surely something else than what was asked for. Pure."""

from bot.events import FAQ, Parse

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
