"""Writes `build/rasa/`: our dialogues as a project that Rasa itself trains, with the articles' questions."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from bot.events import FAQ
from bot.settings import Settings
from knowledge.loader import Library
from knowledge.yamls import load_yaml

PIPELINE: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "LogisticRegressionClassifier"},
    {"name": "ResponseSelector", "retrieval_intent": "faq", "epochs": 30},
]
"""Rasa's own understanding of our project; light, because ours is the one that we tune."""


def write_rasa_project(settings: Settings, library: Library) -> Path:
    """Write the project anew.

    Returns:
        Its folder.
    """
    folder = settings.rasa_project
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.dialogues_dir, folder)
    config = load_yaml((folder / "config.yml").read_text(encoding="utf-8"))
    _write(folder / "config.yml", {**config, "pipeline": PIPELINE, "assistant_id": "lernallianz"})
    articles = sorted(library.articles.values(), key=lambda article: article.key)
    _write(
        folder / "data" / "nlu" / "faq.yml",
        {
            "version": "3.1",
            "nlu": [
                {"intent": f"{FAQ}{article.key}", "examples": _examples(article.questions)}
                for article in articles
            ],
        },
    )
    _write(
        folder / "domain" / "faq.yml",
        {
            "version": "3.1",
            "responses": {
                f"utter_faq/{article.key}": [{"text": article.title}] for article in articles
            },
        },
    )
    return folder


def _examples(questions: tuple[str, ...]) -> str:
    return "".join(f"- {' '.join(question.split())}\n" for question in questions)


def _write(path: Path, content: dict[str, Any]) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, encoding="utf-8")
