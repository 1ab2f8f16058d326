"""Plays conversation files on a channel with buttons, files and pictures, as people there would."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Protocol

from tests.conversations.play import CODE, FOLDER

Shown = dict[str, Any]
PassTime = Callable[[float], Awaitable[None]]
Heard = dict[str, list[Shown]]
"""What each person is answered in one step."""

NAMES = [
    *sorted(path.stem for path in FOLDER.glob("diary_*.yml")),
    "calculator_urlaub",
    "calculator_verkuerzung",
]
TELLING = ["diary_first_entry", "diary_export", "diary_under_16", "diary_year_and_import"]
"""What shows most of a channel in little time."""


def chosen() -> list[str]:
    """The conversations to play in a slow channel: those that tell most, or all with `CONVERSATIONS=all`."""
    return NAMES if os.environ.get("CONVERSATIONS") == "all" else TELLING


TABLE = re.compile(r"^\d\d [BSÜUKF–·] ", re.MULTILINE)
"""How the year begins its lines where no pictures are shown."""
YEAR: list[Shown] = [
    {"picture": ".png"},
    {
        "text": "Dein Jahr auf einen Blick. Graue Felder sind leer. Mit „Was fehlt?“ siehst du die offenen Tage.",
        "choices": ["Was fehlt?"],
    },
]
BELOW_NUDGE = ["Mehr dazu", "Seltener", "Stopp"]
NUDGE: Shown = {"nudge": BELOW_NUDGE}
"""Which one it is differs from one subscription to the next."""
SILENCE = 0.4
"""Seconds after which nothing more is expected at the end."""
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".csv": b"\xef\xbb\xbf",
    ".ics": b"BEGIN:VCALENDAR",
}


class Client(Protocol):
    """What somebody chats with; an answer has the form of the conversation files."""

    async def writes(self, text: str) -> None:
        """Write a text."""

    async def presses(self, label: str) -> bool:
        """Press the newest button of this label; False when none can be pressed."""

    async def sees(self, count: int) -> list[Shown]:
        """All answers, oldest first, as soon as there are so many; fewer when they do not come."""


@dataclass(frozen=True, slots=True)
class Chats:
    """Everybody in a conversation, each in a client of her own.

    Attributes:
        opened: makes the client of a person.
        clients: whose are open.
        heard: how many answers each has heard.
        codes: the one-time codes that were shown.
    """

    opened: Callable[[str], Awaitable[Client]]
    clients: dict[str, Client] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)

    async def act(self, step: dict[str, Any]) -> None:
        """Write or press, or say nothing."""
        who = step.get("who", "someone")
        if who not in self.clients:
            self.clients[who] = await self.opened(who)
        client = self.clients[who]
        if "press" not in step and "you" not in step:
            return
        if "press" not in step:
            said = str(step["you"])
            await client.writes(said.replace("{code}", self.codes[-1]) if self.codes else said)
        elif not await client.presses(step["press"]) and step["bot"]:
            # Where old buttons are closed, people write what stood on them.
            await client.writes(step["press"])

    async def hear(self, expected: Heard) -> Heard:
        """What came since, when it is as many answers as expected or no more come."""
        return {who: await self._hear(who, len(answers)) for who, answers in expected.items()}

    async def _hear(self, who: str, count: int) -> list[Shown]:
        before = self.heard.get(who, 0)
        answers = (await self.clients[who].sees(before + count))[before:]
        self.heard[who] = before + len(answers)
        return [self._without_code(answer) for answer in answers]

    def _without_code(self, answer: Shown) -> Shown:
        if "text" not in answer:
            return answer
        self.codes.extend(CODE.findall(answer["text"]))
        return {**answer, "text": CODE.sub("XXXX-XXXX", answer["text"])}


async def time_stands_still(minutes: float) -> None:
    """No time passes."""
    assert minutes == 0


async def play(
    conversation: dict[str, Any],
    opened: Callable[[str], Awaitable[Client]],
    visible: Callable[[str], str],
    pass_time: PassTime = time_stands_still,
) -> tuple[list[Heard], list[Heard]]:
    """What each step brings and what it should; the play ends at the first difference.

    Args:
        conversation: the file as values.
        opened: makes the client of a person.
        visible: a text in light markup as the channel shows it.
        pass_time: lets minutes pass for everybody.
    """
    chats = Chats(opened)
    played: list[Heard] = []
    expected: list[Heard] = []
    for step in conversation["steps"]:
        expected.append(_expected(step, visible))
        await pass_time(step.get("after_minutes", 0))
        await chats.act(step)
        played.append(await chats.hear(expected[-1]))
        if played[-1] != expected[-1]:
            return played, expected
    await asyncio.sleep(SILENCE)
    expected.append({who: [] for who in chats.clients})
    played.append(await chats.hear(expected[-1]))
    return played, expected


def checked(name: str, data: bytes) -> str:
    """The name of a file that is what its name says."""
    suffix = PurePath(name).suffix
    if suffix == ".json":
        json.loads(data)
    else:
        assert data.startswith(BEGINNINGS[suffix]), name
    return name


def _expected(step: dict[str, Any], visible: Callable[[str], str]) -> Heard:
    heard = {step.get("who", "someone"): step["bot"], **step.get("others", {})}
    return {
        who: [shown for answer in answers for shown in _on_channel(answer, visible)]
        for who, answers in heard.items()
    }


def _on_channel(answer: Shown, visible: Callable[[str], str]) -> list[Shown]:
    if "text" not in answer:
        return [answer]
    if answer.get("choices") == BELOW_NUDGE:
        return [NUDGE]
    if TABLE.search(answer["text"]):
        return YEAR
    return [{**answer, "text": visible(answer["text"])}]
