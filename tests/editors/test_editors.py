"""A question to the editors: no entry is lost, no person is in it, and it goes when it is old."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.editors.rules import LONGEST, without_personal_data
from bot.editors.service import KEPT, close_question, purge_questions, questions
from bot.messages import typed
from tests.editors.measure import measured
from tests.support import Stage, on_stage, settings_in


@pytest.mark.parametrize(
    ("typed_text", "expected"),
    [
        ("Ich bin Max Muster, wer zahlt?", "Ich bin [Name], wer zahlt?"),
        ("mein chef herr Meier sagt nein", "mein chef herr [Name] sagt nein"),
        ("schreib an a.b@c.de", "schreib an [E-Mail]"),
        ("Tel 0171 / 23 45 678 oder +49 69 1234567", "Tel [Nummer] oder [Nummer]"),
        ("siehe https://x.de/y?z=1 und www.b.de", "siehe [Link] und [Link]"),
        ("wohne Lange Hauptstraße 5a", "wohne Lange [Adresse]"),
        ("ab 1.8.2026 bekomme ich 1.014 Euro", "ab 1.8.2026 bekomme ich 1.014 Euro"),
        ("ich bin im zweiten Jahr", "ich bin im zweiten Jahr"),
    ],
)
def test_what_gives_a_person_away_is_taken_out(typed_text: str, expected: str) -> None:
    assert without_personal_data(typed_text) == expected


@given(st.text(max_size=3000))
def test_any_text_can_be_cleaned(anything: str) -> None:
    assert len(without_personal_data(anything)) <= LONGEST


async def test_no_entry_is_lost_and_few_questions_are_taken_for_entries() -> None:
    lost, taken = await measured()

    assert lost == []
    assert len(taken) <= 15


async def test_a_question_is_kept_without_a_person_and_can_be_closed(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await send(stage, "Was gilt in Liechtenstein für Werkzeugkisten?")
        database = stage.house.database

        (question,) = await questions(database)
        assert question.text == "Was gilt in Liechtenstein für Werkzeugkisten?"
        assert (question.asked_at.hour, question.asked_at.minute) == (0, 0)
        async with database.read() as connection:
            row = (
                (await connection.execute(text("SELECT * FROM editors_question"))).mappings().one()
            )
        assert set(row) == {"id", "text", "asked_at"}
        assert b"Liechtenstein" not in bytes(row["text"])
        assert await close_question(database, question.number)
        assert not await close_question(database, question.number)


async def test_a_question_goes_when_it_is_old(tmp_path: Path) -> None:
    async with on_stage(settings_in(tmp_path)) as stage:
        await send(stage, "Was gilt?")
        now = stage.house.clock()

        await purge_questions(stage.house.database, now + KEPT - timedelta(days=2))
        assert len(await questions(stage.house.database)) == 1
        await purge_questions(stage.house.database, now + KEPT + timedelta(days=2))
        assert await questions(stage.house.database) == []


async def send(stage: Stage, question: str) -> None:
    for each in ("/frage", question):
        await stage.memory.says("someone", typed(each))
        await stage.settled()
    await stage.memory.says("someone", typed("1"))
    await stage.settled()
