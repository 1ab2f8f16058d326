"""Predicts by stories: the same states as in a story lead to the same action.

Exact, as Rasa's MemoizationPolicy. What learns by similarity in Rasa (TED) is replaced by the longest
end of the conversation that some story knows, if need be without its slots.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.engine.config import Config
from bot.engine.domain import Domain
from bot.engine.rules import RuleBook, examples
from bot.engine.states import State, key_of, states_of
from bot.engine.stories import Trace
from bot.events import Prediction
from bot.tracker import ACTION_LISTEN, Tracker, applied, session_start

DEFAULT_HISTORY = 5


@dataclass
class StoryBook:
    """What was learnt from the stories.

    Attributes:
        history: how many states count; None for all.
        is_forgiving: whether shorter ends of the conversation count when the whole is unknown.
        overlooks_slots: whether, after that, the same without slots counts too.
        actions: by key, the action that stories say.
    """

    history: int | None = DEFAULT_HISTORY
    is_forgiving: bool = False
    overlooks_slots: bool = False
    actions: dict[str, str] = field(default_factory=dict)


def learnt_stories(traces: Iterable[Trace], domain: Domain, config: Config) -> StoryBook:
    """The stories among these traces; what they contradict each other in is forgotten."""
    book = StoryBook(config.history, config.is_forgiving, config.overlooks_slots)
    ambiguous: set[str] = set()
    for trace in traces:
        for states, action in examples(trace, domain) if not trace.is_rule else ():
            for key in _keys(states, book):
                if key in ambiguous:
                    continue
                if book.actions.setdefault(key, action) != action:
                    ambiguous.add(key)
                    del book.actions[key]
    return book


def remembered(tracker: Tracker, domain: Domain, stories: StoryBook, rules: RuleBook) -> Prediction:
    """What a story says comes next after this conversation, or None as action."""
    if not stories.actions:
        return Prediction(None, policy="MemoizationPolicy")
    states = _story_states(tracker, domain, rules)
    for key in _keys(states, stories):
        if key in stories.actions:
            return Prediction(stories.actions[key], policy="MemoizationPolicy")
    return Prediction(None, policy="MemoizationPolicy")


def _keys(states: Sequence[State], book: StoryBook) -> list[str]:
    kept = list(states)[-book.history :] if book.history else list(states)
    keys = [key_of(kept)]
    if book.is_forgiving:
        keys += [key_of(kept[start:]) for start in range(1, len(kept))]
    if book.overlooks_slots:
        bare = [{part: known for part, known in state.items() if part != "slots"} for state in kept]
        keys += [f"bare {key_of(bare[start:])}" for start in range(len(bare))]
    return keys


def _story_states(tracker: Tracker, domain: Domain, rules: RuleBook) -> list[State]:
    """The states as stories see them: without the turns that only rules know."""
    states: list[State] = []
    last_action: dict[str, str] = {}
    was_hidden = False
    for seen in states_of(applied(tracker), session_start(tracker), domain):
        action = seen.state.get("prev_action", {})
        if not was_hidden:
            last_action = action
        if action.get("action_name") != seen.state.get("active_loop", {}).get("name"):
            was_hidden = seen.is_hidden
        if not was_hidden:
            states.append(_without_rules(seen.state, states, last_action, rules))
    return states


def _without_rules(
    seen: State, before: Sequence[State], last_action: dict[str, str], rules: RuleBook
) -> State:
    """A state without what only rules know: slots, forms, and the messages that they answered."""
    state = {part: dict(values) for part, values in seen.items()}
    for slot in rules.slots_of_rules:
        state.get("slots", {}).pop(slot, None)
    if state.get("active_loop", {}).get("name") in rules.loops_of_rules:
        del state["active_loop"]
    if before and seen.get("prev_action", {}).get("action_name") != ACTION_LISTEN:
        state["user"] = before[-1].get("user", {})
    if last_action:
        state["prev_action"] = last_action
    return {part: values for part, values in state.items() if values}
