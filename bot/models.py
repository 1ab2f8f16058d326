"""The model files: what they are built from, whether they are current, and how they are opened."""

import logging
from collections.abc import Callable, Iterator, Sequence

from bot.diary.listening import is_report
from bot.engine.examples import Examples, load_examples
from bot.errors import ConfigurationError
from bot.events import FAQ, NLU_FALLBACK
from bot.rasaproject import write_rasa_project
from bot.settings import Settings
from bot.understanding.concepts import Concepts, load_concepts
from bot.understanding.crisis.classifier import load_classifier, save_classifier
from bot.understanding.crisis.detector import QUESTION, REPORT, CrisisDetector
from bot.understanding.crisis.rules import load_rules
from bot.understanding.crisis.training import Lessons, all_phrases, trained_classifier
from bot.understanding.embedded import Understanding, extractor_of
from bot.understanding.entities import EntityExtractor
from bot.understanding.intents import load_intents, save_intents
from bot.understanding.modelfile import ModelFileError
from bot.understanding.training import Lesson, lessons_hash, trained
from knowledge.article import Article
from knowledge.check import sentences
from knowledge.loader import KnowledgeError, Library, LiveLibrary

_log = logging.getLogger(__name__)
SURELY_EVERYDAY = 0.4
"""From this confidence on what was understood is believed, before the crisis classifier is. None of 1,800 phrases of
people in a crisis is taken for an everyday one by it and then left out."""
NOT_EVERYDAY = frozenset(
    {NLU_FALLBACK, FAQ + "meta.nicht_zustaendig", "ask_listen", "complain", "ask_human", "react"}
)
"""What somebody in a crisis may well be taken for."""
HEAVY_HEARTED = frozenset({"ask_listen", "complain"})
"""Intents whose examples may well be more than they say."""
SENTENCE_WORTH = 0.5
"""How much a sentence of an answer teaches beside a question that people type."""


def open_library(settings: Settings) -> LiveLibrary:
    """The articles, places and facts.

    Raises:
        ConfigurationError: with every mistake found.
    """
    try:
        return LiveLibrary(settings.knowledge_dir)
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error


def open_understanding(settings: Settings) -> Understanding:
    """What was learnt from articles and dialogues.

    Raises:
        ConfigurationError: it was not built.
    """
    try:
        classifier, _ = load_intents(settings.intents_model)
    except ModelFileError as error:
        raise ConfigurationError(f"{error}. Run `lernallianz train`.") from error
    return Understanding(classifier, extractor(load_examples(settings.dialogues_dir / "data")))


class LiveUnderstanding:
    """What was learnt, read again after the next `train`; a model that cannot be used leaves the last one.

    Raises:
        ConfigurationError: the first reading failed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._signature = self._sign()
        self.current = open_understanding(settings)

    def reload(self) -> bool:
        """Read again if the model file changed.

        Returns:
            Whether it did, and could be used.
        """
        signature = self._sign()
        if signature == self._signature:
            return False
        self._signature = signature
        try:
            self.current = open_understanding(self._settings)
        except ConfigurationError as error:
            _log.error("model kept as it was: %s", error)
            return False
        return True

    def _sign(self) -> tuple[int, int] | None:
        try:
            stat = self._settings.intents_model.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size


class Everyday:
    """Which everyday kind a text surely is: a report of a day at work, or a question or wish that is no serious one.

    Args:
        understanding: gives what was learnt last.
        library: gives the articles as they stand.
    """

    def __init__(
        self, understanding: Callable[[], Understanding], library: Callable[[], Library]
    ) -> None:
        self._understanding = understanding
        self._library = library

    def __call__(self, text: str) -> str | None:
        """The kind of one text, or None."""
        if is_report(text):
            return REPORT
        found = self._understanding().understood(text)
        if found.confidence < SURELY_EVERYDAY or found.intent in NOT_EVERYDAY:
            return None
        article = self._library().find(found.intent.removeprefix(FAQ))
        return None if article is not None and article.serious else QUESTION


def open_crisis_detector(
    settings: Settings, everyday: Callable[[str], str | None]
) -> CrisisDetector:
    """The crisis rules with the classifier; a broken or missing classifier leaves the rules alone.

    Args:
        settings: where everything is.
        everyday: which everyday kind a text surely is.

    Raises:
        ConfigurationError: the rules are broken; without them the assistant must not start.
    """
    rules = load_rules()
    try:
        classifier, _ = load_classifier(settings.crisis_model)
    except ModelFileError as error:
        _log.warning("crises are recognised by rules alone; run `lernallianz train`: %s", error)
        return CrisisDetector(rules)
    return CrisisDetector(rules, classifier, everyday)


def extractor(examples: Examples) -> EntityExtractor:
    """What finds the entities that a project's examples, lookups and regexes name."""
    annotated = (
        (name, example.text[begin:end])
        for example in examples.examples
        for begin, end, name in example.spans
    )
    return extractor_of(annotated, examples.lookups, examples.regexes, examples.synonyms)


