"""Where somebody lives is understood in every state, however it is put."""

from pathlib import Path

import pytest

from bot.texts import load_texts
from tests.support import on_stage, settings_in

WAYS = ("wohn in {}", "Ich lebe in {}!", "komm aus {}", "{}", "Ich mache meine Lehre in {}.")
QUESTIONS = ("{}?", "Ausbildung {}", "wann sind ferien in {}", "und in {}?")


@pytest.mark.parametrize("way", WAYS)
async def test_a_state_is_understood(way: str, tmp_path: Path) -> None:
    misread = []
    states = load_texts("profile")["values"]["state"]
    async with on_stage(settings_in(tmp_path)) as stage:
        for key, state in states.items():
            await stage.memory.says(key, way.format(state))
            await stage.settled()
        for message in stage.memory.sent:
            state = states[message.address.chat]
            said = getattr(message.content, "text", "")
            if f"Bundesland: {state}" not in said:
                misread.append((state, said[:60]))

    assert misread == []


@pytest.mark.parametrize("way", QUESTIONS)
async def test_a_question_about_a_state_is_none(way: str, tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await stage.memory.says("mia", way.format("Bayern"))
        [said] = await stage.memory.arrived(1)

    assert "Bundesland: Bayern" not in getattr(said.content, "text", "")
