"""The checked facts that articles rest on."""

import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.article import ArticleError

_RANK = {"VG": 0, "VS": 1, "VR": 2, "A": 3, "offen": 4}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what is so, where it stands, how old the check is, how sure it is."""

    key: str
    group: str
    fact: str
    source: str
    as_of: str
    confidence: str

    @property
    def is_checked(self) -> bool:
        """Whether figures may be shown: at least one part of the fact was checked."""
        return not self.confidence.startswith(("A", "offen"))


def load_facts(path: Path) -> dict[str, Fact]:
    """By key, all facts of a JSON-lines file.

    Raises:
        ArticleError: with file, line and reason.
    """
    facts: dict[str, Fact] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(path, 1, f"cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            fact = Fact(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise ArticleError(path, number, f"is no fact: {error}") from error
        facts[fact.key] = fact
    return facts


def weakest(confidences: list[str]) -> str:
    """The weakest of several confidences and of the parts of joint ones (`VG+VS`)."""
    parts = [part for each in confidences for part in each.split("+")]
    return max(parts, key=lambda name: _RANK.get(name, 9))
