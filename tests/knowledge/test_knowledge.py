from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import ROOT
from knowledge.article import Article, ArticleError, parse_article
from knowledge.check import check, sentences
from knowledge.index import (
    Document,
    build_index,
)
from knowledge.loader import KnowledgeError, Library, LiveLibrary, load_library
from knowledge.search import folder_documents, search
from knowledge.text import figures, ngrams, normalise, stems, tokens

REAL = load_library(ROOT / "knowledge")
GOOD = """---
key: teilzeit.umfang
title: Wie viel Teilzeit geht?
topic: teilzeit
audience: [azubi]
phase: [ausbildung]
region: bund
questions: [eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, elf, zwölf]
answer: Die Zeit darf höchstens um 50 % gekürzt werden.
einfach: Du kannst kürzer arbeiten. Höchstens 50 % weniger.
next_step: Sprich mit deinem Betrieb.
place: kammer
sources:
  - title: BBiG § 7a
    link: https://www.gesetze-im-internet.de/bbig_2005/__7a.html
stand: 04/2026
valid_until: 2027-04-30
owner: redaktion
confidence: VG
---
"""
PATH = Path("articles/teilzeit/teilzeit.umfang.md")


def article(text: str = GOOD) -> Article:
    return parse_article(PATH, text.encode())


def findings(changed: Article) -> list[str]:
    library = Library(
        articles={changed.key: changed},
        by_alias=dict.fromkeys(changed.keys, changed),
        places=REAL.places,
        facts=REAL.facts,
    )
    return [finding.rule for finding in check(library)]


# --- text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prüfung  ÄÖÜ ß", "pruefung aeoeue ss"),
        ("sooooo müüüde", "soo mueuede"),
        ("a\u200bb\x00c\tD", "abc d"),
        ("ﬁn Ⅳ", "fin iv"),
    ],
)
def test_normalising(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_written_out_umlauts_have_the_same_stems() -> None:
    assert stems("Prüfungen") == stems("pruefung")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.014 Euro", {"1014"}),
        ("18 %, 4,5 Jahre und zwei Wochen", {"18", "4,5", "2"}),
        ("am 01.08.2026 um 8 Uhr", {"1", "8", "2026"}),
        ("ein Viertel, eine Woche, einmal", {"1/4"}),
        ("zweimal, dreijährig, sechsmonatige Probezeit", {"2", "3", "6"}),
        ("0800 111 0 111 oder 116 111", {"08001110111", "116111"}),
        ("das Anderthalbfache", {"1,5"}),
    ],
)
def test_figures(text: str, expected: set[str]) -> None:
    assert figures(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing_that_matters(text: str) -> None:
    assert tokens(normalise(text)) == tokens(text)
    assert isinstance(figures(text), frozenset)


@given(st.text(min_size=1, max_size=20))
def test_ngrams_have_the_wanted_sizes(token: str) -> None:
    assert all(3 <= len(gram) <= 5 for gram in ngrams(token, 3, 5))


# --- articles ----------------------------------------------------------------------------------


def test_a_good_article_is_read_whole() -> None:
    actual = article()

    assert actual.key == "teilzeit.umfang"
    assert actual.valid_until == date(2027, 4, 30)
    assert actual.text("einfach").startswith("Du kannst")
    assert actual.is_valid_on(date(2027, 4, 30))
    assert not actual.is_valid_on(date(2027, 5, 1))


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_and_byte_order_marks_do_not_matter(ending: str) -> None:
    data = b"\xef\xbb\xbf" + GOOD.replace("\n", ending).encode()

    assert parse_article(PATH, data).questions == article().questions


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("---\nkey", "key", 1, "front matter"),
        ("title: Wie", "title: Wie: viel", 3, "YAML"),
        ("topic:", "\ttopic:", 4, "YAML"),
        ("topic: teilzeit", "key: teilzeit", 4, "twice"),
        ("owner: redaktion", "owner: [a]", 18, "text"),
        ("owner:", "besitzer:", 18, "unknown field"),
        ("2027-04-30", "irgendwann", 17, "date"),
        ("2027-04-30", "2027-02-30", 2, "YAML"),
        ("[azubi]", "azubi", 5, "list"),
        ("[azubi]", "[]", 5, "empty"),
        ("place: kammer\n", "", 1, "missing"),
        ("  - title: BBiG § 7a\n    link:", "  - titel: x\n    link:", 13, "title"),
    ],
)
def test_a_malformed_article_is_refused_with_line_and_reason(
    old: str, new: str, line: int, reason: str
) -> None:
    with pytest.raises(ArticleError, match=reason) as refused:
        article(GOOD.replace(old, new, 1))

    assert refused.value.line == line


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01\x02", "Prüfung".encode("latin-1"), b"---\n", b"x" * 300_000]
)
def test_what_is_no_article_is_refused(data: bytes) -> None:
    with pytest.raises(ArticleError):
        parse_article(PATH, data)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda t: f"---\n{t}\n---\n".encode()))
