"""The lint of the articles: one small pure function for each rule. `lernallianz knowledge check`."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from typing_extensions import override

from knowledge.article import Article
from knowledge.facts import Fact, weakest
from knowledge.loader import Library
from knowledge.text import figures, normalise, tokens
from knowledge.yamls import load_yaml

CONFIRMED = figures(
    "112, 110, 116 111, 116 117, 116 123, 0800 111 0 111, 0800 111 0 222, 116 016, "
    "0800 22 55 530, 0800 111 0 550"
)
"""Help lines that are confirmed and may always be shown."""
AUDIENCES = frozenset({"azubi", "schueler", "eltern", "ausbilder", "lehrkraft", "coach", "alle"})
PHASES = frozenset({"orientierung", "bewerbung", "ausbildung", "pruefung", "danach", "immer"})
LISTS = Path(__file__).with_name("check.yml")
_SHOWN = ("title", "answer", "einfach", "more", "next_step")
_ABBREVIATION = re.compile(
    r"\b(?:z|d|u|i|o)\. ?(?:B|h|a|d|R|v)\.|\b(?:Abs|Nr|Art|bzw|ca|Std|usw|inkl|evtl|ggf|Tel|Dr|max|mind|vgl)\."
    r"|\b\d{1,2}\.(?=\s?(?:[a-zäöüß\d]|Januar|Februar|März|April|Mai|Ju[nl]i|August|September"
    r"|Oktober|November|Dezember|Jahr|Ausbildungsjahr|Klasse|Geburtstag))",
)
_CITATION = re.compile(r"(?:§+|\b(?:Abs|Nr|Art)\.|\bSatz)\s*\d+")
_LINK = re.compile(r"https?://[^\s;)]*[^\s;),.]")
FORMAL = re.compile(r"(?<![.!?:»„] )(?<!^)\b(?:Sie|Ihnen|Ihr|Ihre|Ihrem|Ihren|Ihrer)\b")
GENDER_SIGN = re.compile(r"\w[*:_]in(?:nen)?\b|\w/-?in(?:nen)?\b|\w[a-zäöü]Innen\b")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    path: Path
    line: int
    rule: str
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Lists:
    """Words that some rules look for, from `check.yml`."""

    pressure: tuple[str, ...]
    occupations: tuple[str, ...]
    shaming: tuple[str, ...]

    @classmethod
    def load(cls, path: Path = LISTS) -> "Lists":
        """Read the file."""
        raw = load_yaml(path.read_text(encoding="utf-8"))
        return cls(
            pressure=tuple(map(normalise, raw["pressure"])),
            occupations=tuple(map(normalise, raw["occupations"])),
            shaming=tuple(map(normalise, raw["shaming"])),
        )


Rule = Callable[[Article, Library, Lists], Iterator[tuple[str, str]]]
"""Yields the field that is wrong and what is wrong with it."""


def check(library: Library, lists: Lists | None = None) -> list[Finding]:
    """Everything to mend, in the order of files and rules."""
    lists = lists or Lists.load()
    findings = [
        Finding(article.path, article.lines.get(field, 1), rule.__name__, message)
        for article in sorted(library.articles.values(), key=lambda each: str(each.path))
        for rule in RULES
        for field, message in rule(article, library, lists)
    ]
    return findings + _questions_fought_over(library)


def out_of_date(library: Library, today: date) -> list[Article]:
    """The articles that must not be stated as true any more."""
    return [each for each in library.articles.values() if not each.is_valid_on(today)]


def sentences(text: str) -> list[str]:
    """The sentences of a text; abbreviations and ordinal numbers end none."""
    protected = _ABBREVIATION.sub(lambda found: found[0].replace(".", "·"), text)
    return [part for part in re.split(r"(?<=[.!?])[\s»“\"]+", protected.strip()) if part]


def facts_of(article: Article, library: Library) -> list[Fact]:
    """The facts that an article rests on; unknown keys are left to their own rule."""
    return [library.facts[key] for key in article.keys if key in library.facts]


def known_facts(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Key and aliases are fact keys."""
    for key in article.keys:
        if key not in library.facts:
            yield "key", f"{key} is no fact"


