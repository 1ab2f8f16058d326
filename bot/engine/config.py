"""Reads `config.yml`: which policies decide, and what of Rasa's is replaced or refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine.domain import DEFAULT_FALLBACK
from bot.engine.project import Item, read_document

OUR_POLICIES = ("RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy")
LEARNT_POLICIES = ("TEDPolicy", "UnexpecTEDIntentPolicy")
NLU_COMPONENTS = frozenset(
    [
        "WhitespaceTokenizer",
        "JiebaTokenizer",
        "MitieTokenizer",
        "SpacyTokenizer",
        "MitieFeaturizer",
        "SpacyFeaturizer",
        "ConveRTFeaturizer",
        "LanguageModelFeaturizer",
        "RegexFeaturizer",
        "CountVectorsFeaturizer",
        "LexicalSyntacticFeaturizer",
        "MitieIntentClassifier",
        "LogisticRegressionClassifier",
        "SklearnIntentClassifier",
        "KeywordIntentClassifier",
        "DIETClassifier",
        "MitieEntityExtractor",
        "SpacyEntityExtractor",
        "CRFEntityExtractor",
        "DucklingEntityExtractor",
        "RegexEntityExtractor",
        "EntitySynonymMapper",
        "ResponseSelector",
        "FallbackClassifier",
        "MitieNLP",
        "SpacyNLP",
    ]
)


@dataclass(frozen=True, slots=True)
class Config:
    """How a project is decided.

    Attributes:
        has_rules: whether rules decide.
        fallback_action: what comes when nothing else is sure; None: listen.
        checks_rules: whether contradictions are refused.
        restricts_rules: whether a rule may have one message at most.
        has_stories: whether stories decide.
        history: how many states a story is recognised by; None for all.
        is_forgiving: whether a shorter end of the conversation may be recognised.
        overlooks_slots: whether, after that, slots may be overlooked.
        nlu_threshold, ambiguity_threshold: below, `nlu_fallback` is understood; None: never.
        notices: what is replaced, a sentence each.
    """

    has_rules: bool = True
    fallback_action: str | None = DEFAULT_FALLBACK
    checks_rules: bool = True
    restricts_rules: bool = True
    has_stories: bool = True
    history: int | None = 5
    is_forgiving: bool = True
    overlooks_slots: bool = True
    nlu_threshold: float | None = None
    ambiguity_threshold: float = 0.1
    notices: tuple[str, ...] = ()


def load_config(folder: Path) -> Config:
    """Read a project's `config.yml`; without policies in it, Rasa's default ones decide.

    Raises:
        DialogueError: with file, line and reason.
    """
    path = next(
        (folder / name for name in ("config.yml", "config.yaml") if (folder / name).is_file()), None
    )
    document = read_document(path) if path else None
    if document is None:
        return Config(notices=("there is no config.yml: rules and stories decide",))
    policies = list(_components(document, "policies"))
    pipeline = list(_components(document, "pipeline"))
    notices = [notice for item in pipeline if (notice := _pipeline_notice(item))]
    threshold, ambiguity = _fallback(pipeline)
    if not policies:
        notices.append("no policies are named: rules and stories decide")
        return Config(
            nlu_threshold=threshold, ambiguity_threshold=ambiguity, notices=tuple(notices)
        )
    rule: dict[str, Any] | None = None
    history: int | None = None
    has_stories = is_forgiving = overlooks_slots = False
    for item in policies:
        raw = item.value
        name = _name(item)
        if name == "RulePolicy":
            rule = raw
        elif name in OUR_POLICIES:
            has_stories = True
            is_forgiving = is_forgiving or name == "AugmentedMemoizationPolicy"
            history = raw.get("max_history")
        elif name in LEARNT_POLICIES:
            notices.append(f"{name} is replaced: stories are recognised exactly, else by their end")
            if name == "TEDPolicy":
                has_stories = is_forgiving = overlooks_slots = True
        else:
            raise item.error(f"the policy {name} is not known here; use {', '.join(OUR_POLICIES)}")
    known = rule or {}
    fallback = known.get("core_fallback_action_name", DEFAULT_FALLBACK)
    return Config(
        has_rules=rule is not None,
        fallback_action=fallback
        if rule is not None and known.get("enable_fallback_prediction", True)
        else None,
        checks_rules=bool(known.get("check_for_contradictions", True)),
        restricts_rules=bool(known.get("restrict_rules", True)),
        has_stories=has_stories,
        history=history,
        is_forgiving=is_forgiving,
        overlooks_slots=overlooks_slots,
        nlu_threshold=threshold,
        ambiguity_threshold=ambiguity,
        notices=tuple(notices),
    )


def _components(document: Item, section: str) -> list[Item]:
    listed = document.get(section)
    if listed is None or listed.value is None:
        return []
    if not listed.is_list:
        raise listed.error(f"`{section}` must be a list")
    for row in listed.rows():
        if not isinstance(row.value, dict) or "name" not in row.value:
            raise row.error("a component needs a `name`")
    return list(listed.rows())


def _name(item: Item) -> str:
    return str(item.value["name"]).rpartition(".")[2]


def _pipeline_notice(item: Item) -> str | None:
    name = _name(item)
    if name == "FallbackClassifier":
        return None
    if name in NLU_COMPONENTS:
        return f"{name} is replaced by our own understanding"
    raise item.error(f"the custom component {item.value['name']} cannot be run here; take it out")


def _fallback(pipeline: list[Item]) -> tuple[float | None, float]:
    for item in pipeline:
        if _name(item) == "FallbackClassifier":
            raw = item.value
            return float(raw.get("threshold", 0.3)), float(raw.get("ambiguity_threshold", 0.1))
    return None, 0.1
