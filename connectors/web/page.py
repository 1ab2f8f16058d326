"""The one page, filled in once when the connector is built."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from html import escape
from pathlib import Path
from string import Template

from bot.markup import to_html
from connectors.web.inbound import FILE_TYPES
from connectors.web.texts import LegalLinks, PageTexts, WebTexts
from connectors.web.uploads import LARGEST_FILE

FOLDER = Path(__file__).resolve().parent
STATIC = FOLDER / "static"

_MARKED_UP = frozenset({"emergency", "no_script"})


def render_page(texts: WebTexts, links: LegalLinks) -> str:
    """The page as HTML; every text in it is escaped."""
    script = asdict(texts.script) | {"file_too_large": texts.errors.file_too_large}
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        dict(_simple(texts.page)),
        greeting="\n".join(f"<p>{to_html(line)}</p>" for line in texts.page.greeting),
        starters="\n".join(
            f'<button type="button" class="choice">{escape(question)}</button>'
            for question in texts.page.starters
        ),
        legal=_legal(texts.page, links),
        script=escape(json.dumps(script, ensure_ascii=False)),
        file_types=",".join(FILE_TYPES),
        largest_file=LARGEST_FILE,
    )


def _simple(page: PageTexts) -> Iterator[tuple[str, str]]:
    for name, value in asdict(page).items():
        if isinstance(value, str):
            yield name, to_html(value) if name in _MARKED_UP else escape(value)


def _legal(page: PageTexts, links: LegalLinks) -> str:
    """The navigation with the links that are set; nothing when none is."""
    shown = "\n".join(
        f'<a href="{escape(address)}">{escape(label)}</a>'
        for label, address in (
            (page.imprint, links.imprint),
            (page.privacy, links.privacy),
            (page.accessibility, links.accessibility),
        )
        if address
    )
    return f'<nav aria-label="{escape(page.legal_label)}">{shown}</nav>' if shown else ""
