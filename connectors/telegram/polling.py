"""Long polling: the offset moves only after what was received is stored."""

import asyncio
from collections.abc import Callable

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.ports import NotStored
from connectors.telegram.api import BotApi
from connectors.telegram.inbound import ALLOWED_UPDATES
from connectors.telegram.reception import Reception

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
"""Seconds between tries while Telegram or the database cannot be reached."""
CONFLICT_WAIT = 5.0
CUT_OFF = "Telegram cannot be reached"
UNKNOWN = "polling failed; the log says why"
NOT_STORED = "the database cannot be written"
WRONG_TOKEN = "Telegram refuses TELEGRAM_TOKEN; copy it again from @BotFather"  # noqa: S105 - a text
ANOTHER_POLLS = "another process polls with the same TELEGRAM_TOKEN; stop it, or get a new token from @BotFather"

log = structlog.get_logger(__name__)


class Polling:
    """Polls until it is cancelled.

    Args:
        api: the Bot API.
        reception: takes the updates.
        report: told what is wrong, and None when all is well again.
    """

    def __init__(
        self, api: BotApi, reception: Reception, report: Callable[[str | None], None]
    ) -> None:
        self._api = api
        self._reception = reception
        self._report = report
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for ever."""
        wait = FIRST_WAIT
        while True:
            try:
                await self.poll_once()
                wait = FIRST_WAIT
                continue
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error))
            except Conflict:
                log.error(ANOTHER_POLLS)
                self._report(ANOTHER_POLLS)
                await asyncio.sleep(CONFLICT_WAIT)
            except InvalidToken:
                log.error("the token is refused")
                self._report(WRONG_TOKEN)
                await asyncio.sleep(LONGEST_WAIT)
            except (TelegramError, NotStored) as error:
                log.warning("not polled", error=type(error).__name__)
                self._report(NOT_STORED if isinstance(error, NotStored) else CUT_OFF)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            except Exception as error:
                # Whatever it is: who stops polling is silent for everybody.
                log.error("polling failed", error=type(error).__name__)
                self._report(UNKNOWN)
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def poll_once(self) -> None:
        """Take one batch.

        Raises:
            TelegramError: Telegram could not be asked.
            NotStored: nothing was stored; the same batch comes again.
        """
        updates = await self._api.poll(self._offset, ALLOWED_UPDATES)
        self._report(None)
        if updates:
            await self._reception.take(updates)
            self._offset = max(each["update_id"] for each in updates) + 1


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait if isinstance(wait, int) else wait.total_seconds()
