"""`lernallianz diary parse --jsonl --today DATE`: one line out for each line in, nothing stored, bad lines said so."""

import json
import subprocess
import sys
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.diary.parsing import parsed
from bot.settings import ROOT

TODAY = date(2026, 11, 18)


def run(*lines: bytes, today: str = "2026-11-18") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "diary", "parse", "--jsonl", "--today", today],
        input=b"".join(line + b"\n" for line in lines),
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )


def test_each_line_gives_one_line_whatever_stands_in_it() -> None:
    done = run(
        "heute: Kundengespräch geführt, 3 h, danach Berufsschule Netzplan 4h".encode(),
        b'{"message": "gestern krank", "today": "2026-03-02"}',
        b"",
        b"\xff\xfe kaputt",
        b"wie viele urlaubstage hab ich?",
        b"am 31.02. Inventur",
    )
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]

    assert done.returncode == 0
    assert len(rows) == 6
    assert rows[0] == {
        "entries": [
            {
                "date": "2026-11-18",
                "type": "betrieb",
                "hours": 3.0,
                "activities": ["Kundengespräch geführt"],
            },
            {"date": "2026-11-18", "type": "schule", "hours": 4.0, "activities": ["Netzplan"]},
        ],
        "questions": [],
    }
    assert rows[1]["entries"] == [
        {"date": "2026-03-01", "type": "krank", "hours": None, "activities": []}
    ]
    assert rows[4] == {"entries": [], "questions": []}
    assert rows[5]["entries"] == []
    assert rows[5]["questions"]


def test_a_day_that_is_none_is_refused() -> None:
    done = run(b"heute krank", today="31.02.2026")

    assert done.returncode == 2
    assert b"31.02.2026 is no date" in done.stderr


@given(st.text(max_size=200))
def test_any_line_gives_an_object(line: str) -> None:
    found = parsed(line, TODAY)

    assert "error" in found or set(found) == {"entries", "questions"}
    assert json.loads(json.dumps(found)) == found
