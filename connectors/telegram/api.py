"""The Bot API client: python-telegram-bot's plain `Bot`, set up so that it is quiet and patient."""

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from typing_extensions import override

from connectors.telegram.inbound import OwnAccount

CONNECTIONS = 16
PATIENCE = 10
"""Seconds that Telegram gets to answer a request."""
POLL_SECONDS = 30
"""How long Telegram holds a poll open when there is nothing new."""
POLL_PATIENCE = 10
"""Seconds beyond it after which the connection counts as dead."""
MOST_UPDATES = 100


class QuietRequest(HTTPXRequest):
    """Never writes what somebody said into a log record."""

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See python-telegram-bot; the parent logs a broken answer whole.

        Raises:
            TelegramError: it is no JSON object.
        """
        try:
            found = json.loads(payload.decode("utf-8", "replace"))
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(found, dict):
            raise TelegramError("Invalid server response")
        return found


class BotApi:
    """One bot at one Bot API server, not connected before `bot.initialize()`.

    Args:
        token: from @BotFather.
        api_url: the server, without a path.

    Attributes:
        bot: everything but polling.
    """

    def __init__(self, token: str, api_url: str) -> None:
        # Else the library answers with whole seconds and warns on each flood limit.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._own_id = int(token.partition(":")[0])
        self._polls = QuietRequest(connection_pool_size=1, connect_timeout=5)
        self.bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=QuietRequest(
                connection_pool_size=CONNECTIONS,
                connect_timeout=5,
                read_timeout=PATIENCE,
                write_timeout=PATIENCE,
                media_write_timeout=60,
                pool_timeout=20,
            ),
            get_updates_request=self._polls,
        )

    @property
    def own(self) -> OwnAccount:
        """The bot's account, as far as it is known."""
        try:
            return OwnAccount(self._own_id, self.bot.username)
        except RuntimeError:
            # The library refuses to say before it has asked Telegram.
            return OwnAccount(self._own_id)

    async def poll(self, offset: int | None, kinds: Sequence[str]) -> list[dict[str, Any]]:
        """Wait for updates; everything below `offset` counts as received from now on.

        Telegram's own JSON is given back, so that one update that the library cannot read does not
        stop the others.

        Args:
            offset: the id of the next update; None for the oldest that Telegram still has.
            kinds: the kinds of updates to send.

        Raises:
            TelegramError: as `getUpdates` of python-telegram-bot.
        """
        parameters: dict[str, object] = {
            "timeout": POLL_SECONDS,
            "limit": MOST_UPDATES,
            "allowed_updates": json.dumps(kinds),
        }
        if offset is not None:
            parameters["offset"] = offset
        found = await self._polls.post(
            f"{self.bot.base_url}/getUpdates?{urlencode(parameters)}",
            read_timeout=POLL_SECONDS + POLL_PATIENCE,
        )
        if not isinstance(found, list) or not all(_is_update(each) for each in found):
            raise TelegramError("Invalid server response")
        return found


def _is_update(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("update_id"), int)
