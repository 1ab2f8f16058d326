"""The addresses of the web chat, put together as one ASGI app."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.errors import StorageUnavailable
from connectors.web.page import STATIC
from connectors.web.problems import Problem, Rejected
from connectors.web.security import SecurityHeaders
from connectors.web.site import Site
from connectors.web.texts import ErrorTexts

_RETRY_AFTER = {Problem.TOO_MANY: "5", Problem.NOT_STORED: "2"}
"""Seconds to wait before asking again."""


def build_app(site: Site, frame_ancestors: str, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The whole web chat.

    Args:
        site: the endpoints.
        frame_ancestors: the pages that may show the chat in a frame, as the header names them.
        more: what the server offers beside the web chat.
    """
    says = _Refusals(site.errors)
    app = Starlette(
        routes=[
            Route("/", site.show_page),
            Route("/chat/messages", site.post_message, methods=["POST"]),
            Route("/chat/files", site.post_file, methods=["POST"]),
            Route("/chat/typing", site.post_typing, methods=["POST"]),
            Route("/chat/events", site.stream_events),
            Route("/chat/acknowledge", site.acknowledge, methods=["POST"]),
            Route("/chat/session/end", site.end_session, methods=["POST"]),
            Route("/chat/session/recover", site.recover_session, methods=["POST"]),
            Route("/health", site.show_health),
            Mount("/static", StaticFiles(directory=STATIC)),
            *more,
        ],
        exception_handlers={
            Rejected: says.rejected,
            StorageUnavailable: says.not_stored,
            HTTPException: says.http,
            Exception: says.our_fault,
        },
    )
    return SecurityHeaders(app, frame_ancestors)


class _Refusals:
    """Turns what went wrong into a kind text."""

    def __init__(self, errors: ErrorTexts) -> None:
        self._errors = errors

    async def rejected(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Rejected)  # noqa: S101 - Starlette's handlers are typed by the root
        return self._response(error.problem)

    async def not_stored(self, request: Request, error: Exception) -> Response:
        return self._response(Problem.NOT_STORED)

    async def http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        text = self._errors.not_found if status < 500 else self._errors.our_fault
        return JSONResponse({"error": text}, status_code=status)

    async def our_fault(self, request: Request, error: Exception) -> Response:
        return self._response(Problem.OUR_FAULT)

    def _response(self, problem: Problem) -> Response:
        wait = _RETRY_AFTER.get(problem)
        return JSONResponse(
            {"error": getattr(self._errors, problem.text)},
            status_code=problem.status,
            headers={"retry-after": wait} if wait else None,
        )
