"""What is the same for every assistant of a process is read once: a start takes a fraction of the time.

What was read is never changed by anybody, and is read anew when one of its files has changed.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot import assistant, models
from bot.understanding.crisis.rules import RULES
from knowledge import loader, nudge

_READERS: tuple[tuple[Any, str], ...] = (
    (assistant, "load_dialogue"),
    (models, "load_intents"),
    (models, "load_classifier"),
    (models, "load_examples"),
    (models, "load_rules"),
    (loader, "load_library"),
    (nudge, "load_nudges"),
)
"""Where each is called from, and its name; all take a file or a folder."""


@contextmanager
def read_once() -> Iterator[None]:
    """Within it, what several assistants read from the same unchanged files is read once."""
    with ExitStack() as stack:
        for room, name in _READERS:
            stack.enter_context(patch.object(room, name, _read_once(getattr(room, name))))
        stack.enter_context(patch.object(models, "extractor", _made_once(models.extractor)))
        yield


def _read_once(read: Callable[[Path], Any]) -> Callable[..., Any]:
    found: dict[Path, tuple[object, Any]] = {}

    def cached(source: Path = RULES) -> Any:
        stamp = _stamp(source)
        if source not in found or found[source][0] != stamp:
            found[source] = (stamp, read(source))
        return found[source][1]

    return cached


def _made_once(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """For what is made of one thing alone, known by its identity."""
    made: list[tuple[Any, Any]] = []

    def cached(of: Any) -> Any:
        for known, result in made:
            if known is of:
                return result
        made.append((of, make(of)))
        return made[-1][1]

    return cached


def _stamp(source: Path) -> object:
    """Changes with every file of a source; a source that is not there has none, and its reader says so."""
    files = source.rglob("*") if source.is_dir() else [source]
    stats = ((path, path.stat()) for path in files if path.is_file())
    return frozenset((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)
