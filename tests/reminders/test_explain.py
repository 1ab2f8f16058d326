"""`reminders explain`: why a reminder rang or did not, without a word of what was written."""

from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.explain import Explainer
from bot.messages import Choice, OutgoingText, typed
from tests.support import Stage, on_stage, settings_in


async def say(stage: Stage, text: str) -> None:
    await stage.memory.says("kim", typed(text))
    await stage.settled()


async def press(stage: Stage, label: str) -> None:
    buttons = (
        button
        for message in reversed(stage.memory.sent)
        if isinstance(message.content, OutgoingText)
        for button in message.content.buttons
    )
    await stage.memory.says(
        "kim", Choice(next(each.token for each in buttons if each.label == label))
    )
    await stage.settled()


async def explained(stage: Stage) -> str:
    return "\n".join(await Explainer(stage.house.database, stage.clock).lines("memory:kim"))


async def test_each_ringing_has_its_reason(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(stage, "montags bis freitags um 16 uhr erinnern")
        await press(stage, "Ja, passt")
        await press(stage, "Ja, ich bin 18 oder älter")
        assert "now: would be silent: no gap" in await explained(stage)

        # The stage begins on a Saturday at nine; until Monday evening nothing is written.
        await stage.pass_time(minutes=2.5 * 24 * 60)
        rung = await explained(stage)
        await say(stage, "heute Geheimes Rezept gekocht 8h")
        await press(stage, "Ja, speichern")
        await stage.pass_time(minutes=60)
        written = await explained(stage)

    assert "montags bis freitags um 16:00 Uhr; next 2026-11-24 16:00 Europe/Berlin" in rung
    assert "2026-11-23 #0: said" in rung
    assert "now: would be silent" in written
    assert "Rezept" not in written


async def test_who_is_not_known_is_said(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        with pytest.raises(ConfigurationError, match="nobody is known"):
            await explained(stage)
