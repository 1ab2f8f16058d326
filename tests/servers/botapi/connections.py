"""The open connections of the server, to be cut."""

import asyncio
from typing import Any

from starlette.types import Scope


class Connections:
    """Finds a request's connection.

    Uvicorn shows its connections in `server_state.connections`; each has the client's address,
    which is unique while it is open.
    """

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        """Set when the stand-in closes."""
        self.open: set[Any] = set()
        """Uvicorn's set of protocols, given by the server when it is up."""

    def cut(self, scope: Scope) -> None:
        """End the request's connection at once; what was not sent yet is lost."""
        for protocol in self._of(scope):
            protocol.transport.abort()

    def hang_up(self, scope: Scope) -> None:
        """End the request's connection after what was written is sent."""
        for protocol in self._of(scope):
            protocol.transport.close()

    def cut_all(self) -> None:
        """End every connection at once."""
        for protocol in list(self.open):
            protocol.transport.abort()

    def _of(self, scope: Scope) -> list[Any]:
        return [
            protocol for protocol in list(self.open) if protocol.client == tuple(scope["client"])
        ]
