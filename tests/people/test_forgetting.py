"""With consent too, a conversation is forgotten after a day; only what waits in a form stays, for a month."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.delivery.retention import KEPT_DRAFT, purge
from bot.delivery.tables import conversation
from bot.messages import OutgoingText, typed
from tests.support import Stage, on_stage, settings_in

REMEMBERED = ("ich bin azubi", "Ja, ich bin 18 oder älter")


async def say(stage: Stage, *texts: str) -> str:
    for each in texts:
        await stage.memory.says("someone", typed(each))
        await stage.settled()
    last = stage.memory.sent[-1].content
    assert isinstance(last, OutgoingText)
    return last.text


async def purged(stage: Stage, by: timedelta) -> dict[str, Any] | None:
    """The memory that is stored after this time and a purge."""
    stage.clock.set_forward(by)
    house = stage.house
    await purge(house.database, house.clock(), house.assistant.drafts)
    async with house.database.read() as connection:
        state: dict[str, Any] | None = await connection.scalar(select(conversation.c.state))
    return state


async def test_what_was_said_goes_after_a_day_and_the_person_stays(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(stage, *REMEMBERED, "wie viel urlaub habe ich mit 17")

        state = await purged(stage, timedelta(hours=25))

        assert state is not None
        assert (state["events"], state["latest_message"], set(state["slots"])) == (
            [],
            None,
            {"is_introduced"},
        )
        assert "Rolle: Azubi" in await say(stage, "Was weißt du über mich?")


async def test_a_draft_is_offered_after_days_and_gone_after_a_month(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(stage, *REMEMBERED, "/frage", "Was gilt in Liechtenstein für Werkzeugkisten?")

        assert (await purged(stage, timedelta(days=3)) or {})["slots"]["editors_question"]
        assert "etwas angefangen" in await say(stage, "hallo")
        assert await purged(stage, KEPT_DRAFT + timedelta(days=2)) is None


async def test_without_a_purge_in_between_nothing_older_than_a_day_is_used(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(stage, *REMEMBERED, "wie viel urlaub habe ich mit 17")
        at_once = await say(stage, "mehr dazu")
        stage.clock.set_forward(timedelta(hours=25))
        late = await say(stage, "mehr dazu")

        assert "Urlaub" in at_once
        assert "Urlaub" not in late
