"""From Telegram's text with entities back to our light markup, to write an own message again. Pure."""

from collections.abc import Sequence

from telegram import MessageEntity

_MARKS = {
    MessageEntity.BOLD: "**{0}**",
    MessageEntity.TEXT_LINK: "[{0}]({1})",
}


def to_markup(text: str, entities: Sequence[MessageEntity]) -> str:
    """The light markup of a text; what we never write is left as plain text.

    Args:
        text: as Telegram shows it.
        entities: with offsets and lengths in UTF-16 units.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    written = []
    end = 0
    for entity in sorted(entities, key=lambda each: each.offset):
        mark = _MARKS.get(entity.type)
        if mark is None or entity.offset < end:
            continue
        inner = _cut(units, entity.offset, entity.offset + entity.length)
        written += [_cut(units, end, entity.offset), mark.format(inner, entity.url)]
        end = entity.offset + entity.length
    return "".join([*written, _cut(units, end, len(units) // 2)])


def _cut(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")
