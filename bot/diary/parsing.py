"""The command `lernallianz diary parse`: reads one message a line. Pure."""

import json
from datetime import date
from typing import Any

from bot.diary.nachweis import Entry
from bot.diary.reading import Question, Reading, read

HOUR = 60
"""Minutes."""


def parsed(line: str, today: date) -> dict[str, Any]:
    """What a line tells, ready for JSON.

    Args:
        line: a message, or a JSON object with `message` and perhaps `today` (YYYY-MM-DD).
        today: the day on which it was written, if the line does not say.

    Returns:
        `entries` (date, type, hours or None, activities) and `questions`; or `error` alone.
    """
    try:
        message, day = _request(line, today)
    except (ValueError, RecursionError) as error:
        return {"error": str(error) or type(error).__name__}
    return _result(read(message, day))


def _request(line: str, today: date) -> tuple[str, date]:
    """A line's message and its day.

    Raises:
        ValueError: the line is empty, no object that we know, or its day is none.
    """
    text = line.strip()
    if not text:
        raise ValueError("empty line")
    if not text.startswith("{"):
        return text, today
    given = json.loads(text)
    message, day = given.get("message"), given.get("today", today.isoformat())
    if not isinstance(message, str):
        raise ValueError("message: a text is expected")
    if not isinstance(day, str):
        raise ValueError("today: YYYY-MM-DD is expected")
    return message, date.fromisoformat(day)


def _result(reading: Reading) -> dict[str, Any]:
    return {
        "entries": [_entry(entry) for entry in reading.entries],
        "questions": [_question(question) for question in reading.questions],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "date": entry.day.isoformat(),
        "type": str(entry.type),
        "hours": None if entry.minutes is None else round(entry.minutes / HOUR, 2),
        "activities": list(entry.activities),
    }


def _question(question: Question) -> str:
    return f"{question.doubt}: {question.words}" if question.words else str(question.doubt)
