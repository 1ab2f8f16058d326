"""A running web chat for tests, and a client that behaves as the page does."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx

from bot.messages import Address
from bot.texts import load_texts
from connectors.web import LegalLinks, WebConnector, WebPlace, web_texts
from connectors.web.session import SessionCookies
from tests.web.memory import MemoryInbox, MemoryOutbox, MemorySessions

TEXTS = web_texts(load_texts("web"))
LINKS = LegalLinks(
    imprint="https://beispiel.test/impressum",
    privacy="https://beispiel.test/datenschutz",
    accessibility="https://beispiel.test/barrierefreiheit",
)


def seal(value: str) -> str:
    return sha256(f"test key {value}".encode()).hexdigest()


@dataclass
class Health:
    is_well: bool = True

    async def __call__(self) -> tuple[Mapping[str, Any], bool]:
        return {"status": "ok" if self.is_well else "down"}, self.is_well


@dataclass
class Site:
    """The connector and everything behind it."""

    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    health: Health = field(default_factory=Health)
    public_url: str = ""

    def __post_init__(self) -> None:
        self.inbox = MemoryInbox(self.outbox)
        self.connector = self.outbox.connector = WebConnector(
            inbox=self.inbox,
            outbox=self.outbox,
            sessions=self.sessions,
            hash_session=seal,
            texts=TEXTS,
            health=self.health,
            clock=lambda: datetime(2026, 11, 21, 8, tzinfo=UTC),
            place=WebPlace(port=0, links=LINKS, public_url=self.public_url),
        )

    @property
    def cookies(self) -> SessionCookies:
        return SessionCookies(seal, self.public_url.startswith("https://"))

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.connector.local_url, timeout=10, trust_env=False)

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[tuple[httpx.AsyncClient, Address]]:
        """A browser that has opened the page."""
        async with self.client() as client:
            await client.get("/")
            address = self.cookies.address_in(client.cookies[self.cookies.name])
            assert address is not None
            yield client, address


@asynccontextmanager
async def events(
    client: httpx.AsyncClient, last: int | None = None, **query: str
) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    """The events of a stream, each with the id it was sent under; None without one."""
    headers = {} if last is None else {"last-event-id": str(last)}
    async with client.stream("GET", "/chat/events", headers=headers, params=query) as response:
        assert response.status_code == 200
        yield _parsed(response)


async def _parsed(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    event_id: int | None = None
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            event_id = int(value)
        elif name == "data":
            yield {"event_id": event_id, **json.loads(value)}
            event_id = None
