"""How the chats of a person are called. Pure; every word comes from `bot/texts/linking.yml`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.clock import day_in_germany
from bot.messages import Address
from bot.people.joined import LinkedChat
from bot.turn import Offer, Reply
from knowledge.text import normalise


@dataclass(frozen=True, slots=True)
class ChatTexts:
    """The words for chats.

    Attributes:
        words: `bot/texts/linking.yml`.
    """

    words: Mapping[str, Any]

    def at(self, address: Address) -> str:
        """`bei Telegram`."""
        return str(self.words["at"].get(address.channel, address.channel))

    def name(self, chat: LinkedChat, chats: Sequence[LinkedChat]) -> str:
        """`Telegram`; with its beginning when the person has two of the kind."""
        name = str(self.words["names"].get(chat.address.channel, chat.address.channel))
        of_kind = [each for each in chats if each.address.channel == chat.address.channel]
        return name if len(of_kind) == 1 else f"{name} ({self._since(chat)})"

    def where(self, chat: LinkedChat, chats: Sequence[LinkedChat]) -> str:
        """`bei Telegram`; with its beginning when the person has two of the kind."""
        of_kind = [each for each in chats if each.address.channel == chat.address.channel]
        at = self.at(chat.address)
        return at if len(of_kind) == 1 else f"{at} ({self._since(chat)})"

    def listed(self, chats: Sequence[LinkedChat], here: Address) -> str:
        """One line for each chat, with what matters of it."""
        return "\n".join(f"• {self._line(each, chats, here)}" for each in chats)

    def label(self, name: str, chat: str = "") -> str:
        """What a button says."""
        return str(self.words["labels"][name]).format(chat=chat)

    def elsewhere(self, addresses: Mapping[str, str], here: Address) -> str:
        """Where else people find us, as lines below a text; empty where there is nothing to name.

        Args:
            addresses: web addresses by channel.
            here: the chat that hears of it.
        """
        named = [
            f"• [{self.words['names'].get(channel, channel)}]({address})"
            for channel, address in addresses.items()
            if address and channel != here.channel
        ]
        return "\n".join(["", "", str(self.words["elsewhere"]), *named]) if named else ""

    def news(self, name: str, address: Address, *offers: Offer) -> Reply:
        """What another chat hears about the one at this address."""
        text = str(self.words["news"][name]).format(channel=self.at(address))
        return Reply(text, tuple(replace(each, settles=True) for each in offers))

    def named(self, text: str, chats: Sequence[LinkedChat], here: Address) -> list[LinkedChat]:
        """The chats that a text names: by their messenger, or as this one."""
        words = normalise(text)
        channels = self.channels_in(text)
        if not channels and any(_has(words, each) for each in self.words["here"]):
            return [each for each in chats if each.address == here]
        return [each for each in chats if each.address.channel in channels]

    def channels_in(self, text: str) -> list[str]:
        """The messengers that a text names."""
        words = normalise(text)
        called = self.words["words"].items()
        return [name for name, those in called if any(_has(words, each) for each in those)]

    def _line(self, chat: LinkedChat, chats: Sequence[LinkedChat], here: Address) -> str:
        notes = [self.words["notes"]["here"]] if chat.address == here else []
        notes += [self.words["notes"]["reminds"]] if chat.is_for_reminders else []
        told = f": {', '.join(notes)}" if notes else ""
        return f"{self.name(chat, chats)}{told}"

    def _since(self, chat: LinkedChat) -> str:
        day = day_in_germany(chat.linked_at)
        return str(self.words["notes"]["since"]).format(day=f"{day:%d.%m.%Y}")


def _has(words: str, part: str) -> bool:
    return re.search(rf"\b{re.escape(normalise(part))}\b", words) is not None
