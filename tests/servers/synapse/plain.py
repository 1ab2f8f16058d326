"""A person without encryption, as light as can be: twenty of them fit into one test."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from typing_extensions import override

from tests.servers.synapse.account import PASSWORD, Account, MatrixError, quoted
from tests.servers.synapse.config import Json
from tests.servers.synapse.events import Event
from tests.servers.synapse.person import Person

_POLL_MILLISECONDS = 30_000
_PAGE = 100
_NOTHING: Json = {"types": []}
_FILTER = json.dumps(
    {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "timeline": {"limit": _PAGE},
            "ephemeral": _NOTHING,
            "account_data": _NOTHING,
        },
    }
)


class PlainUser(Person):
    """Logs in at enter and listens until exit, across restarts of the server too.

    Args:
        url: of the server.
        user_id: of an account.
        password: of the account.
    """

    def __init__(self, url: str, user_id: str, password: str = PASSWORD) -> None:
        super().__init__(Account(url, user_id, password))
        self._seen: defaultdict[str, dict[str, Event]] = defaultdict(dict)
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.account.__aenter__()
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._listening is not None:
            self._listening.cancel()
            # What broke the listening must not stay unheard.
            with suppress(asyncio.CancelledError):
                await self._listening
        await self.account.__aexit__(kind, error, trace)

    @override
    async def create_direct_room(self, other: str) -> str:
        return await self.account.create_direct_room(other, [])

    @override
    async def send(self, room: str, kind: str, content: Json, transaction: str = "") -> str:
        under = quoted(transaction or self.account.new_transaction())
        path = f"/v3/rooms/{quoted(room)}/send/{quoted(kind)}/{under}"
        return str((await self.account.put(path, content))["event_id"])

    @override
    async def events(self, room: str) -> list[Event]:
        return list(self._seen[room].values())

    @override
    async def download(self, event: Event) -> bytes:
        return await self.account.download(event.content["url"])

    async def messages(self, room: str) -> list[Event]:
        """The whole timeline of a room as the server keeps it, oldest first, by its own request."""
        found: list[Event] = []
        start: dict[str, str] = {}
        while True:
            page = await self.account.get(
                f"/v3/rooms/{quoted(room)}/messages", dir="f", limit=_PAGE, **start
            )
            found += map(Event.from_server, page["chunk"])
            if "end" not in page:
                return found
            start = {"from": page["end"]}

    @override
    async def _store(self, data: bytes, mime: str) -> Json:
        return {"url": await self.account.upload(data, mime)}

    async def _listen(self) -> None:
        since: dict[str, str] = {}
        # A token that was taken back ends the listening, as it ends a client.
        with suppress(MatrixError):
            while True:
                with suppress(TimeoutError):
                    answer = await self.account.get(
                        "/v3/sync", timeout=_POLL_MILLISECONDS, filter=_FILTER, **since
                    )
                    await self._take(answer.get("rooms", {}))
                    since = {"since": answer["next_batch"]}

    async def _take(self, rooms: Json) -> None:
        for room, news in (rooms.get("join", {}) | rooms.get("leave", {})).items():
            timeline = news["timeline"]
            if timeline.get("limited"):
                self._keep(room, await self.messages(room))
            else:
                self._keep(room, map(Event.from_server, timeline["events"]))
            self.changed()

    def _keep(self, room: str, events: Iterable[Event]) -> None:
        seen = self._seen[room]
        for event in events:
            seen.setdefault(event.event_id, event)
            if event.redacts in seen:
                seen[event.redacts] = replace(seen[event.redacts], content={}, relates_to={})
