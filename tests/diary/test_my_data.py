"""What is exported of a person holds their whole diary; what is erased holds nothing of it any more."""

import json
from pathlib import Path

from sqlalchemy import func, select

from bot.diary.tables import entry
from bot.messages import OutgoingFile, typed
from tests.support import Stage, on_stage, settings_in


async def say(stage: Stage, *texts: str) -> None:
    for each in texts:
        await stage.memory.says("kim", typed(each))
        await stage.settled()


async def test_the_export_of_my_data_holds_the_diary(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(
            stage, "heute Inventur 8 h", "Ja, speichern", "Ja, ich bin 18 oder älter", "/daten"
        )
        files = [
            each.content for each in stage.memory.sent if isinstance(each.content, OutgoingFile)
        ]

    kept = json.loads(files[-1].data)["kept_with_consent"]["ausbildungsnachweis"]
    assert kept["eintraege"] == [
        {
            "datum": "2026-11-21",
            "ort": "BETRIEB",
            "dauer": "PT8H",
            "taetigkeiten": ["Inventur"],
            "position": "",
        }
    ]


async def test_erasing_everything_erases_the_diary(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await say(stage, "heute Inventur 8 h", "Ja, speichern", "Ja, ich bin 18 oder älter")
        await say(stage, "/loeschen", "Ja, alles löschen")
        async with stage.house.database.read() as connection:
            left = await connection.scalar(select(func.count()).select_from(entry))

    assert left == 0
