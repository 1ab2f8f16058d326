"""Plays a conversation of `tests/conversations/` as somebody on Telegram would.

`python -m tests.telegram.play NAME` prints it as her client shows it.
"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.markup import spans
from tests.conversations.play import FOLDER, load_conversation
from tests.servers.botapi import BotApi, Person, Seen
from tests.telegram.stage import TelegramStage, labels, on_telegram

SETTLED = 0.4
"""Seconds of silence after which a step is over."""
PATIENCE = 60


async def play(
    conversation: dict[str, Any], stage: TelegramStage, person: Person
) -> list[list[dict[str, Any]]]:
    """For each step, what was answered."""
    played = []
    for step in conversation["steps"]:
        stage.pass_time(timedelta(minutes=step.get("after_minutes", 0)))
        before = len(answers(person))
        act(step, person)
        await stage.api.arrived(before + len(step["bot"]), person, within=PATIENCE)
        await asyncio.sleep(SETTLED)
        played.append([shown(seen) for seen in answers(person)[before:]])
    return played


def expected(conversation: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """For each step, what the file says, as a client without marks shows it."""
    return [
        [
            {key: plain(value) if key == "text" else value for key, value in answer.items()}
            for answer in step["bot"]
        ]
        for step in conversation["steps"]
    ]


def act(step: dict[str, Any], person: Person) -> None:
    """Write or press."""
    if "press" not in step:
        person.says(str(step["you"]))
        return
    for seen in reversed(person.sees):
        if step["press"] in labels(seen):
            person.presses(seen["message_id"], step["press"])
            return
    raise AssertionError(f"no button {step['press']!r} is shown")


def answers(person: Person) -> list[Seen]:
    """What the bot wrote, in order."""
    return [seen for seen in person.sees if seen["from_bot"]]


def shown(seen: Seen) -> dict[str, Any]:
    """A message in the form of the conversation files."""
    if seen["file"]:
        return {"file": seen["file"].name}
    choices = labels(seen)
    return {"text": seen["text"], **({"choices": choices} if choices else {})}


def plain(text: str) -> str:
    """A text in light markup without its marks."""
    return "".join(span.text for span in spans(text))


async def transcript(name: str) -> str:
    """A conversation as it stands in somebody's client at its end."""
    conversation = load_conversation(FOLDER / f"{name}.yml")
    lines = [f"# {conversation['title']}"]
    with tempfile.TemporaryDirectory() as folder:
        async with BotApi() as api, on_telegram(Path(folder), api) as stage:
            person = api.person("Mia", language_code="de")
            await play(conversation, stage, person)
            for seen in person.sees:
                who = "Bot" if seen["from_bot"] else "Mia"
                lines.append(f"{who}: {seen['text'] or shown(seen)}")
                lines += [f"     [{label}]" for label in labels(seen)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(transcript(sys.argv[1])) + "\n")
