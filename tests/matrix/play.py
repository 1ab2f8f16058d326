"""Plays a conversation of `tests/conversations/` as somebody on Matrix would, in an encrypted room.

`python -m tests.matrix.play NAME` prints it as her client shows it.
"""

import asyncio
import html
import re
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.keycaps import keycap
from bot.messages import Button, OutgoingText
from connectors.matrix.outbound import text_content
from tests.conversations.play import FOLDER, load_conversation
from tests.matrix.stage import MatrixStage, on_matrix
from tests.matrix.strict import StrictClients
from tests.servers.synapse import Event, Person, Synapse

SETTLED = 0.4
"""Seconds of silence after which a step is over."""
PATIENCE = 60
_LABEL = re.compile(r"<li>(.*?)</li>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a room with the assistant."""

    stage: MatrixStage
    person: Person
    room: str

    async def answers(self, count: int) -> list[Event]:
        """All that the assistant wrote, when it is so many messages."""
        return await self.person.arrived(
            count, self.room, sender=self.stage.user_id, within=PATIENCE
        )


async def take_seat(stage: MatrixStage, person: Person) -> Seat:
    """Let somebody open a room with the assistant."""
    room = await person.create_direct_room(stage.user_id)
    await person.joined(room, stage.user_id)
    return Seat(stage, person, room)


async def play(conversation: dict[str, Any], seat: Seat) -> list[list[str]]:
    """For each step, what was answered: texts as they are shown, and names of files."""
    played: list[list[str]] = []
    heard: list[Event] = []
    for step in conversation["steps"]:
        seat.stage.clock.set_forward(timedelta(minutes=step.get("after_minutes", 0)))
        before = len(heard)
        await act(step, seat, heard)
        await seat.answers(before + len(step["bot"]))
        await asyncio.sleep(SETTLED)
        heard = await seat.answers(before)
        played.append([str(event.body) for event in heard[before:]])
    return played


def expected(conversation: dict[str, Any]) -> list[list[str]]:
    """For each step, what the file says, as a client without HTML shows it."""
    return [[as_shown(answer) for answer in step["bot"]] for step in conversation["steps"]]


def as_shown(answer: dict[str, Any]) -> str:
    """An answer of a conversation file as the plain text of a Matrix event."""
    if "file" in answer:
        return str(answer["file"])
    buttons = tuple(Button(label, "") for label in answer.get("choices", ()))
    return str(text_content(OutgoingText(answer["text"], buttons))["body"])


async def act(step: dict[str, Any], seat: Seat, heard: list[Event]) -> None:
    """Write or press."""
    if "press" not in step:
        await seat.person.send_text(seat.room, str(step["you"]))
        return
    for event in reversed(heard):
        if step["press"] in labels(event):
            await press(seat, event, labels(event).index(step["press"]) + 1)
            return
    raise AssertionError(f"no choice {step['press']!r} is shown")


async def press(seat: Seat, event: Event, position: int) -> None:
    """Tap the reaction that is offered; where there is none, type the number."""
    emoji = keycap(position)
    seen = await seat.person.events(seat.room)
    if any(each.annotates == event.event_id and each.key == emoji for each in seen):
        await seat.person.react(seat.room, event.event_id, emoji)
    else:
        await seat.person.send_text(seat.room, str(position))


def labels(event: Event) -> list[str]:
    """The choices below a message."""
    return [html.unescape(label) for label in _LABEL.findall(event.formatted_body or "")]


async def transcript(name: str) -> str:
    """A conversation as it stands in somebody's client at its end."""
    conversation = load_conversation(FOLDER / f"{name}.yml")
    lines = [f"# {conversation['title']}"]
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Synapse() as synapse,
            on_matrix(Path(folder), synapse) as stage,
            StrictClients() as clients,
            clients.person(synapse, "Mia") as mia,
        ):
            seat = await take_seat(stage, mia)
            await play(conversation, seat)
            for event in await mia.events(seat.room):
                who = "Bot" if event.sender == stage.user_id else "Mia"
                if event.msgtype:
                    lines.append(f"{who}: {event.shown_body}")
                elif event.annotates and who == "Mia":
                    lines.append(f"{who} taps {event.key}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(transcript(sys.argv[1])) + "\n")
