"""Trains Rasa's default pipeline on one file and parses texts; runs under Rasa's own Python, not under ours.

    python rasa_nlu.py TRAIN.yml TEXTS.json OUT.json

OUT holds seconds of training and of loading, memory in MB after loading, and for each text the ranking and the
milliseconds it took.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """
recipe: default.v1
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
    random_seed: 1
policies: []
"""
"""What `rasa init` writes, without what adds nothing to intents (synonyms, response selector, fallback)."""
WARM_UP = 20


def train(examples: Path, folder: Path) -> str:
    """Train; the model's path."""
    from rasa.model_training import train_nlu

    config = folder / "config.yml"
    config.write_text(CONFIG, encoding="utf-8")
    path = train_nlu(str(config), str(examples), str(folder / "models"))
    assert path is not None
    return str(path)


def load_and_parse(model: str, texts: list[str], out: Path) -> None:
    """Load the model in a process of its own, so that its memory is its own, and parse."""
    from rasa.core.agent import Agent

    begun = time.perf_counter()
    agent = Agent.load(model)
    start = time.perf_counter() - begun
    rows = asyncio.run(_parsed(agent, texts))
    memory = peak_memory()
    out.write_text(json.dumps({"start": start, "memory": memory, "rows": rows}), encoding="utf-8")


def peak_memory() -> float:
    """The most memory that this process held, in MB; `getrusage` would count the one that started it, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return (
        float(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        / 1024
    )


async def _parsed(agent: object, texts: list[str]) -> list[dict[str, object]]:
    rows = []
    for text in [*texts[:WARM_UP], *texts]:
        begun = time.perf_counter()
        found = await agent.parse_message(text)  # type: ignore[attr-defined]
        taken = (time.perf_counter() - begun) * 1000
        ranking = [[each["name"], each["confidence"]] for each in found["intent_ranking"]]
        rows.append({"ranking": ranking, "milliseconds": taken})
    return rows[WARM_UP:]


def main() -> None:
    """See above; with `--model` the model is loaded, not trained."""
    if sys.argv[1] == "--model":
        _, _, model, texts, out = sys.argv
        load_and_parse(model, json.loads(Path(texts).read_text(encoding="utf-8")), Path(out))
        return
    import subprocess

    _, examples, texts, out = sys.argv
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        model = train(Path(examples), Path(folder))
        seconds = time.perf_counter() - begun
        subprocess.run([sys.executable, __file__, "--model", model, texts, out], check=True)
    found = json.loads(Path(out).read_text(encoding="utf-8"))
    Path(out).write_text(json.dumps({"train": seconds, **found}), encoding="utf-8")


if __name__ == "__main__":
    main()
