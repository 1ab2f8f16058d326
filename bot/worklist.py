"""The editors' worklist: what to answer, to mend, to check again, to tell apart."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from bot.answers.service import Rated, ratings
from bot.bootstrap import open_keys
from bot.editors.service import Question, close_question, questions
from bot.models import cross_validated, open_library
from bot.settings import Settings, clock_of
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.understanding.concepts import Concepts
from bot.understanding.training import Lesson
from knowledge.article import Article

SOON = timedelta(days=60)
CONFUSED = 3
"""So many questions of a pair must be taken for the other."""


async def open_questions(settings: Settings) -> Sequence[Question]:
    """The open questions, oldest first."""
    async with _opened(settings) as database:
        return await questions(database)


async def close(settings: Settings, number: int) -> bool:
    """Delete a question; whether there was one."""
    async with _opened(settings) as database:
        return await close_question(database, number)


@dataclass(frozen=True, slots=True)
class Confusable:
    """Two articles whose questions are taken for each other."""

    first: str
    second: str
    times: int


@dataclass(frozen=True, slots=True)
class Worklist:
    """Everything that waits for an editor.

    Attributes:
        questions: sent by people who got no answer; with their consent, without names and numbers.
        badly_rated: articles that failed at least as often as they helped.
        expiring: articles that may not be stated as true much longer, the soonest first.
    """

    questions: Sequence[Question]
    badly_rated: Sequence[Rated]
    expiring: Sequence[Article]


async def worklist(settings: Settings) -> Worklist:
    """Gather it."""
    async with _opened(settings) as database:
        asked = await questions(database)
        rated = await ratings(database)
    library = open_library(settings).current
    today = clock_of(settings)().date()
    return Worklist(
        questions=asked,
        badly_rated=[each for each in rated if each.failed and each.failed >= each.helped],
        expiring=expiring(library.articles.values(), today),
    )


def expiring(articles: Iterable[Article], today: date) -> list[Article]:
    """The articles whose facts expire within `SOON`."""
    soon = [each for each in articles if each.valid_until <= today + SOON]
    return sorted(soon, key=lambda each: (each.valid_until, each.key))


def confusable(lessons: Sequence[Lesson], concepts: Concepts) -> list[Confusable]:
    """Pairs of articles, the worst first: each third of the questions is asked of what the others taught.

    It takes a minute or two with all lessons (`bot.models.lessons_of`).
    """
    taken: Counter[tuple[str, str]] = Counter()
    for meant, found in cross_validated(lessons, concepts):
        if meant != found:
            first, second = sorted((meant, found))
            taken[first, second] += 1
    pairs = (Confusable(*pair, times) for pair, times in taken.items() if times >= CONFUSED)
    return sorted(pairs, key=lambda each: (-each.times, each.first, each.second))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    ring, _ = open_keys(settings)
    migrate(settings.database)
    async with Database(settings.database, ring) as database:
        yield database
