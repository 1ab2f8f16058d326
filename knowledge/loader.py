"""Folders of articles, places and facts as one value, and a live one that is read again on change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import Article, ArticleError, Place, read_article, read_places
from knowledge.facts import Fact, load_facts

NATION = "bund"


class KnowledgeError(Exception):
    """Some files of the knowledge folder cannot be read; `errors` names file, line and reason."""

    def __init__(self, errors: list[ArticleError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


def link_name(key: str) -> str:
    """How a link names an article: letters, digits, `_` and `-`, as Telegram allows."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", key)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that the assistant knows, at one moment.

    Attributes:
        articles: by key.
        by_alias: by any fact key, the article that answers it.
        places: by region, places by key.
        facts: by key.
    """

    articles: Mapping[str, Article]
    by_alias: Mapping[str, Article]
    places: Mapping[str, Mapping[str, Place]]
    facts: Mapping[str, Fact]

    def find(self, key: str) -> Article | None:
        """The article with this key or alias, or None."""
        return self.by_alias.get(key)

    def find_linked(self, name: str) -> Article | None:
        """The article that a link names (`t.me/…?start=urlaub-u18` for `urlaub.u18`), or None."""
        return next((each for key, each in self.by_alias.items() if link_name(key) == name), None)

    def place(self, key: str, region: str | None = None) -> Place | None:
        """A place: the region's own, else the nation's; without a region any region's."""
        if region and key in self.places.get(region, {}):
            return self.places[region][key]
        if key in self.places.get(NATION, {}):
            return self.places[NATION][key]
        if region:
            return None
        return next((places[key] for places in self.places.values() if key in places), None)


def load_library(folder: Path) -> Library:
    """Read articles, places and facts.

    Raises:
        KnowledgeError: with every mistake found, not only the first.
    """
    errors: list[ArticleError] = []
    articles = _articles(folder / "articles", errors)
    places: dict[str, Mapping[str, Place]] = {}
    for path in sorted((folder / "regions").glob("*.yml")):
        try:
            places[path.stem] = read_places(path)
        except ArticleError as error:
            errors.append(error)
    facts: dict[str, Fact] = {}
    try:
        facts = load_facts(folder / "facts.jsonl")
    except ArticleError as error:
        errors.append(error)
    if errors:
        raise KnowledgeError(errors)
    by_alias = {key: article for article in articles.values() for key in article.keys}
    return Library(articles=articles, by_alias=by_alias, places=places, facts=facts)


def _articles(folder: Path, errors: list[ArticleError]) -> dict[str, Article]:
    articles: dict[str, Article] = {}
    taken: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.md")):
        try:
            article = read_article(path)
        except ArticleError as error:
            errors.append(error)
            continue
        for key in article.keys:
            if key in taken:
                reason = f"{key} is answered already by {taken[key].name}"
                errors.append(ArticleError(path, article.lines.get("key", 1), reason))
            taken[key] = path
        articles[article.key] = article
    return articles


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a reload did.

    Attributes:
        is_changed: whether another library is in use now.
        needs_training: whether example questions changed, which take effect at the next `train`.
        errors: why the last good state was kept.
    """

    is_changed: bool = False
    needs_training: bool = False
    errors: tuple[ArticleError, ...] = ()


class LiveLibrary:
    """A library that can be read again; a broken file keeps the last good state.

    Raises:
        KnowledgeError: the first reading failed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._signature = self._sign()
        self.current = load_library(folder)

    def reload(self) -> ReloadReport:
        """Read again if any file changed; never raises."""
        signature = self._sign()
        if signature == self._signature:
            return ReloadReport()
        self._signature = signature
        try:
            library = load_library(self._folder)
        except KnowledgeError as error:
            return ReloadReport(errors=tuple(error.errors))
        before, self.current = self.current, library
        return ReloadReport(is_changed=True, needs_training=_asked(before) != _asked(library))

    def _sign(self) -> tuple[tuple[str, int, int], ...]:
        rows = []
        for path in sorted(self._folder.rglob("*")):
            if path.suffix in (".md", ".yml", ".jsonl"):
                try:
                    stat = path.stat()
                except OSError:
                    continue
                rows.append((str(path), stat.st_mtime_ns, stat.st_size))
        return tuple(rows)


def _asked(library: Library) -> dict[str, tuple[str, ...]]:
    return {key: article.questions for key, article in library.articles.items()}
