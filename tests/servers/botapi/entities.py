"""Text as Telegram keeps it: cleaned, trimmed, with entities in UTF-16 units.

Telegram counts offsets, lengths and the limits of texts in UTF-16 code units, see
https://core.telegram.org/api/entities. Inside this module they are code points, so that Python's
slices are right; `as_json` is the only place that converts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.servers.botapi.errors import bad_request

_SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
"""What may overlap anything; the same kind is merged."""
_CODE = {"code", "pre"}
"""What no other entity may be inside of."""
_QUOTES = {"blockquote", "expandable_blockquote"}
_HIDDEN = {"text_link", "text_mention", "custom_emoji"}
"""What stays even over white space, as it carries something that is not in the text."""
_ORDER = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
"""The order of entities over the same characters, outermost first; found ones have 50."""
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<url>\b(?:https?|ftp)://[^\s<>\"]*[^\s<>\".,;:!?)\]}'“”»]"
    r"|(?<![\w@./-])(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|de|org|net|eu|info|at|ch|me|io)\b"
    r"(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]}'“”»]|/)?(?!@))"
    r"|(?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b)"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
    r"|(?P<hashtag>(?<![\w#])\#(?=\w*[^\W\d])\w{1,256})"
)
_REMOVED = {"\r", *map(chr, range(0x2028, 0x202F)), "\u0333", "\u033f", "\u030a"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind over a piece of text."""

    kind: str
    offset: int
    """Code points before it."""
    length: int
    """Code points in it."""
    argument: str = ""
    """The address, language, user or emoji id."""

    @property
    def end(self) -> int:
        """The first code point after it."""
        return self.offset + self.length

    def with_argument(self, argument: str) -> "Entity":
        """The same with another argument."""
        return replace(self, argument=argument)

    def over(self, offset: int, end: int) -> "Entity":
        """The same over other characters."""
        return replace(self, offset=offset, length=end - offset)


def utf16(text: str) -> int:
    """The length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def settled(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Text and entities as Telegram keeps them, with the entities that it finds by itself.

    An empty text comes back if nothing but white space is left.
    """
    text, entities = _cleaned(text, entities)
    entities = _without_blank(text, _fixed(entities))
    text, entities = _trimmed(text, entities)
    found = [entity for entity in found_in(text) if not _is_covered(entity, entities)]
    return text, _sorted([*entities, *found])


def found_in(text: str) -> list[Entity]:
    """What Telegram marks without being told: commands, addresses, mentions, hashtags."""
    return [
        Entity(match.lastgroup, match.start(), match.end() - match.start())
        for match in _FOUND.finditer(text)
        if match.lastgroup is not None
    ]


def as_json(text: str, entities: Iterable[Entity], users: dict[int, Any]) -> list[dict[str, Any]]:
    """Entities for the wire, counted in UTF-16 units.

    Args:
        text: what they are over.
        entities: in order.
        users: the users by id, for mentions; a mention of an unknown user falls away.
    """
    rows = []
    for entity in entities:
        row: dict[str, Any] = {
            "type": entity.kind,
            "offset": utf16(text[: entity.offset]),
            "length": utf16(text[entity.offset : entity.end]),
        }
        match entity.kind:
            case "text_link":
                row["url"] = entity.argument
            case "pre" if entity.argument:
                row["language"] = entity.argument
            case "custom_emoji":
                row["custom_emoji_id"] = entity.argument
            case "text_mention":
                if int(entity.argument) not in users:
                    continue
                row["user"] = users[int(entity.argument)].as_json()
        rows.append(row)
    return rows


def from_json(text: str, rows: Iterable[dict[str, Any]]) -> list[Entity]:
    """Entities that a bot gave beside its text, counted in code points.

    Raises:
        ApiError: an entity does not fit the text.
    """
    starts = {0: 0}
    units = 0
    for at, character in enumerate(text):
        units += utf16(character)
        starts[units] = at + 1
    return [_from_row(row, starts, units) for row in rows]


