"""Years of an apprentice through the assistant: each week typed on its Friday, confirmed, and printed in the end."""

import io
import os
from datetime import datetime, time, timedelta
from pathlib import Path

from pypdf import PdfReader

from bot.clock import BERLIN
from bot.diary.ausbildung import sheet_number, training_year, weeks
from bot.diary.nachweis import Nachweis
from bot.diary.service import StoredDiaries
from bot.messages import Choice, OutgoingFile, OutgoingText, typed
from tests.diary.life import BEGIN, END, PART_TIME_END, PART_TIME_FROM, lived
from tests.support import Stage, on_stage, settings_in

WEEKS = int(os.environ.get("SIMULATED_WEEKS", "5"))
START = datetime.combine(BEGIN, time(16), BERLIN)


async def say(stage: Stage, text: str) -> None:
    await stage.memory.says("kim", typed(text))
    await stage.settled()


async def press(stage: Stage, label: str) -> None:
    for message in reversed(stage.memory.sent):
        if isinstance(message.content, OutgoingText):
            tokens = [each.token for each in message.content.buttons if each.label == label]
            if tokens:
                await stage.memory.says("kim", Choice(tokens[0]))
                await stage.settled()
                return
    raise AssertionError(f"no button {label!r}")


async def master_data(stage: Stage) -> None:
    await say(stage, "/ausbildung")
    await press(stage, "Angaben machen")
    for answer in ("Kaufmann für Büromanagement", f"{BEGIN:%d.%m.%Y}", f"{END:%d.%m.%Y}"):
        await say(stage, answer)
    for _ in ("betrieb", "ausbilder"):
        await press(stage, "Überspringen")
    await press(stage, "Täglich")
    await press(stage, "Blockunterricht")
    await press(stage, "Überspringen")
    await press(stage, "Ja, mit Stunden")
    await say(stage, "Beispiel, Kim")
    await press(stage, "Ja, ich bin 18 oder älter")


async def test_years_of_weeks_end_in_the_record_as_they_were_lived(tmp_path: Path) -> None:
    truth = list(lived(WEEKS))
    settings = settings_in(tmp_path, clock_start=START.isoformat())
    async with on_stage(settings) as stage:
        await master_data(stage)
        for number, week in enumerate(truth):
            friday = datetime.combine(week.monday + timedelta(days=4), time(17), BERLIN)
            stage.clock.set_forward(friday - stage.house.clock())
            if week.monday <= PART_TIME_FROM < week.monday + timedelta(days=7):
                await part_time(stage)
            await say(stage, week.message)
            await press(stage, "Ja, speichern")
            if number % 4 == 3:
                await say(stage, "/woche")
                await press(stage, "Einreichen")
        record = await stored(stage)
        await say(stage, "als pdf")
        await press(stage, "Alles mit Deckblatt")
        await stage.settled(within=60)
        file = stage.memory.sent[-1].content

    assert record.entries == tuple(entry for week in truth for entry in week.entries)
    assert_numbered(record)
    assert isinstance(file, OutgoingFile)
    pages = PdfReader(io.BytesIO(file.data)).pages
    assert len(pages) >= len(truth) + 2
    assert "Kaufmann für Büromanagement" in pages[0].extract_text()


async def part_time(stage: Stage) -> None:
    await say(stage, "/ausbildung")
    await press(stage, "Neues Ende")
    await press(stage, "Teilzeit")
    await say(stage, f"{PART_TIME_END:%d.%m.%Y}")


async def stored(stage: Stage) -> Nachweis:
    database = stage.house.database
    async with database.read() as connection:
        found = await connection.exec_driver_sql("SELECT id FROM person")
        return await StoredDiaries(database).load(str(found.scalar()))


def assert_numbered(record: Nachweis) -> None:
    zeitraum = record.ausbildung.zeitraum
    assert zeitraum is not None
    mondays = list(weeks(zeitraum))
    assert len(mondays) == (157 if zeitraum.bis == END else 183)
    assert [sheet_number(zeitraum, week) for week in mondays] == list(range(1, len(mondays) + 1))
    years = [training_year(record.ausbildung, week) for week in mondays]
    assert years == sorted(years)
    assert (years[0], years[-1]) == (1, 3 if zeitraum.bis == END else 4)
