"""How the free-text slot tells entries from questions: `python -m tests.editors.measure`."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from bot.messages import typed
from tests.support import Stage, on_stage, settings_in

MESSAGES = [
    json.loads(line)
    for line in Path(__file__).with_name("messages.jsonl").read_text(encoding="utf-8").splitlines()
]


async def measured() -> tuple[list[str], list[str]]:
    """Entries that were lost, and questions that were kept as entries."""
    lost, taken = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with on_stage(settings_in(Path(folder))) as stage:
            for number, message in enumerate(MESSAGES):
                is_kept = await kept(stage, f"person {number}", message["text"])
                if message["is_entry"] and not is_kept:
                    lost.append(message["text"])
                elif not message["is_entry"] and is_kept:
                    taken.append(message["text"])
    return lost, taken


async def kept(stage: Stage, person: str, text: str) -> bool:
    """Whether the form takes this text for the entry."""
    for each in ("/frage", text):
        before = len(stage.memory.sent)
        await stage.memory.says(person, typed(each))
        await stage.settled()
    answers = stage.memory.sent[before:]
    return any("an die Redaktion geben" in getattr(each.content, "text", "") for each in answers)


def main() -> None:
    """Print what was lost and what was taken."""
    lost, taken = asyncio.run(measured())
    sys.stdout.write(f"entries lost: {len(lost)} {lost}\n")
    sys.stdout.write(f"questions kept as entries: {len(taken)} {taken}\n")


if __name__ == "__main__":
    main()