def test_any_bytes_are_an_article_or_an_article_error(data: bytes) -> None:
    with suppress(ArticleError):
        assert isinstance(parse_article(PATH, data), Article)


# --- check -------------------------------------------------------------------------------------


def test_our_own_articles_are_clean() -> None:
    assert [str(finding) for finding in check(REAL)] == []


def test_a_good_article_has_no_findings() -> None:
    assert findings(article()) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("known_facts", {"aliases": ("gibt.es.nicht",)}),
        ("right_file", {"path": Path("articles/geld/anders.md")}),
        ("short_answer", {"answer": "Eins. Zwei. Drei. Vier."}),
        ("short_answer", {"einfach": "Höchstens 50 % " + "sehr " * 20 + "lang."}),
        ("figures_from_facts", {"more": "Das kostet 17 Euro."}),
        ("figures_from_facts", {"next_step": "Warte sieben Tage."}),
        ("einfach_keeps_figures", {"einfach": "Du kannst kürzer arbeiten."}),
        ("confidence_of_facts", {"confidence": "A"}),
        ("next_place", {"place": "mond"}),
        ("relations_exist", {"related": ("gibt.es.nicht",)}),
        ("relations_exist", {"related": ("teilzeit.umfang",)}),
        ("allowed_values", {"audience": ("marsmenschen",)}),
        ("allowed_values", {"questions": ("nur eine",)}),
        ("no_pressure", {"more": "Du musst unbedingt anrufen."}),
        ("at_least_two_ways", {"more": "Werde zum Beispiel Tischler."}),
        ("kind_address", {"more": "Bitte fragen Sie nach."}),
        ("kind_address", {"more": "Frag deine Ausbilder:innen."}),
        ("changing_hours", {"more": "Montag 9 bis 12 Uhr."}),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, changes: dict[str, object]) -> None:
    assert rule in findings(replace(article(), **changes))  # type: ignore[arg-type]


def test_a_link_from_nowhere_is_found() -> None:
    text = GOOD.replace("https://www.gesetze-im-internet.de/bbig_2005/__7a.html", "https://a.b")

    assert "official_links" in findings(article(text))


def test_unchecked_facts_give_no_figures() -> None:
    changed = replace(
        article(), key="teilzeit.berufsschule", confidence="A", answer="Es sind 50 %."
    )

    assert "figures_from_facts" in findings(changed)


