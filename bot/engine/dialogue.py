"""A Rasa project, loaded: what comes next after any conversation. Pure and synchronous."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.engine.check import check_rules
from bot.engine.config import Config, load_config
from bot.engine.domain import VALIDATE_MAPPINGS, Domain, domain_files, load_domain
from bot.engine.memorisation import StoryBook, learnt_stories, remembered
from bot.engine.project import DialogueError, read_section, yaml_files
from bot.engine.responses import Responses, load_responses
from bot.engine.rules import RuleBook, learnt, predicted
from bot.engine.stories import Trace, load_traces
from bot.events import (
    NLU_FALLBACK,
    ActionExecuted,
    ActionExecutionRejected,
    Parse,
    Prediction,
)
from bot.tracker import ACTION_LISTEN, Tracker, applied


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Everything of a project that decides what comes next.

    Attributes:
        domain: what may be named.
        config: how it is decided.
        responses: what can be said.
        traces: the rules and stories.
        rules: what was learnt from the rules.
        stories: what was learnt from the stories.
    """

    domain: Domain
    config: Config
    responses: Responses
    traces: tuple[Trace, ...]
    rules: RuleBook
    stories: StoryBook

    def next(self, tracker: Tracker) -> Prediction:
        """The next action after this conversation; `action_listen` to wait for the person."""
        by_rule = Prediction(None)
        if self.config.has_rules:
            by_rule = predicted(tracker, self.domain, self.rules)
        rejected = _rejected(tracker)
        if by_rule.action not in (None, rejected):
            return by_rule
        if self.config.has_stories:
            by_story = remembered(tracker, self.domain, self.stories, self.rules)
            if by_story.action not in (None, rejected):
                return replace(by_story, events=by_rule.events)
        return replace(by_rule, action=self.config.fallback_action or ACTION_LISTEN)

    def followup(self, tracker: Tracker) -> Prediction | None:
        """The action that the last one asked for; None when there is none that we know."""
        if tracker.followup in self.domain.action_names:
            return Prediction(tracker.followup, policy="followup")
        return None

    def response_of(self, action: str, tracker: Tracker) -> str:
        """The response that an `utter_…` action says; for `utter_faq` the one that was asked for."""
        if action not in self.domain.retrieval_actions or action in self.domain.responses:
            return action
        intent = tracker.latest_message.intent if tracker.latest_message else ""
        return f"utter_{intent}"

    def with_fallback(self, parse: Parse) -> Parse:
        """`nlu_fallback` when nothing is sure enough, or two readings are equally sure."""
        threshold = self.config.nlu_threshold
        if threshold is None:
            return parse
        second = parse.alternatives[0].confidence if parse.alternatives else 0.0
        is_unsure = parse.confidence < threshold
        is_ambiguous = bool(parse.alternatives) and (
            parse.confidence - second < self.config.ambiguity_threshold
        )
        if not (is_unsure or is_ambiguous):
            return parse
        return replace(parse, intent=NLU_FALLBACK, confidence=threshold, alternatives=parse.ranking)

    def is_session_over(self, tracker: Tracker, now: datetime) -> bool:
        """Whether a message at `now` (UTC) begins a new session."""
        if not applied(tracker):
            return True
        limit, said_at = self.domain.session.expires_after, tracker.said_at
        return limit is not None and said_at is not None and now - said_at > limit


def load_dialogue(folder: Path) -> Dialogue:
    """Read and check a Rasa project.

    Args:
        folder: with `config.yml`, `domain.yml` or `domain/`, and `data/`.

    Raises:
        DialogueError: with file, line, reason and what to do.
    """
    config = load_config(folder)
    files = domain_files(folder)
    if not files:
        raise DialogueError(folder, 1, "there is no domain.yml and no folder domain/")
    domain = load_domain(files)
    _check_names(files, domain)
    if config.fallback_action and config.fallback_action not in domain.action_names:
        raise DialogueError(
            folder / "config.yml",
            1,
            f"the fallback action {config.fallback_action} is not in the domain",
        )
    traces = tuple(load_traces(data_files(folder), domain))
    rules = learnt(traces, domain)
    if config.has_rules:
        rules = check_rules(traces, domain, config, rules)
    stories = learnt_stories(traces, domain, config)
    return Dialogue(domain, config, load_responses(files), traces, rules, stories)


def data_files(folder: Path) -> list[Path]:
    """The training files of a project."""
    return yaml_files(folder / "data") if (folder / "data").is_dir() else []


def _check_names(files: list[Path], domain: Domain) -> None:
    """Conditions of mappings name forms that exist, custom mappings name actions that exist."""
    for section in read_section(files, "slots"):
        for name, item in section.entries():
            for mapping in domain.slots[name].mappings:
                for condition in mapping.conditions:
                    if condition.active_loop and condition.active_loop not in domain.forms:
                        raise item.error(
                            f"the slot {name} names the form {condition.active_loop}, "
                            "which `forms:` does not define"
                        )
                if mapping.action and mapping.action not in domain.action_names:
                    raise item.error(
                        f"the slot {name} names the action {mapping.action}; add it to `actions:`"
                    )


def _rejected(tracker: Tracker) -> str | None:
    """The action that was just rejected, or None."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecutionRejected):
            return event.name
        if isinstance(event, ActionExecuted):
            return None
    return None


__all__ = ["VALIDATE_MAPPINGS", "Dialogue", "load_dialogue"]
