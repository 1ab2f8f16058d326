"""Under 16: a code for a parent, drafts that end, consent on paper, an import for one person."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.delivery.rows import tell
from bot.errors import ConfigurationError
from bot.messages import OutgoingText, typed
from bot.office import confirm_on_paper, import_nachweis
from bot.people.codes import PARENT, PURPOSES, canonical, new_code
from bot.people.parents import KEPT_AS_DRAFT
from bot.people.waiting import GRACE, purge_waiting
from bot.settings import Settings
from bot.turn import Reply
from tests.support import Stage, on_stage, settings_in

CODE = re.compile(r"\*\*(\w{4}-\w{4})\*\*")
WARNING = Reply("bald gelöscht")


async def say(stage: Stage, *texts: str, who: str = "child") -> str:
    for each in texts:
        await stage.memory.says(who, typed(each))
        await stage.settled()
    return heard(stage, who)[-1]


def heard(stage: Stage, who: str) -> list[str]:
    return [
        message.content.text
        for message in stage.memory.sent
        if message.address.chat == who and isinstance(message.content, OutgoingText)
    ]


async def draft(stage: Stage) -> str:
    """A child writes a first entry; the code for the parent."""
    await say(stage, "heute Haare gewaschen 7 h", "Ja, speichern", "Ich bin unter 16")
    return [found[1] for each in heard(stage, "child") if (found := CODE.search(each))][-1]


async def people(stage: Stage) -> int:
    async with stage.house.database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM person"))).scalar() or 0)


async def later(stage: Stage, by: timedelta) -> None:
    stage.clock.set_forward(by)
    await purge_waiting(stage.house.database, stage.house.clock(), tell, WARNING)


async def test_drafts_are_deleted_after_a_warning_when_nobody_agrees(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await draft(stage)

        await later(stage, KEPT_AS_DRAFT - GRACE - timedelta(days=1))
        unwarned = await stage_texts(stage)
        await later(stage, timedelta(days=2))
        await later(stage, timedelta(hours=1))
        warned = await stage_texts(stage)
        left_before = await people(stage)
        await later(stage, GRACE)

        assert WARNING.text not in unwarned
        assert warned.count(WARNING.text) == 1
        assert (left_before, await people(stage)) == (1, 0)


async def stage_texts(stage: Stage) -> list[str]:
    """What the child was told; who says something wakes the delivery."""
    await say(stage, "hallo", who="somebody else")
    await stage.settled()
    return heard(stage, "child")


async def test_a_code_ends_after_a_week_and_a_new_one_works(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        old = await draft(stage)
        stage.clock.set_forward(PURPOSES[PARENT].lifetime + timedelta(minutes=1))

        too_late = await say(stage, f"/bestaetigen {old}", who="mother")
        await say(stage, "/elterncode")
        fresh = [found[1] for each in heard(stage, "child") if (found := CODE.search(each))][-1]
        asked = await say(stage, f"/bestaetigen {fresh.lower()}", who="mother")
        agreed = await say(stage, "Ja, ich stimme zu", who="mother")

        assert "abgelaufen" in too_late
        assert "sorgeberechtigt" in asked
        assert "Danke" in agreed
        assert "zugestimmt" in heard(stage, "child")[-1]


async def test_guessing_ends_after_five_wrong_codes(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        right = await draft(stage)
        wrong = [code for _ in range(20) if canonical(code := new_code(PARENT)) != canonical(right)]

        for code in wrong[: PURPOSES[PARENT].tries_per_chat]:
            await say(stage, f"/bestaetigen {code}", who="stranger")
        answer = await say(stage, f"/bestaetigen {right}", who="stranger")

        assert "stimmt nicht" in answer
        assert "sorgeberechtigt" in await say(stage, f"/bestaetigen {right}", who="mother")


async def test_consent_on_paper_and_an_import_by_code(tmp_path: Path) -> None:
    kept = settings_in(tmp_path)
    file = tmp_path / "heft.json"
    entries = [
        {
            "datum": "2026-11-17",
            "ort": "BETRIEB",
            "dauer": "PT8H",
            "taetigkeiten": ["Farbe gemischt"],
        }
    ]
    file.write_text(json.dumps({"eintraege": entries}), encoding="utf-8")
    async with on_stage(kept) as stage:
        ring_of(kept)
        await confirm_on_paper(kept, await draft(stage))
        await say(stage, "/import")
        code = [found[1] for each in heard(stage, "child") if (found := CODE.search(each))][-1]

        taken = await import_nachweis(kept, file, code)
        week = await say(stage, "/woche")

        assert len(taken.entries) == 1
        assert "Farbe gemischt (8 h)" in week
        assert "Haare gewaschen (7 h)" in week
        with pytest.raises(ConfigurationError):
            await import_nachweis(kept, file, code)
        with pytest.raises(ConfigurationError):
            await confirm_on_paper(kept, "ABCD-EFGH")


def ring_of(settings: Settings) -> None:
    """The stage's key, as the file that the command line reads."""
    settings.keys.write_text(f"test {base64.b64encode(b'0123456789abcdef' * 2).decode()}\n")
    settings.keys.chmod(0o600)