def right_file(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """The file is named by the key, the folder by the topic."""
    if article.path.stem != article.key:
        yield "key", f"the file must be called {article.key}.md"
    if article.path.parent.name != article.topic:
        yield "topic", f"the folder must be called {article.topic}"


def short_answer(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """At most three sentences in the answer; Einfache Sprache short sentences."""
    for field, said in article.said():
        count = len(sentences(said.answer))
        if count > 3:
            yield field, f"{count} sentences, at most three"
        simple = [
            sum(not token.isdecimal() for token in tokens(_unlinked(sentence)))
            for sentence in sentences(said.einfach)
        ]
        where = "einfach" if field == "answer" else field
        if len(simple) > 7:
            yield where, f"{len(simple)} sentences, at most seven"
        if max(simple, default=0) > 15:
            yield where, f"a sentence of {max(simple)} words, at most 15"


def figures_from_facts(
    article: Article, library: Library, lists: Lists
) -> Iterator[tuple[str, str]]:
    """Every figure stands in a fact; unchecked facts give none."""
    facts = facts_of(article, library)
    allowed, citable = set(CONFIRMED), set[str]()
    if facts and weakest([fact.confidence for fact in facts]) not in ("A", "offen"):
        for fact in facts:
            allowed |= figures(_unlinked(f"{fact.fact} {fact.as_of}"))
            citable |= figures(_unlinked(f"{fact.fact} {fact.source}"))
    place = library.place(article.place, _region(article))
    if place and place.phone:
        allowed |= figures(place.phone)
    for field, shown in _shown(article):
        text = _unlinked(shown)
        cited = figures(" ".join(_CITATION.findall(text))) - citable
        extra = (figures(_CITATION.sub(" ", text)) - allowed) | cited
        if extra:
            yield field, f"figures that no fact supports: {', '.join(sorted(extra))}"


def _shown(article: Article) -> Iterator[tuple[str, str]]:
    """Every text that people read, with the field it stands in."""
    for field in _SHOWN:
        yield field, getattr(article, field)
    for variant in article.variants.values():
        yield from (("variants", variant.answer), ("variants", variant.einfach))


def einfach_keeps_figures(
    article: Article, library: Library, lists: Lists
) -> Iterator[tuple[str, str]]:
    """Einfache Sprache keeps every figure of the answer."""
    for field, said in article.said():
        lost = figures(said.answer) - figures(said.einfach)
        if lost:
            where = "einfach" if field == "answer" else field
            yield where, f"loses figures of the answer: {', '.join(sorted(lost))}"


def confidence_of_facts(
    article: Article, library: Library, lists: Lists
) -> Iterator[tuple[str, str]]:
    """The article is as sure as the weakest of its facts."""
    facts = facts_of(article, library)
    if facts:
        expected = weakest([fact.confidence for fact in facts])
        if article.confidence.split("+")[0] != expected:
            yield "confidence", f"must be {expected}, the weakest of its facts"


def official_links(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Links come from the facts or the place."""
    known = {
        _bare(link)
        for fact in facts_of(article, library)
        for link in _LINK.findall(f"{fact.fact} {fact.source}")
    }
    place = library.place(article.place, _region(article))
    if place:
        known.add(_bare(place.link))
    for source in article.sources:
        if not source.link.startswith(("https://", "http://")):
            yield "sources", f"{source.link} is no link"
        elif _bare(source.link) not in known:
            yield "sources", f"{source.link} stands in none of its facts"


def next_place(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """The place exists."""
    if library.place(article.place, _region(article)) is None:
        yield "place", f"{article.place} is in no file of regions/"


def relations_exist(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Related articles exist and are others."""
    for key in article.related:
        related = library.find(key)
        if related is None:
            yield "related", f"{key} does not exist"
        elif related is article:
            yield "related", f"{key} is this article"


def allowed_values(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Audience, phase, variants and title are as the README has them."""
    for field, allowed in (("audience", AUDIENCES), ("phase", PHASES), ("variants", AUDIENCES)):
        unknown = set(getattr(article, field)) - allowed
        if unknown:
            yield field, f"unknown: {', '.join(sorted(unknown))}"
    if len(article.title) > 60:
        yield "title", "longer than 60 characters"
    if len(article.questions) < 12:
        yield "questions", f"{len(article.questions)}, at least twelve"


def no_pressure(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Nobody is pushed."""
    for field, shown in _shown(article):
        text = normalise(shown)
        for phrase in lists.pressure:
            if phrase in text:
                yield field, f"pushes: {phrase}"


def at_least_two_ways(
    article: Article, library: Library, lists: Lists
) -> Iterator[tuple[str, str]]:
    """Who names occupations or paths names at least two."""
    shown = normalise(" ".join(text for _, text in _shown(article)))
    named = {name for name in lists.occupations if re.search(rf"\b{name}", shown)}
    if len(named) == 1:
        yield "answer", f"names only one way: {named.pop()}"


def kind_address(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Du-form, and no signs inside words."""
    for field, text in _shown(article):
        if FORMAL.search(text):
            yield field, "addresses people as Sie"
        if GENDER_SIGN.search(text):
            yield field, "has a gender sign that screen readers stumble on"


def changing_hours(article: Article, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Opening hours say that they may change."""
    for field, text in _shown(article):
        speaks_of_hours = re.search(r"\b(?:Montag|Mo|Samstag)\b.*\d+ ?(?:bis|–|-) ?\d+ Uhr", text)
        if speaks_of_hours and "Zeiten können sich ändern" not in text:
            yield field, "opening hours need: Zeiten können sich ändern"


RULES: tuple[Rule, ...] = (
    known_facts,
    right_file,
    short_answer,
    figures_from_facts,
    einfach_keeps_figures,
    confidence_of_facts,
    official_links,
    next_place,
    relations_exist,
    allowed_values,
    no_pressure,
    at_least_two_ways,
    kind_address,
    changing_hours,
)


def _questions_fought_over(library: Library) -> list[Finding]:
    asked = Counter(
        question
        for article in library.articles.values()
        for question in {normalise(each).strip(" ?.!") for each in article.questions}
    )
    return [
        Finding(article.path, article.lines["questions"], "questions_fought_over", question)
        for article in library.articles.values()
        for question in sorted({normalise(each).strip(" ?.!") for each in article.questions})
        if asked[question] > 1
    ]


def _region(article: Article) -> str | None:
    return None if article.region == "bund" else article.region


def _unlinked(text: str) -> str:
    return _LINK.sub(" ", text)


def _bare(link: str) -> str:
    return link.rstrip("/.").removeprefix("https://").removeprefix("http://").removeprefix("www.")
