"""Uvicorn inside our own process: started and stopped as a context, signals left alone."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from bot.errors import ConfigurationError

_GRACE = 2
"""Seconds that running requests get when we stop."""


class WebServer:
    """Serves one app between enter and exit.

    Args:
        app: what to serve.
        host: the address to listen on.
        port: the port; 0 takes a free one.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._wanted_port = port
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = port

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            ConfigurationError: the address or port cannot be used.
        """
        listening = _bound(self._host, self._wanted_port)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        await self._server.is_up.wait()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and end what still runs."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task


class _Server(uvicorn.Server):
    """Uvicorn, except that it says when it is up and leaves signals to the process's owner."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.is_up.set()

    @override
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host}, port {port}: {error.strerror}. "
            "Set LERNALLIANZ_WEB_HOST or LERNALLIANZ_WEB_PORT."
        ) from error
    # Else each answer waits up to 40 ms for the last packet to fill; asyncio sees to it only for
    # sockets that it opened itself.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
