"""Draws what the assistant says from the `responses:` of the domain, as Rasa does.

A response is a list of variations; a variation may hold for one channel or under slot conditions.
Drawing is pure: the same tracker draws the same variation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine.project import DialogueError, Item, read_section

_PICTURES = frozenset({"image", "attachment", "quick_replies", "elements"})
"""Kinds of content that Rasa knows and no channel of ours shows; a project may hold them."""
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w+)\}")
"""`{slot}`; doubled braces stand for single ones."""


@dataclass(frozen=True, slots=True)
class ButtonRow:
    """A button as the domain writes it: a title and the payload behind it."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to say a response.

    Attributes:
        text: light markup with `{placeholders}`.
        buttons: in their order.
        channel: the only channel it is for, or None.
        conditions: slot values that must hold, by slot name.
        custom: what a project says beside or instead of the text; kept as it is.
    """

    text: str
    buttons: tuple[ButtonRow, ...] = ()
    channel: str | None = None
    conditions: tuple[tuple[str, Any], ...] = ()
    custom: Any = None

    def fits(self, slots: Mapping[str, Any], channel: str) -> bool:
        """Whether this variation may be said here."""
        return self.channel in (None, channel) and all(
            slots.get(name) == value for name, value in self.conditions
        )

    @property
    def specificity(self) -> tuple[bool, bool]:
        """What goes first where several fit: a channel of its own, then a condition, as in Rasa."""
        return (self.channel is not None, bool(self.conditions))


class Responses:
    """All responses of a domain by name."""

    def __init__(self, variations: Mapping[str, Sequence[Variation]]) -> None:
        self._variations = variations

    @property
    def names(self) -> frozenset[str]:
        """The names of all responses."""
        return frozenset(self._variations)

    def draw(
        self,
        name: str,
        *,
        slots: Mapping[str, Any],
        values: Mapping[str, str],
        channel: str,
        turn: int = 0,
    ) -> Variation:
        """The filled-in variation to say.

        Args:
            name: the response, `utter_…`.
            slots: the tracker's slots, for conditions and placeholders.
            values: further placeholders; they win over slots.
            channel: the channel it is said on.
            turn: any growing number; it walks through equally good variations.

        Raises:
            KeyError: no such response, no variation fits, or a placeholder has no value.
        """
        fitting = [each for each in self._variations[name] if each.fits(slots, channel)]
        if not fitting:
            raise KeyError(f"no variation of {name} fits channel {channel}")
        best = max(each.specificity for each in fitting)
        fitting = [each for each in fitting if each.specificity == best]
        chosen = fitting[turn % len(fitting)]
        known = {**slots, **values}

        def filled(template: str) -> str:
            return _PLACEHOLDER.sub(
                lambda found: str(known[found[1]]) if found[1] else found[0][0], template
            ).strip()

        return Variation(
            text=filled(chosen.text),
            buttons=tuple(
                ButtonRow(title=filled(button.title), payload=filled(button.payload))
                for button in chosen.buttons
            ),
            custom=chosen.custom,
        )


def load_responses(folder: Path | Sequence[Path]) -> Responses:
    """Read every `responses:` below a folder, or of these files.

    Raises:
        DialogueError: with file, line and reason.
    """
    found: dict[str, tuple[Variation, ...]] = {}
    for section in read_section(folder, "responses"):
        for name, item in section.entries():
            if name in found:
                raise item.error(f"the response {name} is defined twice")
            found[name] = tuple(_variation(item, raw) for raw in item.value or ())
            if not found[name]:
                raise item.error(f"the response {name} has no text")
    return Responses(found)


def _variation(item: Item, raw: Any) -> Variation:
    if not isinstance(raw, dict) or not {"text", "custom", *_PICTURES} & set(raw):
        raise item.error("a variation needs a `text`")
    unknown = (
        set(raw)
        - {"text", "buttons", "channel", "condition", "custom", "id", "metadata"}
        - _PICTURES
    )
    if unknown:
        raise item.error(f"not supported in a response: {', '.join(sorted(unknown))}")
    return Variation(
        text=str(raw.get("text", "")),
        buttons=tuple(_button(item, button) for button in raw.get("buttons", ())),
        channel=raw.get("channel"),
        conditions=tuple(_condition(item, condition) for condition in raw.get("condition", ())),
        custom=raw.get("custom"),
    )


def _button(item: Item, raw: Any) -> ButtonRow:
    try:
        return ButtonRow(title=str(raw["title"]), payload=str(raw["payload"]))
    except (KeyError, TypeError) as error:
        raise item.error("a button needs `title` and `payload`") from error


def _condition(item: Item, raw: Any) -> tuple[str, Any]:
    if not isinstance(raw, dict) or raw.get("type") != "slot" or "name" not in raw:
        raise item.error("a condition needs `type: slot`, `name` and `value`")
    return str(raw["name"]), raw.get("value")


__all__ = ["ButtonRow", "DialogueError", "Responses", "Variation", "load_responses"]
