"""The lint of the nudges: one small pure function for each rule. Part of `lernallianz knowledge check`."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from knowledge.check import FORMAL, GENDER_SIGN, Finding, Lists, sentences
from knowledge.loader import NATION, Library
from knowledge.nudge import STAGES, TOPICS, Nudge, Words
from knowledge.text import figures, normalise

FEWEST = 120
LONGEST_TEXT = 299
LONGEST_TITLE = 60
LONGEST_ACT = 10
"""In minutes."""
SAYS_REGION: Mapping[str, str] = {"he": "In Hessen"}
"""By region, what a nudge of it says; a nudge of the nation says nothing."""
_QUOTED = re.compile(r"„[^“]*“")

Rule = Callable[[Nudge, Library, Lists], Iterator[tuple[str, str]]]
"""Yields the field that is wrong and what is wrong with it."""


def check_nudges(
    nudges: Mapping[str, Nudge], library: Library, lists: Lists | None = None
) -> list[Finding]:
    """Everything to mend, in the order of files and rules."""
    lists = lists or Lists.load()
    return _too_few(nudges) + [
        Finding(nudge.path, nudge.lines.get(field, 1), rule.__name__, message)
        for nudge in sorted(nudges.values(), key=lambda each: str(each.path))
        for rule in RULES
        for field, message in rule(nudge, library, lists)
    ]


def right_file(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """The file is named by the key, the folder and the key's first part by the topic."""
    if nudge.path.stem != nudge.key:
        yield "key", f"the file must be called {nudge.key}.md"
    if nudge.path.parent.name != nudge.topic:
        yield "topic", f"the folder must be called {nudge.topic}"
    if not nudge.key.startswith(f"{nudge.topic}."):
        yield "key", f"must begin with {nudge.topic}."


def allowed_values(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Topic, stages, region and title are as the README has them."""
    if nudge.topic not in TOPICS:
        yield "topic", f"unknown: {nudge.topic}"
    unknown = nudge.stages - set(STAGES)
    if unknown:
        yield "stages", f"unknown: {', '.join(sorted(unknown))}"
    if nudge.region not in (NATION, *SAYS_REGION):
        yield "region", f"unknown: {nudge.region}"
    if len(nudge.title) > LONGEST_TITLE:
        yield "title", f"longer than {LONGEST_TITLE} characters"


def known_facts(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """One or two facts, and they exist."""
    if len(nudge.facts) > 2:
        yield "facts", f"{len(nudge.facts)}, at most two"
    for key in nudge.facts:
        if key not in library.facts:
            yield "facts", f"{key} is no fact"


def known_article(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """The article that explains it exists."""
    if nudge.article not in library.articles:
        yield "article", f"{nudge.article} does not exist"


def right_region(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """What holds in one state only is told there only, and the nudge says so."""
    for field, key in (("article", nudge.article), *(("facts", key) for key in nudge.facts)):
        article = library.find(key)
        if article and article.region not in (NATION, nudge.region):
            yield field, f"{key} holds in the region {article.region} only"
    phrase = SAYS_REGION.get(nudge.region, "")
    for field, words in _levels(nudge):
        if phrase not in words.text:
            yield field, f"does not say: {phrase}"


def short_text(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """A nudge is read at a glance."""
    for field, words in _levels(nudge):
        if len(words.text) > LONGEST_TEXT:
            yield field, f"{len(words.text)} characters, at most {LONGEST_TEXT}"


def one_act(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """One thing to do, of ten minutes at most; what is said aloud in it may have more sentences."""
    for field, act in (("act", nudge.standard.act), ("einfach", nudge.einfach.act)):
        count = len(sentences(_QUOTED.sub("„…“", act)))
        if count != 1:
            yield field, f"an act of {count} sentences, exactly one"
    if not 1 <= nudge.minutes <= LONGEST_ACT:
        yield "minutes", f"must be 1 to {LONGEST_ACT}"


def figures_from_facts(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Every figure stands in a fact, only the act names its minutes; unchecked facts give none."""
    facts = [library.facts[key] for key in nudge.facts if key in library.facts]
    allowed = frozenset[str]()
    if all(fact.is_checked for fact in facts):
        allowed = allowed.union(*(figures(fact.fact) for fact in facts))
    own = {str(nudge.minutes)}
    for field, words in _levels(nudge):
        said = figures(f"{words.fact} {words.cheer}") | (figures(words.act) - own)
        extra = said - allowed
        if extra:
            yield field, f"figures that no fact supports: {', '.join(sorted(extra))}"


def einfach_keeps_figures(
    nudge: Nudge, library: Library, lists: Lists
) -> Iterator[tuple[str, str]]:
    """Einfache Sprache keeps every figure of the fact."""
    lost = figures(nudge.standard.fact) - figures(nudge.einfach.fact)
    if lost:
        yield "einfach", f"loses figures of the fact: {', '.join(sorted(lost))}"


def no_pressure(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Nobody is pushed."""
    yield from _said(nudge, lists.pressure, "pushes")


def no_shaming(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Nobody is shamed or compared."""
    yield from _said(nudge, lists.shaming, "shames")


def at_least_two_ways(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Who names occupations names at least two."""
    for field, words in _levels(nudge):
        named = list(_phrases(words.text, lists.occupations))
        if len(named) == 1:
            yield field, f"names only one way: {named[0]}"


def kind_address(nudge: Nudge, library: Library, lists: Lists) -> Iterator[tuple[str, str]]:
    """Du-form, and no signs inside words."""
    for field, words in _levels(nudge):
        if FORMAL.search(words.text):
            yield field, "addresses people as Sie"
        if GENDER_SIGN.search(f"{nudge.title} {words.text}"):
            yield field, "has a gender sign that screen readers stumble on"


RULES: tuple[Rule, ...] = (
    right_file,
    allowed_values,
    known_facts,
    known_article,
    right_region,
    short_text,
    one_act,
    figures_from_facts,
    einfach_keeps_figures,
    no_pressure,
    no_shaming,
    at_least_two_ways,
    kind_address,
)


def _too_few(nudges: Mapping[str, Nudge]) -> list[Finding]:
    if len(nudges) >= FEWEST:
        return []
    message = f"{len(nudges)} nudges, at least {FEWEST}"
    return [Finding(Path("nudges"), 1, "enough_nudges", message)]


def _levels(nudge: Nudge) -> Iterator[tuple[str, Words]]:
    """Both language levels, with the field that a finding names."""
    yield "fact", nudge.standard
    yield "einfach", nudge.einfach


def _said(nudge: Nudge, phrases: tuple[str, ...], fault: str) -> Iterator[tuple[str, str]]:
    for field, words in _levels(nudge):
        for phrase in _phrases(words.text, phrases):
            yield field, f"{fault}: {phrase}"


def _phrases(text: str, phrases: tuple[str, ...]) -> Iterator[str]:
    """The phrases that begin a word of the text: `endlich` is not in `jugendlich`."""
    shown = normalise(text)
    return (phrase for phrase in phrases if re.search(rf"\b{re.escape(phrase)}", shown))
