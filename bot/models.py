"""The model files: what they are built from, whether they are current, and how they are opened."""

import logging
from collections.abc import Iterator

from bot.engine.examples import load_examples
from bot.errors import ConfigurationError
from bot.rasaproject import write_rasa_project
from bot.settings import Settings
from bot.understanding.crisis.classifier import load_classifier, save_classifier
from bot.understanding.crisis.detector import CrisisDetector
from bot.understanding.crisis.rules import load_rules
from bot.understanding.crisis.training import NONE, phrases_hash, read_phrases, trained_classifier
from bot.understanding.modelfile import ModelFileError
from bot.understanding.parser import intent_documents
from knowledge.index import (
    Document,
    Index,
    IndexFileError,
    build_index,
    documents_hash,
    load_index,
    save_index,
)
from knowledge.loader import KnowledgeError, LiveLibrary

_log = logging.getLogger(__name__)
HELP = "hilfe"
"""The topic whose questions may well speak of a crisis."""


def open_library(settings: Settings) -> LiveLibrary:
    """The articles, places and facts.

    Raises:
        ConfigurationError: with every mistake found.
    """
    try:
        return LiveLibrary(settings.knowledge_dir)
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error


def open_index(settings: Settings) -> Index:
    """The search index.

    Raises:
        ConfigurationError: it was not built.
    """
    try:
        return load_index(settings.model)
    except IndexFileError as error:
        raise ConfigurationError(f"{error}. Run `lernallianz train`.") from error


def open_crisis_detector(settings: Settings) -> CrisisDetector:
    """The crisis rules with the classifier; a broken or missing classifier leaves the rules alone.

    Raises:
        ConfigurationError: the rules are broken; without them the assistant must not start.
    """
    rules = load_rules()
    try:
        classifier, _ = load_classifier(settings.crisis_model)
    except ModelFileError as error:
        _log.warning("crises are recognised by rules alone; run `lernallianz train`: %s", error)
        return CrisisDetector(rules)
    return CrisisDetector(rules, classifier)


def train(settings: Settings) -> list[str]:
    """Build the model files that are not current.

    Returns:
        The names of the files that had to be built.
    """
    old = list(stale(settings))
    if settings.model.name in old:
        save_index(build_index(_documents(settings)), settings.model)
        write_rasa_project(settings, open_library(settings).current)
    if settings.crisis_model.name in old:
        phrases = _phrases(settings)
        save_classifier(trained_classifier(phrases), phrases_hash(phrases), settings.crisis_model)
    return old


def stale(settings: Settings) -> Iterator[str]:
    """The names of the model files that are missing or older than what they are built from."""
    try:
        is_current = load_index(settings.model).documents == documents_hash(_documents(settings))
    except IndexFileError:
        is_current = False
    if not is_current or not settings.rasa_project.is_dir():
        yield settings.model.name
    try:
        _, learnt_from = load_classifier(settings.crisis_model)
    except ModelFileError:
        learnt_from = ""
    if learnt_from != phrases_hash(_phrases(settings)):
        yield settings.crisis_model.name


def _documents(settings: Settings) -> list[Document]:
    """What the index is built from: articles and the dialogues' example sentences."""
    library = open_library(settings).current
    return [
        *library.documents(),
        *intent_documents(load_examples(settings.dialogues_dir / "data").by_intent()),
    ]


def harmless_texts(settings: Settings) -> list[str]:
    """What people say every day: the articles' questions, and what is said in our dialogues."""
    articles = open_library(settings).current.articles.values()
    questions = [text for each in articles if each.topic != HELP for text in each.questions]
    said = load_examples(settings.dialogues_dir / "data").by_intent().values()
    return [*questions, *(text for texts in said for text in texts)]


def _phrases(settings: Settings) -> list[tuple[str, str]]:
    return [*read_phrases(), *((text, NONE) for text in harmless_texts(settings))]
