"""Answers that go wrong: cut, garbled, half, or never sent."""

import asyncio
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from tests.servers.botapi.connections import Connections
from tests.servers.botapi.errors import ApiError, too_many_requests
from tests.servers.botapi.faults import Fault

JSON = "application/json"
_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    "</body>\r\n</html>\r\n"
)


class Cut(Response):
    """Ends the connection without an answer."""

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._connections.cut(scope)
        await gone(receive)


class Silence(Cut):
    """Does not answer, until the client goes or the stand-in closes."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = asyncio.create_task(gone(receive))
        closing = asyncio.create_task(self._connections.closing.wait())
        await asyncio.wait({client, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        if not client.done():
            self._connections.cut(scope)
        await client


class Half(Cut):
    """Sends half of a body and ends the connection."""

    def __init__(self, connections: Connections, whole: JSONResponse) -> None:
        super().__init__(connections)
        self._whole = whole

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self._whole.body)
        await send(
            {
                "type": "http.response.start",
                "status": self._whole.status_code,
                "headers": self._whole.raw_headers,
            }
        )
        half = body[: len(body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        self._connections.hang_up(scope)
        await gone(receive)


async def gone(receive: Receive) -> None:
    """Wait until the client or the connection is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def answered(body: dict[str, Any]) -> JSONResponse:
    """A whole answer."""
    return JSONResponse(body, status_code=body.get("error_code", 200))


def troubled(fault: Fault, connections: Connections, body: dict[str, Any]) -> Response:
    """The answer of a request that a fault struck.

    Args:
        fault: what struck.
        connections: where it can be cut.
        body: what would have been answered.
    """
    match fault.kind:
        case "500" | "502" | "429":
            return _refused(fault)
        case "timeout_before_effect" | "timeout_after_effect":
            return Silence(connections)
        case "garbage_before_effect" | "garbage_after_effect":
            return Response(b'{"ok":true,"result":{"mess\xff', media_type=JSON)
        case "other_shape":
            return Response(b'{"ok":true,"result":[1,[2],{"update_id":"x"}]}', media_type=JSON)
        case "half_answer":
            return Half(connections, answered(body))
        case _:
            return Cut(connections)


def status_of(fault: Fault, status: int) -> int | None:
    """The HTTP status that a struck request is answered with; None without an answer."""
    match fault.kind:
        case "500" | "502" | "429":
            return int(fault.kind)
        case "garbage_before_effect" | "garbage_after_effect" | "other_shape":
            return 200
        case "half_answer":
            return status
        case _:
            return None


def is_answered(fault: Fault) -> bool:
    """Whether a struck request still gets a whole answer."""
    return fault.kind in ("500", "502", "429")


def _refused(fault: Fault) -> Response:
    if fault.kind == "502":
        return HTMLResponse(_BAD_GATEWAY, status_code=502)
    if fault.kind == "429":
        return answered(too_many_requests(fault.retry_after).as_json())
    return answered(ApiError(500, "Internal Server Error").as_json())
