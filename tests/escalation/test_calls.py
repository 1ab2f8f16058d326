"""Whoever was called reads, in the same place, when nobody is needed any more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.escalation.values import State
from bot.messages import Gone, OutgoingEdit
from tests.escalation.stage import CLAIM, MATRIX, Cast, on_cast

KIM = f"{MATRIX}:kim"
OVER = "✓ Luchs 1 wartet nicht mehr."
THREE_DAYS = 3 * 24 * 60


@pytest.fixture
async def cast(tmp_path: Path, database_url: str) -> AsyncIterator[Cast]:
    """A running assistant with a team of two."""
    async with on_cast(tmp_path, database_url) as made:
        await made.team()
        for each in ("robin", KIM):
            await made.join(each)
        yield made


def changed_to(cast: Cast, who: str) -> list[tuple[str | None, int]]:
    """What messages to a coach were changed to, and how many buttons are left there."""
    edits = [each for each in cast.contents_since(0, who) if isinstance(each, OutgoingEdit)]
    return [(each.text, len(each.buttons)) for each in edits if each.text and "Luchs" in each.text]


@pytest.mark.parametrize("way", ["withdrawn", "erased", "gone", "nobody came"])
async def test_the_call_changes_when_nobody_waits_any_more(cast: Cast, way: str) -> None:
    number = await cast.open_case("mia", "hallo")
    match way:
        case "withdrawn":
            await cast.say("mia", "/bot")
            await cast.press("mia", "Ja, zurücknehmen")
        case "erased":
            await cast.say("mia", "/loeschen")
        case "gone":
            await cast.say("mia", Gone())
        case "nobody came":
            await cast.pass_time(THREE_DAYS)

    assert (await cast.case(number)).state is State.CLOSED
    for who in ("robin", KIM):
        assert changed_to(cast, who) == [(OVER, 0)]
        [heard] = await cast.press(who, CLAIM)
        assert heard == "**Luchs 1** ist schon fertig. Danke, dass du da warst!"


async def test_who_came_is_named_and_the_end_changes_nothing(cast: Cast) -> None:
    number = await cast.open_case("mia", "hallo")
    await cast.claim("robin", number)
    await cast.say("mia", "/bot")

    assert changed_to(cast, KIM) == [("✓ Robin hat jetzt Luchs 1 übernommen.", 0)]
