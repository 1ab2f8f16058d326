"""Checks and tests any Rasa 3 project: what `lernallianz dialogue` does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.engine.dialogue import Dialogue, data_files, load_dialogue
from bot.engine.examples import Example, Examples, load_examples
from bot.engine.project import DialogueError
from bot.engine.testing import StoryResult, find_tests, run_stories
from bot.events import FAQ, Parse
from bot.models import extractor
from bot.settings import load
from bot.understanding.embedded import Understanding
from bot.understanding.training import Lesson, trained
from knowledge.loader import load_library


def checked(folder: Path) -> tuple[Dialogue, list[str]]:
    """Load a project.

    Returns:
        The project, and what the reader should know: what is replaced, how much there is.

    Raises:
        DialogueError: with file, line, reason and what to do.
    """
    if not folder.is_dir():
        raise DialogueError(folder, 1, "is no folder")
    dialogue = load_dialogue(folder)
    examples = _examples(folder)
    domain = dialogue.domain
    counts = (
        f"{len(domain.intents)} intents, {len(examples.examples)} examples, {len(domain.slots)} slots, "
        f"{len(domain.forms)} forms, {sum(trace.is_rule for trace in dialogue.traces)} rules, "
        f"{sum(not trace.is_rule for trace in dialogue.traces)} stories"
    )
    return dialogue, [*dialogue.config.notices, counts]


def run_tests(folder: Path) -> Iterator[StoryResult]:
    """Train on a project in memory and run its test stories.

    Raises:
        DialogueError: the project or a story cannot be read.
        ConfigurationError: what training needs is not installed.
    """
    dialogue = load_dialogue(folder)
    understanding = learnt(folder)

    def understood(text: str) -> Parse:
        return understanding.understood(text)

    yield from run_stories(dialogue, find_tests(folder), understood)


def learnt(folder: Path) -> Understanding:
    """What a project's examples teach, trained in memory."""
    examples = _examples(folder)
    classifier = trained([Lesson(each.text, each.intent) for each in examples.examples])
    return Understanding(classifier, extractor(examples))


def _examples(folder: Path) -> Examples:
    """The project's examples; those of our own dialogues go on in the articles."""
    examples = load_examples(data_files(folder))
    settings = load()
    if folder.resolve() != settings.dialogues_dir.resolve():
        return examples
    asked = [
        Example(question, f"{FAQ}{article.key}")
        for article in load_library(settings.knowledge_dir).articles.values()
        for question in article.questions
    ]
    return replace(examples, examples=(*examples.examples, *asked))
