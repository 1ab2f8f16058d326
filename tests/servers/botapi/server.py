"""Uvicorn in the test's own event loop, on a free port of the loopback interface."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from typing_extensions import override

from tests.servers.botapi.connections import Connections
from tests.servers.botapi.exchange import Exchange

_GRACE = 2
"""Seconds that running requests get when the stand-in closes."""
_KEEP_ALIVE = 75
"""Seconds an idle connection stays open: longer than a test, so that no client meets the end."""


class Server:
    """Serves an exchange between `open` and `close`."""

    def __init__(self, exchange: Exchange, connections: Connections) -> None:
        self.port = 0
        self._connections = connections
        self._app = Starlette(
            routes=[
                Route("/file/bot{token}/{path:path}", exchange.on_download),
                Route("/bot{token}/{method}", exchange.on_method, methods=["GET", "POST"]),
            ]
        )
        self._uvicorn: _Uvicorn | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen."""
        listening = socket.create_server(("127.0.0.1", 0))
        # asyncio does this for sockets it opens itself; without it each answer takes 40 ms more.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            http="h11",
            log_config=None,
            log_level="critical",
            timeout_keep_alive=_KEEP_ALIVE,
            access_log=False,
            lifespan="off",
            # A header must not change the address by which a connection is found to be cut.
            proxy_headers=False,
            ws="none",
        )
        self._uvicorn = _Uvicorn(config)
        self._connections.open = self._uvicorn.server_state.connections
        self._task = asyncio.create_task(self._uvicorn.serve(sockets=[listening]))
        await self._uvicorn.is_up.wait()

    async def close(self) -> None:
        """Stop listening; what waits is answered or cut."""
        self._connections.closing.set()
        if self._uvicorn is not None and self._task is not None:
            self._uvicorn.stop.set()
            await self._task


class _Uvicorn(uvicorn.Server):
    """Uvicorn, except that it says when it is up, leaves signals to pytest and stops at once.

    Its own loop looks every tenth of a second whether it shall stop; with hundreds of tests that
    are minutes.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()
        self.stop = asyncio.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.is_up.set()

    @override
    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stop.wait()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := set(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=_GRACE)
        # What was answered just now is written out before the last connections are cut.
        await asyncio.sleep(0)
        for connection in list(self.server_state.connections):
            _abort(connection)
        while self.server_state.connections:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)
        for server in self.servers:
            await server.wait_closed()

    @override
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _abort(connection: Any) -> None:
    connection.transport.abort()
