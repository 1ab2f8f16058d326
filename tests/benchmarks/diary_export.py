"""How long one sheet and a whole record of three years take to print, beside reportlab drawing the same text plainly.

`python -m tests.benchmarks.diary_export`; without reportlab its column is left out. Every printing has a text of its
own, so that nothing comes out of a cache.
"""

import importlib
import importlib.util
import io
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.diary.ausbildung import WEEK, Zeitraum
from bot.diary.export.pdf import Renderer
from bot.diary.export.sheets import Book, Choice, book
from bot.diary.export.variants import load_variants
from bot.diary.export.wording import load_words
from tests.diary.records import BEGINN, NOW, three_years

SHEETS = 40
RECORDS = 5


def main() -> None:
    """Measure and print the table."""
    one, whole = [week(place) for place in range(SHEETS)], [record(at) for at in range(RECORDS)]
    write(f"{'p50 in ms':34}{'typst':>8}{'reportlab':>11}")
    before = memory()
    renderer = Renderer()
    say("the first sheet of a process", several(partial(pdf, renderer), one[:1]), one[:1])
    say("one sheet", several(partial(pdf, renderer), one[1:]), one[1:])
    say("one sheet, a new renderer each", several(lambda each: pdf(Renderer(), each), one[1:]))
    small = memory()
    say("three years, 157 sheets", several(partial(pdf, renderer), whole), whole)
    write(f"size of three years {len(pdf(renderer, whole[0])) / 1000:.0f} kB")
    write(f"memory: before {before:.0f}, one sheet {small:.0f}, three years {memory():.0f} MB")


def week(place: int) -> Book:
    """One sheet of the record."""
    day = BEGINN + place * WEEK
    choice = Choice(days=Zeitraum(day, day + timedelta(days=1)))
    return book(three_years(), choice, load_variants()["ihk"], load_words())


def record(place: int) -> Book:
    """Three years with a cover, of somebody else each time."""
    nachweis = three_years()
    somebody = replace(nachweis, ausbildung=replace(nachweis.ausbildung, name=f"Azubi {place}"))
    return book(somebody, Choice(has_cover=True), load_variants()["ihk"], load_words())


def pdf(renderer: Renderer, made: Book) -> bytes:
    """A book printed by us."""
    return renderer.pdf(made, NOW).data


def drawn(made: Book) -> bytes:
    """The peer: each text of each sheet on a line of its own, with the letters that every reader has."""
    canvas = importlib.import_module("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for sheet in made.sheets:
        text = page.beginText(60, 780)
        for line in (made.title, sheet.number, sheet.name, sheet.year, sheet.first, sheet.last):
            text.textLine(line)
        for group in sheet.groups:
            text.textLine(f"{group.label} {group.date} {group.total}")
            for row in group.rows:
                text.textLines([*row.lines, row.hours])
        page.drawText(text)
        page.showPage()
    page.save()
    return out.getvalue()


def several(do: Callable[[Book], object], books: Sequence[Book]) -> float:
    """The middle of the milliseconds that each of some books took."""
    taken = []
    for each in books:
        begun = time.perf_counter()
        do(each)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def memory() -> float:
    """Megabytes of this process now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / 1e6


def say(what: str, ours: float, for_peer: Sequence[Book] = ()) -> None:
    """One line of the table."""
    has_peer = for_peer and importlib.util.find_spec("reportlab") is not None
    peer = f"{several(drawn, for_peer):11.1f}" if has_peer else f"{'–':>11}"
    write(f"{what:34}{ours:8.1f}{peer}")


def write(line: str) -> None:
    """To the terminal, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
