"""Asks Typst which characters its fonts can print: `python -m tests.diary.glyphs` writes `glyphs.yml` anew."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import fill, indent

import typst

from bot.diary.export.printable import FOLDER

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
LAST = 0x2FFFF
SPECIMEN = b"""
#let data = json(bytes(sys.inputs.data))
#set document(date: datetime(year: 2026, month: 1, day: 1))
#set text(font: data.font, fallback: false)
#for each in data.texts { par(each) }
"""
COMPLAINT = re.compile(r'the text `"(.*?)"` could not be displayed')
ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
BATCH = 5000
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def lacking(font: str, texts: Sequence[str]) -> set[str]:
    """Those of some texts that a font cannot print."""
    inputs = {"data": json.dumps({"font": font, "texts": texts})}
    compiler = typst.Compiler(ignore_system_fonts=True)
    try:
        compiler.compile(SPECIMEN, format="pdf", sys_inputs=inputs, pdf_standards="a-2b")
    except typst.TypstError as error:
        found = COMPLAINT.findall(error.diagnostic)
        return {ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) for text in found}
    return set()


def spans(codes: Sequence[int]) -> Iterator[str]:
    """Code points as `0041-005A 00C4`."""
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        members = [code for _, code in run]
        first, last = members[0], members[-1]
        yield f"{first:04X}" if first == last else f"{first:04X}-{last:04X}"


def main() -> None:
    """Write the list."""
    chars = [chr(code) for code in range(0x21, LAST + 1)]
    chars = [char for char in chars if unicodedata.category(char) not in UNSEEN and char.strip()]
    lines = [
        "# The characters that each of Typst's fonts can print, as hexadecimal code points.",
        "# Written by `python -m tests.diary.glyphs`; the fonts are tried in this order.",
    ]
    for font in FONTS:
        starts = range(0, len(chars), BATCH)
        missing = set().union(*(lacking(font, chars[at : at + BATCH]) for at in starts))
        has = [ord(char) for char in chars if char not in missing]
        lines += [f"{font}: >-", indent(fill(" ".join(spans(has)), break_on_hyphens=False), "  ")]
    (FOLDER / "glyphs.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