def test_questions_that_two_articles_fight_over_are_found() -> None:
    first = next(iter(REAL.articles.values()))
    twin = replace(article(), questions=(*article().questions, first.questions[0].upper()))
    articles = {**REAL.articles, twin.key: twin}
    library = replace(REAL, articles=articles)

    assert "questions_fought_over" in [finding.rule for finding in check(library)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das geht z. B. am 1. August. Und danach?", 2),
        ("Ruf an: 110. Reden hilft.", 2),
        ("Siehe § 7 Abs. 1 Nr. 2.", 1),
    ],
)
def test_sentences_are_counted_as_people_count_them(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


# --- loader ------------------------------------------------------------------------------------


def knowledge_in(folder: Path) -> Path:
    (folder / "articles" / "teilzeit").mkdir(parents=True)
    (folder / "articles/teilzeit/teilzeit.umfang.md").write_text(GOOD, encoding="utf-8")
    (folder / "regions").mkdir()
    (folder / "regions/bund.yml").write_text(
        (ROOT / "knowledge/regions/bund.yml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (folder / "facts.jsonl").write_text(
        (ROOT / "knowledge/facts.jsonl").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return folder


def test_a_broken_file_keeps_the_last_good_state(tmp_path: Path) -> None:
    live = LiveLibrary(knowledge_in(tmp_path))
    path = tmp_path / "articles/teilzeit/teilzeit.umfang.md"
    path.write_text("kaputt", encoding="utf-8")
    broken = live.reload()
    kept = live.current.find("teilzeit.umfang")
    path.write_text(GOOD.replace("höchstens um 50", "nur um 50"), encoding="utf-8")
    mended = live.reload()
    path.write_text(GOOD.replace("[eins,", "[ganz neu,"), encoding="utf-8")
    asked = live.reload()

    assert [error.line for error in broken.errors] == [1]
    assert kept is not None
    assert (mended.is_changed, mended.needs_training) == (True, False)
    assert asked.needs_training
    assert not live.reload().is_changed


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    folder = knowledge_in(tmp_path)
    for name in ("a", "b"):
        (folder / f"articles/teilzeit/{name}.md").write_text("kaputt", encoding="utf-8")

    with pytest.raises(KnowledgeError) as refused:
        load_library(folder)

    assert len(refused.value.errors) == 2


# --- search ------------------------------------------------------------------------------------

PAGES = [
    Document("urlaub", "Urlaub", ("wie viel urlaub habe ich", "urlaubstage")),
    Document("probezeit", "Probezeit", ("wie lange dauert die probezeit",)),
    Document("berichtsheft", "Berichtsheft", ("muss ich ein berichtsheft führen",)),
]
INDEX = build_index(PAGES)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Wieviele Urlaubstage hab ich?", "urlaub"),
        ("probzeit wie lang", "probezeit"),
        ("BERICHTSHEFTE führen", "berichtsheft"),
        ("Hallo, ich bin neu hier und mein Chef ist komisch. Wie lange dauert die Probezeit? "
         "Und sonst geht es mir ganz gut, danke der Nachfrage.", "probezeit"),
    ],
)  # fmt: skip
def test_the_meant_page_is_found(query: str, expected: str) -> None:
    assert search(INDEX, query)[0].key == expected


def test_what_nobody_wrote_about_scores_low() -> None:
    hits = search(INDEX, "quantenchromodynamik im weltall")

    assert all(hit.score < 0.2 for hit in hits)


@given(st.text(max_size=200))
def test_any_query_gives_sorted_hits_between_0_and_1(query: str) -> None:
    scores = [hit.score for hit in search(INDEX, query)]

    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_any_folder_of_markdown_can_be_searched(tmp_path: Path) -> None:
    (tmp_path / "tief").mkdir()
    (tmp_path / "tief/urlaub.md").write_text("# Ferien\n\nVon der Schule frei.", "utf-8")
    (tmp_path / "b.md").write_text("---\nkey: eigen\ntitle: Geld\n---\nLohn und Gehalt", "utf-8")
    (tmp_path / "c.md").write_text("---\nkaputt: [\n---\nText", "utf-8")
    (tmp_path / "d.md").write_bytes(b"\xff\xfe")
    index = build_index(folder_documents(tmp_path))

    assert search(index, "ferien")[0].key == "tief/urlaub"
    assert search(index, "gehalt")[0].key == "eigen"
