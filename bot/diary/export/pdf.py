"""Sheets to PDF/A-2b with Typst: its own fonts, no system fonts, nothing from outside, the same bytes each time."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from bot.diary.export.printable import Cleaner, Glyphs, load_glyphs
from bot.diary.export.sheets import Book

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).resolve().parent / "templates"
STANDARD: Literal["a-2b"] = "a-2b"
LARGE = 10
"""Sheets from which on what a printing leaves in memory is thrown away at once."""
KEPT = 10
"""Typst keeps what it computed until so many printings later."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A printed file.

    Attributes:
        data: the PDF.
        dropped: characters that no font has, and how often each was replaced by ▯.
    """

    data: bytes
    dropped: Mapping[str, int]


class Renderer:
    """Prints books; one for the whole process, safe to share between threads.

    Keeping the compiler keeps the fonts and the templates that it has read, from the first printing on.
    """

    def __init__(self, glyphs: Glyphs | None = None) -> None:
        """Read the templates.

        Args:
            glyphs: what the fonts can print, by default the list that is shipped.

        Raises:
            ConfigurationError: the list of characters is missing or broken.
        """
        self._glyphs = load_glyphs() if glyphs is None else glyphs
        self._lock = Lock()

    @cached_property
    def _compiler(self) -> "typst.Compiler":
        # Most processes never print, and all that prints is much of their memory.
        import typst

        return typst.Compiler(TEMPLATES / "main.typ", root=TEMPLATES, ignore_system_fonts=True)

    @cached_property
    def _blank(self) -> "typst.Compiler":
        import typst

        return typst.Compiler(ignore_system_fonts=True)

    def pdf(self, book: Book, made: datetime) -> Rendered:
        """Print a book.

        Args:
            book: what to print.
            made: the moment that the file bears as its date; the same book and moment give the same bytes.
        """
        inputs, dropped = self._inputs(book, made)
        with self._lock:
            data = self._compiler.compile(
                format="pdf", sys_inputs=inputs, pdf_standards=STANDARD, timestamp=_seconds(made)
            )
            if len(book.sheets) > LARGE:
                self._forget()
        return Rendered(_one(data), dropped)

    def pages(self, book: Book, made: datetime, ppi: float = 144) -> tuple[bytes, ...]:
        """The same pages as pictures (PNG), so many pixels an inch."""
        inputs, _ = self._inputs(book, made)
        with self._lock:
            data = self._compiler.compile(
                format="png", ppi=ppi, sys_inputs=inputs, timestamp=_seconds(made)
            )
        return tuple(data) if isinstance(data, list) else (_one(data),)

    def _forget(self) -> None:
        """Print nothing until a large book is out of Typst's memory: ten of them would be gigabytes."""
        for _ in range(KEPT + 1):
            self._blank.compile(b"", format="pdf")

    def _inputs(self, book: Book, made: datetime) -> tuple[dict[str, str], Mapping[str, int]]:
        cleaner = Cleaner(self._glyphs)
        utc = made.astimezone(UTC)
        data: dict[str, Any] = {
            **cleaner.value(asdict(replace(book, name=""))),
            "name": Cleaner(self._glyphs).text(book.name),
            "fonts": list(self._glyphs),
            "date": [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second],
            "shows_legend": bool(cleaner.dropped),
        }
        return {"data": json.dumps(data, ensure_ascii=False)}, dict(cleaner.dropped)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _one(data: bytes | list[bytes] | None) -> bytes:
    if isinstance(data, bytes):
        return data
    return b"".join(data or ())
