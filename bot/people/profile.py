"""What a person may tell about themself: names, values and their German labels. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PARENT = "eltern"
"""The role of who brings a child up."""
UNDER_16, FROM_16, FROM_18 = "unter16", "16-17", "ab18"
SETTINGS = ("role", "state", "age_band", "language_level")


def age_band(age: str) -> str:
    """The band of an age in whole years; words around the figure do not matter.

    Raises:
        ValueError: there is no figure.
    """
    years = int("".join(figure for figure in age if figure.isdecimal()))
    return UNDER_16 if years < 16 else FROM_16 if years < 18 else FROM_18


@dataclass(frozen=True, slots=True)
class ProfileTexts:
    """Labels of settings and values, from `bot/texts/profile.yml`."""

    settings: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    nothing: str
    channels: Mapping[str, str]
    everywhere: str

    @classmethod
    def from_texts(cls, texts: Mapping[str, Any]) -> "ProfileTexts":
        """Build from the loaded file."""
        return cls(
            settings=texts["settings"],
            values=texts["values"],
            nothing=texts["nothing"],
            channels=texts["channels"],
            everywhere=texts["all_chats"],
        )

    def chats(self, channels: Iterable[str]) -> str:
        """`bei Matrix, bei Telegram`."""
        return ", ".join(dict.fromkeys(self.channels.get(name, name) for name in channels))

    def allows(self, setting: str, value: str) -> bool:
        """Whether a setting may have this value."""
        return value in self.values.get(setting, {})

    def one(self, setting: str, value: str) -> str:
        """`Rolle: Azubi`."""
        return f"{self.settings[setting]}: {self.values[setting].get(value, value)}"

    def listed(self, profile: Mapping[str, str]) -> str:
        """One line for each known setting, in a fixed order."""
        lines = [f"• {self.one(name, profile[name])}" for name in SETTINGS if profile.get(name)]
        return "\n".join(lines) or self.nothing
