"""A person with a browser, as far as the wire goes: posts until taken, listens, acknowledges."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = httpx.Timeout(5.0, read=20.0)


@dataclass
class WebUser:
    """Writes numbered messages and keeps what was answered.

    Attributes:
        base: the web chat's address.
        wrote: the ids of the messages, in order.
        answers: by number of the answer, the id that it answers.
    """

    base: str
    wrote: list[str] = field(default_factory=list)
    answers: dict[int, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    last: int = 0

    async def open(self) -> None:
        """Open the page, which gives the session."""
        while not self.cookies:
            with suppress(httpx.TransportError):
                async with self._client() as client:
                    response = await client.get("/")
                    self.cookies.update(response.cookies)
            await asyncio.sleep(0.05)

    async def write(self, text: str) -> None:
        """Post a message until it is taken, always under the same id."""
        message = {"id": str(uuid.uuid4()), "text": text}
        self.wrote.append(message["id"])
        while True:
            with suppress(httpx.TransportError):
                async with self._client() as client:
                    response = await client.post("/chat/messages", json=message)
                if response.status_code == 202:
                    return
            await asyncio.sleep(0.1)

    async def listen(self) -> None:
        """Listen for ever, resuming where the last connection broke."""
        while True:
            with suppress(httpx.TransportError, json.JSONDecodeError):
                async for number, data in self._events():
                    self.last = max(self.last, number)
                    if data.get("in_reply_to"):
                        self.answers[number] = data["in_reply_to"]
            await asyncio.sleep(0.05)

    async def answered(self) -> None:
        """Wait until everything written is answered."""
        while set(self.wrote) - set(self.answers.values()):  # noqa: ASYNC110 - a poll, as people do
            await asyncio.sleep(0.05)

    @property
    def answered_in_order(self) -> list[str]:
        """The ids in the order of their answers."""
        return [self.answers[number] for number in sorted(self.answers)]

    async def _events(self) -> AsyncIterator[tuple[int, dict[str, Any]]]:
        headers = {"Last-Event-ID": str(self.last)} if self.last else {}
        async with (
            self._client() as client,
            client.stream("GET", "/chat/events", headers=headers) as response,
        ):
            number = 0
            async for line in response.aiter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: ") and number:
                    yield number, json.loads(line[6:])

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.base,
            cookies=self.cookies,
            headers={"Origin": self.base},
            timeout=PATIENCE,
        )