def train(settings: Settings) -> list[str]:
    """Build the model files that are not current.

    Returns:
        The names of the files that had to be built.
    """
    old = list(stale(settings))
    if settings.intents_model.name in old:
        lessons, concepts = lessons_of(settings), load_concepts(settings.concepts)
        learnt_from = lessons_hash(lessons, concepts)
        save_intents(trained(lessons, concepts), learnt_from, settings.intents_model)
        write_rasa_project(settings, open_library(settings).current)
    if settings.crisis_model.name in old:
        learnt = crisis_lessons(settings)
        save_classifier(trained_classifier(learnt), learnt.hash(), settings.crisis_model)
    return old


def stale(settings: Settings) -> Iterator[str]:
    """The names of the model files that are missing or older than what they are built from."""
    try:
        _, learnt_from = load_intents(settings.intents_model)
    except ModelFileError:
        learnt_from = ""
    current = lessons_hash(lessons_of(settings), load_concepts(settings.concepts))
    if learnt_from != current or not settings.rasa_project.is_dir():
        yield settings.intents_model.name
    try:
        _, learnt_from = load_classifier(settings.crisis_model)
    except ModelFileError:
        learnt_from = ""
    if learnt_from != crisis_lessons(settings).hash():
        yield settings.crisis_model.name


def lessons_of(settings: Settings) -> list[Lesson]:
    """What is learnt from: the articles' questions and sentences, and the dialogues' examples."""
    articles = open_library(settings).current.articles.values()
    said = load_examples(settings.dialogues_dir / "data").by_intent()
    return [
        *(Lesson(text, f"{FAQ}{each.key}") for each in articles for text in each.questions),
        *(
            Lesson(text, f"{FAQ}{each.key}", worth=SENTENCE_WORTH)
            for each in articles
            for text in _sentences(each)
        ),
        *(Lesson(text, intent) for intent, texts in said.items() for text in texts),
    ]


def cross_validated(
    lessons: Sequence[Lesson], concepts: Concepts, folds: int = 3
) -> Iterator[tuple[str, str]]:
    """For each article's question, its key and the key it is taken for by what the others taught."""
    asked = [place for place, each in enumerate(lessons) if _is_question(each)]
    for fold in range(folds):
        held_out = frozenset(asked[fold::folds])
        classifier = trained(
            [each for place, each in enumerate(lessons) if place not in held_out], concepts
        )
        for place in sorted(held_out):
            found = classifier.ranked(lessons[place].text)[0].intent
            yield lessons[place].intent.removeprefix(FAQ), found.removeprefix(FAQ)


def _is_question(lesson: Lesson) -> bool:
    return lesson.worth == 1.0 and lesson.intent.startswith(FAQ)


def _sentences(article: Article) -> list[str]:
    shown = (article.answer, article.einfach, article.more)
    return [article.title, *(each for text in shown for each in sentences(text))]


def harmless_texts(settings: Settings) -> list[str]:
    """What people say every day: the questions of articles that are not serious, and what is said in our dialogues."""
    said = load_examples(settings.dialogues_dir / "data").by_intent().values()
    return [*_harmless_questions(settings), *(text for texts in said for text in texts)]


def plain_texts(settings: Settings) -> list[str]:
    """What is surely harmless just as it is: all of that, but what somebody says who wants to be listened to."""
    said = load_examples(settings.dialogues_dir / "data").by_intent().items()
    plain = (text for intent, texts in said if intent not in HEAVY_HEARTED for text in texts)
    return [*_harmless_questions(settings), *plain]


def _harmless_questions(settings: Settings) -> list[str]:
    articles = open_library(settings).current.articles.values()
    return [text for each in articles if not each.serious for text in each.questions]


def crisis_lessons(settings: Settings) -> Lessons:
    """What the crisis classifier learns from."""
    return Lessons(all_phrases(), harmless_texts(settings), plain_texts(settings))
