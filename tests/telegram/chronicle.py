"""A story as several people see it, written down as it comes; to be read, and to see at once who hears of what."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.botapi import Group, Person, Seen, Topic
from tests.telegram.stage import labels

Shows = Callable[[], Mapping[Any, str]]
"""By message, how it looks now."""


class Chronicle:
    """What happens, and below it what is new, changed or gone in every place that is watched.

    Attributes:
        lines: so far.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._places: dict[str, Shows] = {}
        self._before: dict[str, Mapping[Any, str]] = {}

    def as_text(self) -> str:
        """All of it."""
        return "\n".join(self.lines)

    def watch(self, name: str, shows: Shows) -> None:
        """Write down from now on what is seen in a place."""
        self._places[name], self._before[name] = shows, {}

    def note(self, line: str) -> None:
        """Write down what happens."""
        self.lines += ["", f"> {line}"]

    def look(self) -> None:
        """Write down what is to be seen since the last look."""
        for name, shows in self._places.items():
            now, before = dict(shows()), self._before[name]
            for each, text in now.items():
                if each not in before:
                    self._write(name, text)
                elif before[each] != text:
                    self._write(f"{name}, changed", text)
            for each in before.keys() - now.keys():
                self._write(f"{name}, gone", before[each])
            self._before[name] = now

    def _write(self, head: str, text: str) -> None:
        self.lines.append(f"  [{head}] " + text.replace("\n", "\n      "))


def seen_in(place: Person | Group | Topic) -> Mapping[int, str]:
    """What we wrote somewhere on Telegram; of a group what stands in none of its topics."""
    is_group = isinstance(place, Group)
    return {
        seen["message_id"]: looks(seen)
        for seen in place.sees
        if seen["from_bot"] and not (is_group and seen["topic"])
    }


def looks(seen: Seen) -> str:
    """A message of Telegram as a client shows it."""
    file = f"<{seen['kind']}> " if seen["file"] else ""
    quoted = "(a reply) " if seen["reply_to"] else ""
    return _block(f"{quoted}{file}{seen['text']}" or f"<{seen['kind']}>", labels(seen))


def bubble(event: Mapping[str, Any]) -> str:
    """A message of the web chat as its page shows it."""
    author = f"{event['author']}:\n" if event["author"] else ""
    file = f"<{event['file']['media_type']}> " if "file" in event else ""
    quoted = "(a reply) " if event["quotes"] else ""
    text = "".join(span["text"] for span in event["spans"])
    return _block(f"{quoted}{file}{author}{text}", [button["label"] for button in event["buttons"]])


def _block(text: str, choices: list[str]) -> str:
    return "\n".join([text, *(f"[{each}]" for each in choices)])
