"""Nudges: read from files, refused with line and reason, held to their rules."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import ROOT
from knowledge.article import ArticleError
from knowledge.loader import KnowledgeError, load_library
from knowledge.nudge import (
    After,
    Always,
    Before,
    LiveNudges,
    Nudge,
    Season,
    When,
    load_nudges,
    parse_nudge,
)
from knowledge.nudge_check import FEWEST, check_nudges

LIBRARY = load_library(ROOT / "knowledge")
REAL = load_nudges(ROOT / "knowledge")
GOOD = """---
key: alltag.ruhezeit
title: Zeit zum Ausruhen
topic: alltag
stages: [a1, a2]
region: bund
when: always
facts: [ruhezeit]
article: ruhezeit
fact: Zwischen zwei Arbeitstagen sind unter 18 mindestens 12 Stunden frei, ab 18 mindestens 11.
act: Verabrede mit deinem Kind fünf ruhige Minuten.
minutes: 5
cheer: In Ruhe lassen ist auch eine Hilfe.
einfach:
  fact: Zwischen zwei Arbeitstagen ist frei. Unter 18 mindestens 12 Stunden. Ab 18 mindestens 11.
  act: "Sprich mit deinem Kind ab: Wann hat es Ruhe?"
  cheer: Auch Ruhe ist eine Hilfe.
---

