"""What each address of the web chat does. Requests become messages, sessions become addresses."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.clock import Clock
from bot.messages import Address, IncomingMessage, OutgoingText
from bot.ports import Inbox, NotStored, Outbox, Sessions
from connectors.web.events import EventStream, events
from connectors.web.inbound import (
    LARGEST_BODY,
    external_id,
    file_head,
    file_message,
    json_object,
    media_type_in,
    number_in,
    number_or_none,
    text_in,
    to_incoming,
)
from connectors.web.outbound import text_data
from connectors.web.problems import Problem, Rejected
from connectors.web.security import is_own_page, may_begin
from connectors.web.session import SessionCookies
from connectors.web.streams import Streams
from connectors.web.texts import ErrorTexts
from connectors.web.uploads import LARGEST_FILE, Uploads

Health = Callable[[], Awaitable[tuple[Mapping[str, Any], bool]]]
"""The state as JSON values, and whether all is well."""
LONGEST_UPLOAD = 120.0
"""Seconds that a file may take to arrive; a slower one is asked for again."""


@dataclass(frozen=True, slots=True)
class Site:
    """The endpoints; each takes a request and gives a response.

    Attributes:
        page: the whole page as HTML.
        errors: what a refused request says.
        public_url: how people reach the page, or empty.
    """

    inbox: Inbox
    outbox: Outbox
    sessions: Sessions
    streams: Streams
    uploads: Uploads
    cookies: SessionCookies
    clock: Clock
    health: Health
    page: str
    errors: ErrorTexts
    public_url: str

    async def show_page(self, request: Request) -> Response:
        """`GET /`: the page; a browser without a session gets one."""
        response = HTMLResponse(self.page)
        address = self._address(request)
        if address is None and may_begin(request.headers):
            address = self.cookies.fresh()
        if address is not None:
            self.cookies.give(response, address)
        return response

    async def post_message(self, request: Request) -> Response:
        """`POST /chat/messages`: the same id posted again is the same message."""
        address, body = await self._posted(request)
        return await self._received(to_incoming(body, address, self.clock()))

    async def post_file(self, request: Request) -> Response:
        """`POST /chat/files`: a picture or PDF as the body; the same id again is the same message."""
        self._of_own_page(request)
        head = file_head(request.headers)
        address = self._needed(request)
        with self.uploads.arriving():
            data = await _file_in(request)
        message = file_message(head, len(data), address, self.clock())
        self.uploads.keep(message.external_id, data)
        return await self._received(message)

    async def post_typing(self, request: Request) -> Response:
        """`POST /chat/typing`: somebody is writing; the page says so only to a human."""
        address, _ = await self._posted(request)
        self.inbox.typing(address)
        return Response(status_code=204)

    async def stream_events(self, request: Request) -> Response:
        """`GET /chat/events`: resumes behind `Last-Event-ID`, or behind `?after=` of this chat."""
        address = self._needed(request)
        tag = self.cookies.tag(address)
        query = request.query_params
        last = None
        if query.get("chat", tag) == tag:
            last = number_or_none(request.headers.get("last-event-id") or query.get("after"))
            await self._acknowledge(address, last)
        return EventStream(
            events(address, tag, outbox=self.outbox, streams=self.streams, last=last)
        )

    async def acknowledge(self, request: Request) -> Response:
        """`POST /chat/acknowledge`: the page has shown everything up to this number."""
        address, body = await self._posted(request)
        found = json_object(body)
        number = number_in(found.get("number"))
        tag = self.cookies.tag(address)
        if found.get("chat", tag) == tag:
            await self._acknowledge(address, number)
        return Response(status_code=204)

    async def end_session(self, request: Request) -> Response:
        """`POST /chat/session/end`: nothing more is sent, the cookie goes."""
        address, _ = await self._posted(request)
        await self.sessions.end(address)
        self.streams.close(address)
        self.uploads.forget(external_id(address, ""))
        response = Response(status_code=204)
        self.cookies.take_back(response)
        return response

    async def recover_session(self, request: Request) -> Response:
        """`POST /chat/session/recover`: with the right code this browser joins the old chat."""
        address, body = await self._posted(request)
        recovered = await self.sessions.recover(address, text_in(json_object(body), "code"))
        if recovered is None:
            raise Rejected(Problem.WRONG_CODE)
        self.streams.close(address)
        response = JSONResponse({"status": "recovered"})
        self.cookies.give(response, recovered)
        return response

    async def show_health(self, request: Request) -> Response:
        """`GET /health`: 200 when all is well, else 503."""
        state, is_well = await self.health()
        return JSONResponse(dict(state), status_code=200 if is_well else 503)

    # --- what they share -----------------------------------------------------------------------

    async def _posted(self, request: Request) -> tuple[Address, bytes]:
        """Who posted, and what.

        Raises:
            Rejected: it does not come from our page, is no JSON, too large, or has no session.
        """
        self._of_own_page(request)
        if media_type_in(request.headers) != "application/json":
            raise Rejected(Problem.NOT_JSON)
        body = await _body(request, LARGEST_BODY, Problem.TOO_LARGE)
        return self._needed(request), body

    async def _received(self, message: IncomingMessage) -> Response:
        try:
            received = await self.inbox.receive([message])
        except NotStored as error:
            return self._not_stored(error.crisis.get(message.external_id))
        if message.external_id in received.declined:
            raise Rejected(Problem.TOO_MANY)
        status = "known" if message.external_id in received.known else "new"
        return JSONResponse({"status": status}, status_code=202)

    def _of_own_page(self, request: Request) -> None:
        if not is_own_page(request.headers, self.public_url):
            raise Rejected(Problem.FOREIGN)

    def _address(self, request: Request) -> Address | None:
        return self.cookies.address_in(request.cookies.get(self.cookies.name))

    def _needed(self, request: Request) -> Address:
        address = self._address(request)
        if address is None:
            raise Rejected(Problem.NO_SESSION)
        return address

    async def _acknowledge(self, address: Address, number: int | None) -> None:
        if number:
            await self.outbox.acknowledge(address, number)
            self.streams.forget(address, number)

    def _not_stored(self, crisis: OutgoingText | None) -> Response:
        body: dict[str, Any] = {"error": self.errors.not_stored}
        if crisis is not None:
            body["crisis"] = {"kind": "text", "is_urgent": True, "buttons": []}
            body["crisis"] |= text_data(crisis.text)
        return JSONResponse(body, status_code=503, headers={"retry-after": "2"})


async def _body(request: Request, most: int, too_large: Problem) -> bytes:
    """The body of a request.

    Raises:
        Rejected: it has more bytes than `most` (the rest is not read), or it broke off.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise Rejected(too_large)
    except ClientDisconnect as error:
        raise Rejected(Problem.BROKEN) from error
    return bytes(body)


async def _file_in(request: Request) -> bytes:
    """The file that a request carries.

    Raises:
        Rejected: it is too large, empty or broken, or takes too long.
    """
    try:
        async with asyncio.timeout(LONGEST_UPLOAD):
            data = await _body(request, LARGEST_FILE, Problem.FILE_TOO_LARGE)
    except TimeoutError as error:
        raise Rejected(Problem.NOT_STORED) from error
    if not data:
        raise Rejected(Problem.BROKEN)
    return data
