"""Whole conversations on Telegram, word for word as on every other channel; one with a bad connection."""

from pathlib import Path
from random import Random

import pytest

from tests.conversations.play import FOLDER, load_conversation
from tests.servers.botapi import BotApi, Fault, FaultKind
from tests.telegram.play import expected, play
from tests.telegram.stage import on_telegram

NAMES = (
    "first_question",
    "greeting_and_menu",
    "misunderstood",
    "crisis_acute",
    "under_16",
    "question_to_editors",
)
BAD_CONNECTION: tuple[FaultKind, ...] = (
    "429",
    "500",
    "502",
    "cut_before_effect",
    "garbage_before_effect",
)


@pytest.mark.parametrize("name", NAMES)
async def test_a_conversation(tmp_path: Path, name: str) -> None:
    conversation = load_conversation(FOLDER / f"{name}.yml")
    async with BotApi() as api, on_telegram(tmp_path, api) as stage:
        assert await play(conversation, stage, api.person("Mia")) == expected(conversation)
        assert api.complaints == []


async def test_a_conversation_over_a_bad_connection(tmp_path: Path) -> None:
    conversation = load_conversation(FOLDER / "first_question.yml")
    async with BotApi() as api, on_telegram(tmp_path, api) as stage:
        for kind in BAD_CONNECTION:
            api.faults.add(Fault(kind, probability=0.1, random=Random(5)))  # noqa: S311
        assert await play(conversation, stage, api.person("Mia")) == expected(conversation)
        assert {entry.fault for entry in api.log} - {None}