A note for editors.
"""
PATH = Path("nudges/alltag/alltag.ruhezeit.md")


def nudge(text: str = GOOD) -> Nudge:
    return parse_nudge(PATH, text.encode())


def findings(changed: Nudge) -> list[str]:
    found = [finding.rule for finding in check_nudges({changed.key: changed}, LIBRARY)]
    return [rule for rule in found if rule != "enough_nudges"]


# --- reading -----------------------------------------------------------------------------------


def test_a_good_nudge_is_read_whole() -> None:
    actual = nudge()

    assert (actual.key, actual.topic, actual.minutes) == ("alltag.ruhezeit", "alltag", 5)
    assert actual.stages == frozenset({"a1", "a2"})
    assert actual.main_fact == "ruhezeit"
    assert actual.text("standard") == (
        "Zwischen zwei Arbeitstagen sind unter 18 mindestens 12 Stunden frei, ab 18 mindestens 11."
        " Verabrede mit deinem Kind fünf ruhige Minuten. In Ruhe lassen ist auch eine Hilfe."
    )
    assert actual.text("einfach").endswith("Wann hat es Ruhe? Auch Ruhe ist eine Hilfe.")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("always", Always()),
        ('{from: "09-01", until: "01-31"}', Season((9, 1), (1, 31))),
        ("{weeks_before: 6, anchor: sommerferien}", Before(6, "sommerferien")),
        ("{weeks_after: 0, anchor: ausbildungsstart}", After(0, "ausbildungsstart")),
    ],
)
def test_seasons_and_date_rules_are_read(written: str, expected: When) -> None:
    assert nudge(GOOD.replace("when: always", f"when: {written}")).when == expected


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("---\nkey", "key", 1, "front matter"),
        ("topic: alltag", "topic: alltag\nfarbe: rot", 5, "unknown field: farbe"),
        ("article: ruhezeit\n", "", 1, "article is missing"),
        ("topic: alltag", "key: alltag", 4, "twice"),
        ("title: Zeit zum Ausruhen", "title: ''", 3, "title must be a text"),
        ("stages: [a1, a2]", "stages: a1", 5, "stages must be a list"),
        ("facts: [ruhezeit]", "facts: []", 8, "facts must be a list"),
        ("minutes: 5", "minutes: fünf", 12, "minutes must be a whole number"),
        ("minutes: 5", "minutes: true", 12, "minutes must be a whole number"),
        ("  cheer: Auch", "  trost: Auch", 14, "einfach must hold fact, act and cheer"),
        ("always", "sometimes", 7, "when must be"),
        ("always", '{from: "09-01"}', 7, "when must be"),
        ("always", '{from: "09-01", until: "9-30"}', 7, "when needs months and days"),
        ("always", '{from: "02-29", until: "03-30"}', 7, "when names a day that not every"),
        ("always", "{weeks_before: 2, anchor: pfingsten}", 7, "unknown anchor: pfingsten"),
        ("always", "{weeks_before: -2, anchor: sommerferien}", 7, "when must be a whole number"),
        ("always", "{weeks_before: 2, anchor: sommerferien, x: 1}", 7, "when must be"),
    ],
)
def test_a_malformed_nudge_is_refused_with_line_and_reason(
    old: str, new: str, line: int, reason: str
) -> None:
    with pytest.raises(ArticleError, match=reason) as refused:
        nudge(GOOD.replace(old, new, 1))

    assert refused.value.line == line


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"---\n{t}\n---\n".encode()))
def test_any_bytes_are_a_nudge_or_an_article_error(data: bytes) -> None:
    with suppress(ArticleError):
        assert isinstance(parse_nudge(PATH, data), Nudge)


# --- folders -----------------------------------------------------------------------------------


def folder_with(folder: Path, *names: str) -> Path:
    (folder / "nudges" / "alltag").mkdir(parents=True)
    for name in names:
        (folder / "nudges" / "alltag" / name).write_text(GOOD, encoding="utf-8")
    return folder


def test_two_files_with_one_key_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"b\.md:2: alltag\.ruhezeit stands .* .*a\.md"):
        load_nudges(folder_with(tmp_path, "a.md", "b.md"))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "a.md")
    for name in ("b", "c"):
        (folder / f"nudges/alltag/{name}.md").write_text("kaputt", encoding="utf-8")

    with pytest.raises(KnowledgeError) as refused:
        load_nudges(folder)

    assert [error.path.stem for error in refused.value.errors] == ["b", "c"]


def test_a_folder_without_nudges_holds_none(tmp_path: Path) -> None:
    assert load_nudges(tmp_path) == {}


def test_a_broken_file_keeps_the_last_good_state(tmp_path: Path) -> None:
    live = LiveNudges(folder_with(tmp_path, "alltag.ruhezeit.md"))
    path = tmp_path / "nudges/alltag/alltag.ruhezeit.md"
    path.write_text("kaputt", encoding="utf-8")
    broken = live.reload()
    kept = live.current["alltag.ruhezeit"].title
    path.write_text(GOOD.replace("Zeit zum Ausruhen", "Ausruhen"), encoding="utf-8")
    mended = live.reload()

    assert ([error.line for error in broken.errors], broken.is_changed) == ([1], False)
    assert kept == "Zeit zum Ausruhen"
    assert mended.is_changed
    assert live.current["alltag.ruhezeit"].title == "Ausruhen"
    assert not live.reload().is_changed


# --- check -------------------------------------------------------------------------------------


def test_our_own_nudges_are_clean() -> None:
    assert [str(finding) for finding in check_nudges(REAL, LIBRARY)] == []


def test_a_good_nudge_has_no_findings() -> None:
    assert findings(nudge()) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("right_file", "key: alltag.ruhezeit", "key: alltag.ruhe"),
        ("right_file", "topic: alltag", "topic: geld"),
        ("allowed_values", "topic: alltag", "topic: wetter"),
        ("allowed_values", "[a1, a2]", "[a1, a5]"),
        ("allowed_values", "region: bund", "region: xy"),
        ("allowed_values", "Zeit zum Ausruhen", "Zeit " * 13),
        ("known_facts", "[ruhezeit]", "[gibt.es.nicht]"),
        ("known_facts", "[ruhezeit]", "[ruhezeit, pausen.u18, pausen.ab18]"),
        ("known_article", "article: ruhezeit", "article: gibt.es.nicht"),
        ("right_region", "article: ruhezeit", "article: eltern.auskunft"),
        ("right_region", "[ruhezeit]", "[ruhezeit, quabb]"),
        ("right_region", "region: bund", "region: he"),
        ("short_text", "In Ruhe lassen", "In Ruhe " + "und Frieden " * 20 + "lassen"),
        ("short_text", "Auch Ruhe ist", "Auch " + "und auch " * 30 + "ist"),
        ("one_act", "fünf ruhige Minuten.", "Ruhe. Sprich danach darüber."),
        ("one_act", "Wann hat es Ruhe?", "Wann hat es Ruhe? Wie lange?"),
        ("one_act", "minutes: 5", "minutes: 11"),
        ("one_act", "minutes: 5", "minutes: 0"),
        ("figures_from_facts", "mindestens 11.\nact", "mindestens 10.\nact"),
        ("figures_from_facts", "auch eine Hilfe.\neinfach", "mehr wert als 100 Euro.\neinfach"),
        ("figures_from_facts", "fünf ruhige Minuten", "sechs ruhige Minuten"),
        ("figures_from_facts", "In Ruhe lassen", "Fünf Minuten in Ruhe lassen"),
        ("figures_from_facts", "facts: [ruhezeit]", "facts: [ruhezeit, steuer.azubi]"),
        ("einfach_keeps_figures", "Ab 18 mindestens 11.\n", "Danach etwas weniger.\n"),
        ("no_pressure", "In Ruhe lassen", "Du musst unbedingt in Ruhe lassen"),
        ("no_shaming", "In Ruhe lassen", "Endlich in Ruhe lassen"),
        ("no_shaming", "Auch Ruhe", "Andere Eltern wissen, Ruhe"),
        ("at_least_two_ways", "In Ruhe lassen", "In der Bäckerei Ruhe haben"),
        ("kind_address", "In Ruhe lassen", "Das haben Sie gern, das"),
        ("kind_address", "In Ruhe lassen", "Ausbilder:innen in Ruhe lassen"),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, old: str, new: str) -> None:
    assert GOOD.count(old) == 1
    assert rule in findings(nudge(GOOD.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("In Ruhe lassen", "Jugendliche in Ruhe lassen"),
        ("In Ruhe lassen", "In Bäckerei oder Tischlerei in Ruhe lassen"),
        ("fünf ruhige Minuten.", "den Satz „Jetzt ist Ruhe. Wir reden später.“"),
    ],
)
def test_what_only_looks_wrong_is_left_alone(old: str, new: str) -> None:
    assert findings(nudge(GOOD.replace(old, new))) == []


def test_a_nudge_of_a_region_says_so_in_both_levels() -> None:
    here = GOOD.replace("region: bund", "region: he")
    only_standard = here.replace("fact: Zwischen", "fact: In Hessen gilt zwischen", 1)

    assert findings(nudge(here.replace("fact: Zwischen", "fact: In Hessen gilt zwischen"))) == []
    assert set(findings(nudge(only_standard))) == {"right_region"}


def test_too_few_nudges_are_found() -> None:
    few = dict(list(REAL.items())[: FEWEST - 1])

    assert [each.rule for each in check_nudges(few, LIBRARY)] == ["enough_nudges"]


def test_a_finding_names_file_and_line() -> None:
    changed = replace(nudge(), article="gibt.es.nicht")
    found = check_nudges({**REAL, changed.key: changed}, LIBRARY)

    assert [str(each) for each in found] == [
        f"{PATH}:9: known_article: gibt.es.nicht does not exist"
    ]
