"""Somebody's page of the web chat, as far as the wire goes: it comes back by itself, and acknowledges what it shows."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx


class WebPage:
    """One open page.

    Args:
        url: of the web chat.

    Attributes:
        bubbles: what it shows of us, by message, oldest first.
    """

    def __init__(self, url: str) -> None:
        self.bubbles: dict[str, dict[str, Any]] = {}
        self._client = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)
        self._reading: asyncio.Task[None] | None = None
        self._last = 0

    async def open(self) -> None:
        """Begin a session, and listen."""
        await self._client.get("/")
        self._reading = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Close it."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._client.aclose()

    async def says(self, text: str) -> None:
        """Write a text."""
        await self._post({"text": text})

    async def presses(self, label: str) -> None:
        """Press the last button with a label."""
        tokens = [
            button["token"]
            for bubble in self.bubbles.values()
            for button in bubble["buttons"]
            if button["label"] == label
        ]
        await self._post({"choice": tokens[-1]})

    async def sends(self, name: str, media_type: str, data: bytes) -> None:
        """Send a file."""
        head = {"content-type": media_type, "file-name": quote(name), "message-id": _fresh()}
        answer = await self._client.post("/chat/files", content=data, headers=head)
        assert answer.status_code == 202

    async def _post(self, said: Mapping[str, str]) -> None:
        answer = await self._client.post("/chat/messages", json={"id": _fresh(), **said})
        assert answer.status_code == 202

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await self._hear()
            await asyncio.sleep(0.05)

    async def _hear(self) -> None:
        asked = self._client.stream(
            "GET", "/chat/events", params={"after": self._last}, timeout=None
        )
        async with asked as events:
            async for line in events.aiter_lines():
                if line.startswith("data: "):
                    await self._take(json.loads(line.removeprefix("data: ")))

    async def _take(self, event: dict[str, Any]) -> None:
        if event["kind"] == "typing":
            return
        self._show(event)
        self._last = max(self._last, event["number"])
        await self._client.post("/chat/acknowledge", json={"number": self._last})

    def _show(self, event: dict[str, Any]) -> None:
        match event["kind"]:
            case "delete":
                self.bubbles.pop(event["target"], None)
            case "edit":
                shown = self.bubbles[event["target"]]
                words = {} if event["text"] is None else {"spans": event["spans"]}
                changed = {**shown, **words, "buttons": event["buttons"]}
                self.bubbles[event["target"]] = changed
            case _:
                self.bubbles[event["message_id"]] = event


def _fresh() -> str:
    return str(uuid.uuid4())
