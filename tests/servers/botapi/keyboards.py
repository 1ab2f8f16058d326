"""What Telegram accepts as `reply_markup`."""

from typing import Any

from tests.servers.botapi.errors import bad_request
from tests.servers.botapi.markup import checked_link
from tests.servers.botapi.model import Json

MOST_BUTTONS = 100
"""Buttons under one message; more are refused by the server."""
MOST_IN_A_ROW = 8
"""Buttons in one row."""
MOST_DATA_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton, `callback_data`: 1-64 bytes."""

_OTHER_KINDS = ("keyboard", "remove_keyboard", "force_reply")
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def checked(markup: Any) -> Json | None:
    """The markup as the message keeps it; None without one.

    Raises:
        ApiError: Telegram does not accept it.
    """
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = [_checked_row(row) for row in markup["inline_keyboard"]]
        _check_size(rows)
        return {"inline_keyboard": rows} if any(rows) else None
    if not any(kind in markup for kind in _OTHER_KINDS):
        raise bad_request("object expected as reply markup")
    if "keyboard" in markup:
        _check_size(markup["keyboard"])
    return markup


def _checked_row(row: Any) -> list[Json]:
    if not isinstance(row, list):
        raise bad_request("can't parse inline keyboard: row must be an Array")
    return [_checked_button(button) for button in row]


def _checked_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(action in button for action in _ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = str(button.get("url") or "")
    if url and not checked_link(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return {key: value for key, value in button.items() if value is not None}


def _check_size(rows: list[Any]) -> None:
    if sum(len(row) for row in rows) > MOST_BUTTONS or any(
        len(row) > MOST_IN_A_ROW for row in rows
    ):
        raise bad_request("reply markup is too long")
