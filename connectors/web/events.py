"""The stream of server-sent events: first what was missed, then what comes, nothing twice."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from bot.errors import StorageUnavailable
from bot.messages import Address, OutgoingMessage
from bot.ports import Outbox
from connectors.web.outbound import to_event
from connectors.web.streams import Streams

HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the connection."""
_RETRY = b"retry: 1000\n\n"
_STILL_HERE = b": still here\n\n"


class EventStream(StreamingResponse):
    """A response whose generator is closed together with it, however it ends."""

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        headers = {"x-accel-buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._events = events

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._events):
            await super().__call__(scope, receive, send)


async def events(
    address: Address,
    tag: str,
    *,
    outbox: Outbox,
    streams: Streams,
    last: int | None = None,
    heartbeat: float = HEARTBEAT,
) -> AsyncGenerator[bytes, None]:
    """All events of one page, until its stream is ended or the storage fails.

    The stream is opened before the replay is read, so nothing falls between the two; what comes
    both ways is shown once. A page may have and acknowledge a message before it is marked as sent,
    and then it waits in the replay again: so the page's last message counts as shown.

    Args:
        address: the chat.
        tag: its short public name.
        outbox: is asked what was missed, and told that the page is open.
        streams: where the live messages come from.
        last: the number of the last message that the page has, or None.
        heartbeat: seconds of silence after which a comment is sent.
    """
    yield _RETRY
    shown: set[int] = set() if last is None else {last}
    with streams.opened(address) as stream:
        outbox.wake(address)
        try:
            missed = await outbox.unacknowledged(address)
        except StorageUnavailable:
            return
        for message in missed:
            if _is_news(message, shown):
                yield to_event(message, tag)
        while True:
            try:
                following = await stream.next(heartbeat)
            except TimeoutError:
                yield _STILL_HERE
                continue
            if following is None:
                return
            if _is_news(following, shown):
                yield to_event(following, tag)


def _is_news(message: OutgoingMessage, shown: set[int]) -> bool:
    """Whether this page has not had the message; one without a number always counts."""
    if message.number in shown:
        return False
    if message.number:
        shown.add(message.number)
    return True
