"""Headers on every response, and who may post."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OWN_SITES = frozenset({"same-origin", "none"})
_ABSENT_FEATURES = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
)


def content_policy(frame_ancestors: str) -> str:
    """The Content-Security-Policy: nothing but our own files, nothing inline.

    Args:
        frame_ancestors: the pages that may show the chat in a frame, as the header names them.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
            "base-uri 'none'",
        )
    )


class SecurityHeaders:
    """Adds the headers to every response of an ASGI app."""

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": content_policy(frame_ancestors),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": _ABSENT_FEATURES,
            "cross-origin-resource-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Static files carry an ETag and are asked for again; everything else is personal.
        caching = "no-cache" if scope["path"].startswith("/static/") else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers["cache-control"] = caching
            await send(message)

        await self._app(scope, receive, send_with_headers)


def is_own_page(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether a request that changes something comes from our own page.

    Programs that are no browsers send neither header; they have no cookie to abuse.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITES:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    own = {headers.get("host", ""), urlsplit(public_url).netloc} - {""}
    return urlsplit(origin).netloc in own


def may_begin(headers: Mapping[str, str]) -> bool:
    """Whether a missing cookie means that there is no session.

    A strict cookie stays at home when a link on another site leads here, so a new one would
    overwrite it. The page's script asks again from its own origin.
    """
    return headers.get("sec-fetch-site", "none") in _OWN_SITES
