"""Plays a conversation file on the memory connector; `python -m tests.conversations.play` accepts.

A file holds a title and steps; a step says something (`you`), presses a button by its label
(`press`), or sends a kind that cannot be read (`sends`), perhaps some time later (`after_minutes`; alone: nobody says anything), perhaps in another
chat (`who`), and lists what is answered (`bot`): texts and choices, compared whole and in order; what other chats hear
stands under `others`. One-time codes are shown as XXXX-XXXX; `{code}` in what is said stands for the last one.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bot.messages import (
    Choice,
    IncomingContent,
    Joined,
    OutgoingEdit,
    OutgoingMessage,
    OutgoingText,
    Unreadable,
    typed,
)
from bot.people.codes import ALPHABET
from tests.support import Stage, on_stage, settings_in

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yml"))
CODE = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")


def load_conversation(path: Path) -> dict[str, Any]:
    """The file as values."""
    conversation: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return conversation


async def play(conversation: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """The steps with what was really answered."""
    settings = settings_in(folder, **conversation.get("settings", {}))
    played = []
    async with on_stage(settings) as stage:
        for step in conversation["steps"]:
            before = len(stage.memory.sent)
            who = step.get("who", "someone")
            await stage.pass_time(minutes=step.get("after_minutes", 0))
            if content := _content(step, stage):
                await stage.memory.says(who, content)
            await stage.settled()
            said = {key: value for key, value in step.items() if key not in ("bot", "others")}
            heard: dict[str, list[dict[str, Any]]] = {who: []}
            for message in stage.memory.sent[before:]:
                # That a settled question loses its buttons is shown on Telegram.
                if not isinstance(message.content, OutgoingEdit):
                    heard.setdefault(message.address.chat, []).append(_shown(message))
            answers = {"bot": heard.pop(who), **({"others": heard} if heard else {})}
            played.append({**said, **answers})
    return played


def _content(step: dict[str, Any], stage: Stage) -> IncomingContent | None:
    if "press" in step:
        return Choice(_token(step["press"], stage))
    if "sends" in step:
        return Joined() if step["sends"] == "joined" else Unreadable(step["sends"])
    if "you" not in step:
        return None
    said = str(step["you"])
    if "{code}" in said:
        said = said.replace("{code}", _last_code(stage))
    return typed(said * int(step.get("times", 1)))


def _last_code(stage: Stage) -> str:
    texts = [str(getattr(message.content, "text", "")) for message in stage.memory.sent]
    return [found[0] for text in texts for found in CODE.finditer(text)][-1]


def _token(label: str, stage: Stage) -> str:
    for message in reversed(stage.memory.sent):
        if isinstance(message.content, OutgoingText):
            for button in message.content.buttons:
                if button.label == label:
                    return button.token
    raise AssertionError(f"no button {label!r} was ever shown")


def _shown(message: OutgoingMessage) -> dict[str, Any]:
    content = message.content
    if isinstance(content, OutgoingText):
        shown: dict[str, Any] = {"text": CODE.sub("XXXX-XXXX", content.text)}
        if content.buttons:
            shown["choices"] = [button.label for button in content.buttons]
        return shown
    return {"file": getattr(content, "name", type(content).__name__)}


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, as a trainer would."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def dump(conversation: dict[str, Any]) -> str:
    """A conversation as the text of its file."""
    return yaml.dump(conversation, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


def accept() -> None:
    """Write what is answered now into the files; look at `git diff` before you commit."""
    for path in FILES:
        conversation = load_conversation(path)
        with tempfile.TemporaryDirectory() as folder:
            conversation["steps"] = asyncio.run(play(conversation, Path(folder)))
        path.write_text(dump(conversation), encoding="utf-8")
        sys.stdout.write(f"accepted {path.name}; look at: git diff {path.name}\n")


if __name__ == "__main__":
    accept()
