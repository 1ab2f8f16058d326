"""`lernallianz nlu evaluate`, and the model file of the intents."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import ConfigurationError
from bot.nlu import auroc, evaluate
from bot.understanding.concepts import Concepts, load_concepts
from bot.understanding.intents import load_intents, save_intents
from bot.understanding.modelfile import ModelFileError
from bot.understanding.training import Lesson, trained

TRAIN = """
version: "3.1"
nlu:
- intent: urlaub
  examples: |
    - wie viel urlaub habe ich
    - wie viele urlaubstage
    - bekomme ich ferien
    - wann darf ich urlaub nehmen
- intent: geld/lohn
  examples: |
    - was verdiene ich
    - wie hoch ist mein lohn
    - bekomme ich mehr geld
    - wann wird gezahlt
"""
TEST = """
version: "3.1"
nlu:
- intent: urlaub
  examples: |
    - wie viel urlaub bekomme ich
- intent: geld/lohn
  examples: |
    - wie viel lohn verdiene ich
- intent: unknown
  examples: |
    - xylophon quark
"""
LESSONS = [
    Lesson("wie viel urlaub habe ich", "urlaub"),
    Lesson("urlaubstage", "urlaub"),
    Lesson("was verdiene ich", "geld"),
    Lesson("lohn", "geld", worth=0.5),
    Lesson("ich wurde gefeuert", "kuendigung"),
]
CONCEPTS = Concepts({"kuendigung": ["gefeuert", "rausgeschm*", "vor die tür"], "geld": ["lohn"]})


def files(folder: Path) -> tuple[Path, Path]:
    train, test = folder / "train.yml", folder / "test.yml"
    train.write_text(TRAIN, encoding="utf-8")
    test.write_text(TEST, encoding="utf-8")
    return train, test


def test_the_figures_are_those_of_the_contract(tmp_path: Path) -> None:
    train, test = files(tmp_path)
    ran = CliRunner().invoke(
        app, ["nlu", "evaluate", "--train", str(train), "--test", str(test), "--json"]
    )
    found = json.loads(ran.stdout)

    assert set(found) == {
        "accuracy", "macro_f1", "auroc_out_of_scope", "thresholds", "milliseconds_p50",
        "milliseconds_p99", "train_seconds", "peak_rss_mb", "examples", "intents",
    }  # fmt: skip
    assert (found["accuracy"], found["macro_f1"], found["auroc_out_of_scope"]) == (1.0, 1.0, 1.0)
    assert (found["examples"], found["intents"]) == (8, 2)
    first, *_, last = found["thresholds"]
    assert first == {"threshold": 0.0, "in_scope_accuracy": 1.0, "out_of_scope_recall": 0.0}
    assert last["threshold"] == 1.0


def test_without_texts_out_of_scope_nothing_is_said_of_them(tmp_path: Path) -> None:
    train, _ = files(tmp_path)
    found = evaluate(train, train)

    assert found.auroc_out_of_scope is None
    assert {each.out_of_scope_recall for each in found.thresholds} == {None}


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    train, test = files(tmp_path)
    with pytest.raises(ConfigurationError, match=r"nowhere\.yml"):
        evaluate(tmp_path / "nowhere.yml", test)
    test.write_text('version: "3.1"\nnlu: []\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="no examples"):
        evaluate(train, test)


@given(
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=20),
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=20),
)
def test_auroc_is_the_chance_to_rank_a_pair_rightly(
    inside: list[float], outside: list[float]
) -> None:
    won = sum((a > b) + 0.5 * (a == b) for a in inside for b in outside)

    assert auroc(inside, outside) == pytest.approx(won / (len(inside) * len(outside)))


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    classifier = trained(LESSONS, CONCEPTS)
    path = tmp_path / "intents.npz"
    save_intents(classifier, "a hash", path)
    loaded, learnt_from = load_intents(path)

    assert learnt_from == "a hash"
    for text in ("urlaub", "mein lohn", "rausgeschmissen", "", "🙂", "x" * 5000):
        assert loaded.ranked(text) == classifier.ranked(text)


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_a_broken_model_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "intents.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFileError):
        load_intents(path)


def test_a_concept_understands_words_that_no_example_has() -> None:
    plain, wiser = trained(LESSONS), trained(LESSONS, CONCEPTS)
    text = "die haben mich vor die Tür gesetzt, einfach rausgeschmissen"

    assert plain.ranked(text)[0].intent != "kuendigung" or (
        plain.ranked(text)[0].confidence < wiser.ranked(text)[0].confidence
    )
    assert wiser.ranked(text)[0].intent == "kuendigung"


@pytest.mark.parametrize("content", ["- a list", "kuendigung: 3", "a: [*b]", "a: ['* b']"])
def test_a_broken_list_of_concepts_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "concepts.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"concepts\.yml"):
        load_concepts(path)
