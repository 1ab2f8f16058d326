"""The files that people sent.

Source: https://core.telegram.org/bots/api#getfile. A path is good for an hour, so it is asked for each time.
"""

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.errors import Refused
from connectors.telegram.failures import to_fetch_error

LARGEST_FETCHED = 20 * 1024 * 1024
"""Bytes that Telegram gives out; a server of one's own would give more."""


async def fetch(bot: Bot, reference: str) -> bytes:
    """The whole content of a file.

    Args:
        bot: to ask with.
        reference: its `file_id`.

    Raises:
        NotDelivered: not just now.
        Refused: it is gone or too large.
    """
    try:
        file = await bot.get_file(reference)
    except TelegramError as error:
        raise to_fetch_error(error) from error
    if not file.file_path or (file.file_size or 0) > LARGEST_FETCHED:
        raise Refused("too large to be fetched")
    try:
        return bytes(await file.download_as_bytearray())
    except InvalidToken:
        # The library's word for 404; the token was good a moment ago.
        raise Refused("the file is gone") from None
    except TelegramError as error:
        raise to_fetch_error(error) from error
