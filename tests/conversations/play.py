"""Plays a conversation file on the memory connector; `python -m tests.conversations.play [NAME …]` accepts.

A file holds a title and steps; a step says something (`you`), presses a button by its label
(`press`), or sends a kind that cannot be read (`sends`), perhaps some time later (`after_minutes`; alone: nobody says anything), perhaps in another
chat (`who`) or messenger (`chat`, of those under `messengers`), and lists what is answered (`bot`): texts and choices,
compared whole and in order; what other chats hear stands under `others`. One-time codes are shown as XXXX-XXXX; `{code}`
in what is said stands for the last one. A file may name a `team` and its `staff`, who are invited before the first step;
`replies_to` is the beginning of the message that a step answers; `from` is the person whose words are passed on.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bot.escalation.hours import read_hours
from bot.escalation.office import EscalationOffice, TeamRules
from bot.messages import (
    Address,
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
from connectors.memory import MemoryConnector
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
    async with on_stage(settings, *conversation.get("messengers", ())) as stage:
        if "team" in conversation:
            await _staffed(stage, conversation["team"], conversation["staff"])
        for step in conversation["steps"]:
            before = len(stage.memory.sent)
            messenger = stage.more.get(step.get("chat", ""), stage.memory)
            address = Address(messenger.channel, step.get("who", "someone"))
            who = _called(address)
            await stage.pass_time(minutes=step.get("after_minutes", 0))
            if content := _content(step, stage, address):
                answered = _answered(step, stage, address)
                await messenger.says(address.chat, content, reply_to=answered)
            await stage.settled()
            said = {key: value for key, value in step.items() if key not in ("bot", "others")}
            heard: dict[str, list[dict[str, Any]]] = {who: []}
            for message in stage.memory.sent[before:]:
                # That a settled question loses its buttons is shown on Telegram.
                if not isinstance(message.content, OutgoingEdit) or message.content.text:
                    heard.setdefault(_called(message.address), []).append(_shown(message))
            answers = {"bot": heard.pop(who), **({"others": heard} if heard else {})}
            played.append({**said, **answers})
    return played


async def _staffed(stage: Stage, team: dict[str, Any], staff: list[dict[str, str]]) -> None:
    """A team, and its staff as they would come: by invitations that they take."""
    office = EscalationOffice(stage.house.database)
    rules = TeamRules(
        region=team.get("region"),
        topics=tuple(team.get("topics", ())),
        spans=read_hours(team["hours"]),
        state=team.get("holidays"),
        minutes=team.get("minutes", 5),
    )
    await office.set_team(team["name"], rules)
    for each in staff:
        code = await office.invite(
            each.get("role", "coach"), team["name"], each["name"], stage.clock()
        )
        address = Address(stage.memory.channel, each["who"])
        await stage.memory.says(address.chat, code)
        await stage.settled()
        await stage.memory.says(address.chat, Choice(_token("Ja, ich bin dabei", stage, address)))
        await stage.settled()


def _answered(step: dict[str, Any], stage: Stage, address: Address) -> str:
    """The external id of the message of ours that a step replies to; empty for none."""
    if "replies_to" not in step:
        return ""
    found = [
        f"s{position}"
        for position, message in enumerate(stage.memory.sent, start=1)
        if message.address == address
        and str(getattr(message.content, "text", "")).startswith(step["replies_to"])
    ]
    return found[-1]


def _called(address: Address) -> str:
    """How a chat is called in the files: by its messenger where there are several."""
    return address.chat if address.channel == MemoryConnector.channel else address.channel


def _content(step: dict[str, Any], stage: Stage, address: Address) -> IncomingContent | None:
    if "press" in step:
        return Choice(_token(step["press"], stage, address))
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


def _token(label: str, stage: Stage, address: Address) -> str:
    for message in reversed(stage.memory.sent):
        if message.address == address and isinstance(message.content, OutgoingText):
            for button in message.content.buttons:
                if button.label == label:
                    return button.token
    raise AssertionError(f"no button {label!r} was ever shown")


def _shown(message: OutgoingMessage) -> dict[str, Any]:
    content = message.content
    name = getattr(content, "author", "")
    author = {"from": name} if name else {}
    if isinstance(content, OutgoingText):
        shown: dict[str, Any] = {**author, "text": CODE.sub("XXXX-XXXX", content.text)}
        if content.buttons:
            shown["choices"] = [button.label for button in content.buttons]
        return shown
    if isinstance(content, OutgoingEdit):
        return {**author, "changed_to": content.text}
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


def accept(names: list[str]) -> None:
    """Write what is answered now into the files; look at `git diff` before you commit."""
    for path in [each for each in FILES if not names or each.stem in names]:
        conversation = load_conversation(path)
        with tempfile.TemporaryDirectory() as folder:
            conversation["steps"] = asyncio.run(play(conversation, Path(folder)))
        path.write_text(dump(conversation), encoding="utf-8")
        sys.stdout.write(f"accepted {path.name}; look at: git diff {path.name}\n")


if __name__ == "__main__":
    accept(sys.argv[1:])
