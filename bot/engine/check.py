"""Finds rules that are incomplete, contradict each other or the stories, as RulePolicy does when it trains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.engine.config import Config
from bot.engine.domain import DEFAULT_INTENTS, Domain
from bot.engine.project import DialogueError
from bot.engine.rules import RuleBook, predicted
from bot.engine.states import states_of
from bot.engine.stories import SNIPPET, Trace
from bot.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Prediction,
    SlotSet,
    UserUttered,
)
from bot.tracker import ACTION_LISTEN, Tracker, apply, still_counting


@dataclass
class _Effects:
    """What an action does in some rule: featurized slots it fills, forms it begins or ends."""

    slots: set[str] = field(default_factory=set)
    loops: set[str | None] = field(default_factory=set)


def check_rules(
    traces: Sequence[Trace], domain: Domain, config: Config, book: RuleBook
) -> RuleBook:
    """Check the rules.

    Returns:
        The rules with what no story makes, too, marked as such.

    Raises:
        DialogueError: at the first rule or story that is wrong.
    """
    if config.restricts_rules:
        _one_message_each(traces)
    if not config.checks_rules:
        return book
    _complete([trace for trace in traces if trace.is_rule], domain)
    return _without_contradictions(traces, domain, config, book)


def _one_message_each(traces: Iterable[Trace]) -> None:
    for trace in traces:
        if trace.is_rule and sum(isinstance(event, UserUttered) for event in trace.events) > 1:
            raise trace.item.error(
                f"the rule {trace.name} has more than one message; write a story for that"
            )


def _complete(rules: Sequence[Trace], domain: Domain) -> None:
    effects = _effects(rules, domain)
    for trace in rules:
        states = [each.state for each in states_of(still_counting(trace.events), Tracker(), domain)]
        actions = [state.get("prev_action", {}).get("action_name") for state in states[1:]]
        for state, following in zip(states, [*actions, ACTION_LISTEN], strict=False):
            action = state.get("prev_action", {}).get("action_name")
            effect = effects.get(action or "")
            if effect is None or SNIPPET in (action, following):
                continue
            missing = effect.slots - set(state.get("slots", ()))
            if missing:
                raise trace.item.error(
                    f"in the rule {trace.name}, {action} does not set {', '.join(sorted(missing))}, "
                    "which it sets in another rule; add `slot_was_set` after it, or end the rule "
                    "with `wait_for_user_input: false`"
                )
            loop = state.get("active_loop", {}).get("name")
            if effect.loops and loop not in effect.loops:
                raise trace.item.error(
                    f"in the rule {trace.name}, the form {action} neither begins nor ends as in "
                    "another rule; add `active_loop` after it, or end the rule with "
                    "`wait_for_user_input: false`"
                )


def _effects(rules: Iterable[Trace], domain: Domain) -> dict[str, _Effects]:
    found: dict[str, _Effects] = {}
    for trace in rules:
        action: str | None = None
        for event in trace.events:
            match event:
                case ActionExecuted(name=name):
                    action = name
                case UserUttered():
                    action = None
                case SlotSet(name=name) if action:
                    slot = domain.slots[name]
                    if slot.is_featurized and slot.type != "any":
                        found.setdefault(action, _Effects()).slots.add(name)
                    else:
                        found.setdefault(action, _Effects())
                case ActiveLoop(name=loop) if action:
                    found.setdefault(action, _Effects()).loops.add(loop)
                case _:
                    pass
    return found


@dataclass
class _Said:
    """What rules say at one source: by rule, the action."""

    by_source: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)


def _without_contradictions(
    traces: Sequence[Trace], domain: Domain, config: Config, book: RuleBook
) -> RuleBook:
    said = _Said()
    for trace in traces:
        if trace.is_rule:
            for _, wanted, found in _walked(trace, domain, config, book):
                if found.source:
                    is_ours = found.source.startswith(("default ", "loop "))
                    row = (found.source, found.action) if is_ours else (trace.name, wanted)
                    said.by_source.setdefault(found.source, []).append(row)
    used: set[str] = set()
    for trace in traces:
        for _, wanted, found in _walked(trace, domain, config, book):
            if not trace.is_rule and found.action == wanted and found.source:
                used.add(found.source)
            _refuse_contradiction(trace, wanted, found, book, said)
    every = {
        *said.by_source,
        *(f"default {intent}" for intent in DEFAULT_INTENTS),
        *(f"loop {form}{end}" for form in domain.forms for end in ("", " - listen")),
    }
    checked = replace(book, not_in_stories=frozenset(every - used))
    checked.index()
    return checked


def _refuse_contradiction(
    trace: Trace, wanted: str, found: Prediction, book: RuleBook, said: _Said
) -> None:
    if not found.action or not found.source or found.action == wanted:
        return
    if _may_be_dropped(trace, found, book):
        book.rules.pop(found.source, None)
        book.index()
        return
    others = {name for name, action in said.by_source.get(found.source, ()) if action != wanted}
    if others:
        kind = "rule" if trace.is_rule else "story"
        raise trace.item.error(
            f"{wanted} in the {kind} {trace.name} contradicts {', '.join(sorted(others))}, "
            f"which says {found.action} there; change one of them"
        )


def _may_be_dropped(trace: Trace, found: Prediction, book: RuleBook) -> bool:
    """A rule that says listen too early, because a longer one says more."""
    source = found.source or ""
    if trace.is_rule or source.count("prev_action") > 1 or found.action != ACTION_LISTEN:
        return False
    return any(key.startswith(source[:-2]) and key != source for key in book.rules)


def _walked(
    trace: Trace, domain: Domain, config: Config, book: RuleBook
) -> Iterable[tuple[Tracker, str, Prediction]]:
    """Each action of a trace that something leads to, with what the rules say there."""
    tracker = Tracker(slots=domain.initial_slots)
    unpredictable = trace.events[trace.unpredictable] if trace.unpredictable is not None else None
    is_first = True
    for event in still_counting(trace.events):
        if isinstance(event, ActionExecuted):
            if event.name == SNIPPET:
                is_first = True
            elif is_first or event is unpredictable:
                is_first = False
            else:
                yield (
                    tracker,
                    event.name,
                    _said_there(tracker, event.name, trace, domain, config, book),
                )
        tracker = apply(tracker, [event])


def _said_there(
    tracker: Tracker, wanted: str, trace: Trace, domain: Domain, config: Config, book: RuleBook
) -> Prediction:
    found = _or_fallback(predicted(tracker, domain, book), trace, config)
    loop = tracker.active_loop
    if loop and found.action != wanted and found.action == loop:
        rejected = apply(tracker, [ActionExecutionRejected(loop)])
        found = _or_fallback(predicted(rejected, domain, book), trace, config)
    return found


def _or_fallback(found: Prediction, trace: Trace, config: Config) -> Prediction:
    if found.action is None and trace.is_rule:
        return replace(found, action=config.fallback_action or ACTION_LISTEN)
    return found


__all__ = ["DialogueError", "check_rules"]