def _from_row(row: dict[str, Any], starts: dict[int, int], units: int) -> Entity:
    begin, end = int(row["offset"]), int(row["offset"]) + int(row["length"])
    if end > units:
        raise bad_request(
            f"entity beginning at UTF-16 offset {begin} ends after the end of the text "
            f"at UTF-16 offset {end}"
        )
    if begin not in starts or end not in starts:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {begin}")
    argument = row.get("url") or row.get("language") or row.get("custom_emoji_id") or ""
    if row["type"] == "text_mention":
        argument = str(row["user"]["id"])
    return Entity(row["type"], starts[begin], starts[end] - starts[begin], argument)


def _cleaned(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without characters that Telegram removes; control characters become spaces."""
    kept: list[str] = []
    places: list[int] = []
    for character in text:
        places.append(len(kept))
        if character not in _REMOVED:
            kept.append(" " if character < " " and character != "\n" else character)
    places.append(len(kept))
    moved = [entity.over(places[entity.offset], places[entity.end]) for entity in entities]
    return "".join(kept), [entity for entity in moved if entity.length > 0]


def _fixed(entities: Sequence[Entity]) -> list[Entity]:
    """No entity in code, the same kind merged, quotes not in quotes."""
    code = [entity for entity in entities if entity.kind in _CODE]
    kept = [
        entity
        for entity in _sorted(entities)
        if entity.kind in _CODE or entity.kind not in _SPLITTABLE
    ]
    kept = _without_crossing(kept)
    for kind in sorted(_SPLITTABLE):
        for entity in _merged([entity for entity in entities if entity.kind == kind]):
            kept += _cut_out(entity, code)
    return _sorted(kept)


def _without_crossing(entities: Sequence[Entity]) -> list[Entity]:
    """Of entities that cannot share characters, the first one; a quote may hold the others."""
    kept: list[Entity] = []
    for entity in entities:
        rivals = [other for other in kept if (other.kind in _QUOTES) == (entity.kind in _QUOTES)]
        if not _is_covered(entity, rivals):
            kept.append(entity)
    return kept


def _merged(entities: Sequence[Entity]) -> list[Entity]:
    merged: list[Entity] = []
    for entity in _sorted(entities):
        if merged and entity.offset <= merged[-1].end:
            last = merged.pop()
            merged.append(last.over(last.offset, max(last.end, entity.end)))
        else:
            merged.append(entity)
    return merged


def _cut_out(entity: Entity, holes: Sequence[Entity]) -> list[Entity]:
    pieces = []
    begin = entity.offset
    for hole in _sorted(holes):
        if hole.end <= begin or hole.offset >= entity.end:
            continue
        if hole.offset > begin:
            pieces.append(entity.over(begin, hole.offset))
        begin = hole.end
    if begin < entity.end:
        pieces.append(entity.over(begin, entity.end))
    return pieces


def _without_blank(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """An entity does not begin with white space, and there is none over white space only."""
    kept = []
    for entity in entities:
        piece = text[entity.offset : entity.end]
        if entity.kind in _HIDDEN:
            kept.append(entity)
        elif stripped := piece.lstrip(" \n"):
            kept.append(entity.over(entity.end - len(stripped), entity.end))
    return _sorted(kept)


def _trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without white space around; at the beginning only as far as the first entity."""
    text = text.rstrip(" \n")
    cut = [
        entity.over(entity.offset, min(entity.end, len(text)))
        for entity in entities
        if entity.offset < len(text)
    ]
    first = cut[0].offset if cut else len(text)
    blank = len(text[:first]) - len(text[:first].lstrip(" \n"))
    return text[blank:], [
        entity.over(entity.offset - blank, entity.end - blank) for entity in _sorted(cut)
    ]


def _is_covered(entity: Entity, others: Iterable[Entity]) -> bool:
    """Whether it shares characters with an entity that allows no other one."""
    return any(
        other.kind not in _SPLITTABLE
        and (other.kind not in _QUOTES or entity.kind in _QUOTES)
        and entity.offset < other.end
        and other.offset < entity.end
        for other in others
    )


def _sorted(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(
        entities, key=lambda entity: (entity.offset, -entity.length, _ORDER.get(entity.kind, 50))
    )
