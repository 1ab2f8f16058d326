"""The address that Telegram posts updates to, for the web chat's server."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.ports import NotStored
from connectors.telegram.reception import Reception

PATH = "/telegram/webhook"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
LARGEST_BODY = 1024 * 1024
"""Bytes; updates are far smaller."""


class Webhook:
    """Takes one update per request; Telegram offers it again until it is answered with 200.

    Args:
        reception: takes the updates.
        secret: what Telegram must say in the header.
    """

    def __init__(self, reception: Reception, secret: str) -> None:
        self._reception = reception
        self._secret = secret

    @property
    def route(self) -> Route:
        """For an ASGI app."""
        return Route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """Store one update."""
        said = request.headers.get(SECRET_HEADER, "")
        if not secrets.compare_digest(said.encode(), self._secret.encode()):
            return Response(status_code=403)
        update = await _update(request)
        if update is None:
            return Response(status_code=400)
        try:
            await self._reception.take([update])
        except NotStored:
            return Response(status_code=503, headers={"retry-after": "2"})
        return Response(status_code=200)


async def _update(request: Request) -> Mapping[str, Any] | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
