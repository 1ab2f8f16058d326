"""Asks a Rasa server; gives up quickly and for a while when it does not answer."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx
import structlog

from bot.rasa.unavailable import RasaUnavailable

TIMEOUT = 2.0
"""Seconds that an answer may take; a person waits for it."""
MOST_FAILURES = 2
"""After so many failures in a row Rasa is left alone for a while."""
REST = 5.0
"""Seconds of that while; then one question tries again."""

log = structlog.get_logger(__name__)


class RasaClient:
    """One server, as an async context manager.

    Args:
        url: of the server, `http://127.0.0.1:5005`.
        clock: seconds that only grow.
        transport: for tests; None for the network.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, transport=transport)
        self._failures = 0
        self._rests_until = 0.0

    async def __aenter__(self) -> Self:
        """Begin; the first question connects."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def is_available(self) -> bool:
        """Whether the last question was answered, or none was asked yet."""
        return self._failures == 0

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """Ask.

        Raises:
            RasaUnavailable: it is resting, did not answer in time, or answered with nonsense.
        """
        if self._failures >= MOST_FAILURES and self._clock() < self._rests_until:
            raise RasaUnavailable("left alone after failures")
        try:
            response = await self._http.post(path, json=body)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self.failed(type(error).__name__) from error
        if not isinstance(answer, dict) or not answer:
            raise self.failed("empty answer")
        if self._failures:
            log.info("rasa answers again")
        self._failures = 0
        return answer

    def failed(self, reason: str) -> RasaUnavailable:
        """Count a failure; also for an answer that turned out to be of no use."""
        self._failures += 1
        self._rests_until = self._clock() + REST
        log.warning("rasa unavailable, the embedded engine answers", reason=reason)
        return RasaUnavailable(reason)
