"""The web chat as a connector: a lifecycle and sending."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.clock import Clock
from bot.errors import NotDelivered, Refused
from bot.messages import (
    Capabilities,
    Format,
    OutgoingEnd,
    OutgoingMessage,
    OutgoingRoom,
    Receipt,
    Typing,
)
from bot.ports import Inbox, Outbox, Sessions
from connectors.web.app import build_app
from connectors.web.page import render_page
from connectors.web.server import WebServer
from connectors.web.session import CHANNEL, SessionCookies
from connectors.web.site import Health, Site
from connectors.web.streams import Streams
from connectors.web.texts import LegalLinks, WebTexts
from connectors.web.uploads import LARGEST_FILE, Uploads


@dataclass(frozen=True, slots=True)
class WebPlace:
    """Where the web chat is found.

    Attributes:
        host: the address to listen on.
        port: the port; 0 takes a free one.
        public_url: how people reach it; `https` makes its cookies secure.
        links: the legal pages.
        frame_ancestors: the pages that may show it in a frame, as the header names them.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    links: LegalLinks = field(default_factory=LegalLinks)
    frame_ancestors: str = "'self'"


class WebConnector:
    """The web chat, as `bot.ports.Connector`.

    Args:
        inbox: takes what people write.
        outbox: is asked what a page missed, and told what it has.
        sessions: recovers and ends sessions.
        hash_session: a keyed hash, hexadecimal; it seals the cookies.
        texts: every sentence.
        health: the state of the assistant as JSON values, and whether all is well.
        clock: the present moment.
        place: where to listen.
        more: what the server offers to other connectors.
    """

    trouble = None
    channel = CHANNEL
    capabilities = Capabilities(
        buttons=10,
        edits=False,
        deletions=False,
        files=LARGEST_FILE,
        length=4000,
        format=Format.HTML,
        reminds_when_closed=False,
        pictures=True,
        # A browser shows each number once.
        repeats_safely=True,
    )

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        sessions: Sessions,
        hash_session: Callable[[str], str],
        texts: WebTexts,
        health: Health,
        clock: Clock,
        place: WebPlace,
        more: Sequence[BaseRoute] = (),
    ) -> None:
        self._streams = Streams()
        self._uploads = Uploads()
        self._place = place
        site = Site(
            inbox=inbox,
            outbox=outbox,
            sessions=sessions,
            streams=self._streams,
            uploads=self._uploads,
            cookies=SessionCookies(hash_session, place.public_url.startswith("https://")),
            clock=clock,
            health=health,
            page=render_page(texts, place.links),
            errors=texts.errors,
            public_url=place.public_url,
        )
        self.app: ASGIApp = build_app(site, place.frame_ancestors, more)
        self._server = WebServer(self.app, place.host, place.port)
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """See `bot.ports.Connector`."""
        return self._place.public_url or self.local_url

    @property
    def local_url(self) -> str:
        """Where this machine reaches the page once it listens."""
        host = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        return f"http://{host}:{self._server.port}"

    async def __aenter__(self) -> Self:
        """Begin to listen.

        Raises:
            ConfigurationError: the address or port cannot be used.
        """
        self._stack.callback(self._uploads.forget)
        await self._stack.enter_async_context(self._server)
        self._stack.callback(self._streams.close_all)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the open pages' streams, then stop listening."""
        await self._stack.aclose()

    async def send(self, message: OutgoingMessage) -> Receipt:
        """Show a message on every open page of its chat.

        Raises:
            NotDelivered: no page is open; the outbox is woken as soon as one is.
            Refused: it opens or ends a room; the web chat has none.
        """
        if isinstance(message.content, OutgoingRoom | OutgoingEnd):
            raise Refused("the web chat has no rooms")
        is_shown = self._streams.hand_over(message)
        if isinstance(message.content, Typing):
            return Receipt()
        if not is_shown:
            raise NotDelivered("no open page", until_reachable=True)
        return Receipt(external_id=message.message_id, is_acknowledged=False)

    async def fetch(self, reference: str) -> bytes:
        """A file that somebody sent on the page.

        It stays half an hour in the memory of this process and nowhere else (`connectors.web.uploads`).

        Raises:
            Refused: it is gone.
        """
        data = self._uploads.get(reference)
        if data is None:
            raise Refused("the file is gone")
        return data
