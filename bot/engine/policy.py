"""Decides the next action by the project's rules.

Rules so far are one intent and the actions that answer it; conditions, forms and loops come with
the whole engine, behind the same port.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.engine.project import Item, read_section
from bot.tracker import ACTION_LISTEN, Tracker

FALLBACK_INTENT = "nlu_fallback"


class RulePolicy:
    """The `Policy` port over rules that were read by `load_rules`."""

    def __init__(self, rules: Mapping[str, tuple[str, ...]]) -> None:
        self._rules = rules

    async def next_action(self, tracker: Tracker) -> str:
        """The action asked for by the last one, else the rule's next, else `action_listen`."""
        if tracker.followup:
            return tracker.followup
        message = tracker.latest_message
        if message is None:
            return ACTION_LISTEN
        intent = message.intent.partition("/")[0]
        actions = self._rules.get(intent, self._rules.get(FALLBACK_INTENT, ()))
        done = tracker.actions_since_message
        if done == actions[: len(done)] and len(done) < len(actions):
            return actions[len(done)]
        return ACTION_LISTEN


def load_rules(folder: Path) -> dict[str, tuple[str, ...]]:
    """By intent, the actions that answer it.

    Raises:
        DialogueError: a rule is not one intent followed by actions, or two rules contradict.
    """
    rules: dict[str, tuple[str, ...]] = {}
    for section in read_section(folder, "rules"):
        for item in section.rows():
            intent, actions = _rule(item)
            if intent in rules:
                raise item.error(f"the intent {intent} has two rules")
            rules[intent] = actions
    return rules


def _rule(item: Item) -> tuple[str, tuple[str, ...]]:
    raw = item.value
    if not isinstance(raw, dict) or "rule" not in raw or set(raw) - {"rule", "steps"}:
        raise item.error("a rule needs `rule` and `steps`, and nothing else is supported yet")
    steps = raw.get("steps")
    if not isinstance(steps, list) or len(steps) < 2:
        raise item.error("a rule needs an intent and at least one action")
    intent, *actions = steps
    if not isinstance(intent, dict) or set(intent) != {"intent"}:
        raise item.error("the first step must be `intent: …`")
    if not all(isinstance(step, dict) and set(step) == {"action"} for step in actions):
        raise item.error("the steps after the intent must be `action: …`")
    return str(intent["intent"]), tuple(str(step["action"]) for step in actions)
