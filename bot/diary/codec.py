"""The values of the diary as JSON values, for storage and for slots."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from bot.diary.ausbildung import Ausbildung
from bot.diary.nachweis import Entry, Week
from bot.diary.twice import Version

_AUSBILDUNG = TypeAdapter(Ausbildung)
_ENTRIES = TypeAdapter(tuple[Entry, ...])
_WEEK = TypeAdapter(Week)
_VERSIONS = TypeAdapter(tuple[Version, ...])


def ausbildung_to_json(ausbildung: Ausbildung) -> dict[str, Any]:
    """The master data as JSON values."""
    content: dict[str, Any] = _AUSBILDUNG.dump_python(ausbildung, mode="json")
    return content


def ausbildung_from_json(content: Any) -> Ausbildung:
    """The master data that `ausbildung_to_json` wrote.

    Raises:
        pydantic.ValidationError: it did not.
    """
    return _AUSBILDUNG.validate_python(content)


def entries_to_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Entries as JSON values."""
    content: list[dict[str, Any]] = _ENTRIES.dump_python(tuple(entries), mode="json")
    return content


def entries_from_json(content: Any) -> tuple[Entry, ...]:
    """The entries that `entries_to_json` wrote.

    Raises:
        pydantic.ValidationError: it did not.
    """
    return _ENTRIES.validate_python(content)


def week_to_json(week: Week) -> dict[str, Any]:
    """A week as JSON values."""
    content: dict[str, Any] = _WEEK.dump_python(week, mode="json")
    return content


def week_from_json(content: Any) -> Week:
    """The week that `week_to_json` wrote.

    Raises:
        pydantic.ValidationError: it did not.
    """
    return _WEEK.validate_python(content)


def versions_to_json(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Versions of a week as JSON values."""
    content: list[dict[str, Any]] = _VERSIONS.dump_python(tuple(versions), mode="json")
    return content


def versions_from_json(content: Any) -> tuple[Version, ...]:
    """The versions that `versions_to_json` wrote.

    Raises:
        pydantic.ValidationError: it did not.
    """
    return _VERSIONS.validate_python(content)
