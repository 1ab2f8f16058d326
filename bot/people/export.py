"""The export of everything that is known about a person (Art. 15 and 20 DSGVO), as JSON."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.clock import Clock
from bot.messages import Address, OutgoingFile
from bot.people.actions import EXPORT
from bot.turn import Person

MoreOfPerson = Callable[[str], Awaitable[Any]]
"""What another topic keeps about a person, as JSON values, by the person's id."""
MoreOfChat = Callable[[str | None, Address], Awaitable[Any]]
"""What another topic keeps without a record, as JSON values, by the person's id or None, and the chat that asks."""


class ExportRenderer:
    """The `Renderer` of the `export` document.

    Args:
        clock: the present moment.
        more: by name, what other topics keep.
        more_of_chat: by name, what other topics keep also of who has no record.
    """

    def __init__(
        self,
        clock: Clock,
        more: Mapping[str, MoreOfPerson] | None = None,
        more_of_chat: Mapping[str, MoreOfChat] | None = None,
    ) -> None:
        self._clock = clock
        self._more = more or {}
        self._more_of_chat = more_of_chat or {}

    async def render(
        self, document: str, parameters: Mapping[str, Any], person: Person | None
    ) -> OutgoingFile:
        """See `bot.ports.Renderer`.

        Raises:
            ValueError: another document is asked for.
        """
        if document != EXPORT:
            raise ValueError(f"no renderer for {document}")
        content = {
            "format": "lernallianz-export-1",
            "created_at": self._clock().isoformat(),
            "kept_with_consent": person
            and {
                "profile": dict(person.profile),
                "consents": dict(person.consents),
                "channels": list(person.channels),
                "waits_for_parent_until": person.waits_until and person.waits_until.isoformat(),
                **{name: await tell(person.person_id) for name, tell in self._more.items()},
            },
            "this_conversation": dict(parameters.get("conversation", {})),
            **await self._without_record(parameters.get("chat"), person),
        }
        data = json.dumps(content, ensure_ascii=False, indent=2).encode()
        return OutgoingFile(name="lernallianz-daten.json", media_type="application/json", data=data)

    async def _without_record(
        self, chat: Sequence[str] | None, person: Person | None
    ) -> dict[str, Any]:
        if not chat:
            return {}
        address, person_id = Address(*chat), person.person_id if person else None
        return {name: await tell(person_id, address) for name, tell in self._more_of_chat.items()}
