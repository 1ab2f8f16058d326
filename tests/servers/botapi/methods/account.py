"""Methods about the bot itself: who it is, its commands and descriptions."""

import re
from typing import Any

from tests.servers.botapi.calls import Call
from tests.servers.botapi.errors import bad_request
from tests.servers.botapi.model import Json
from tests.servers.botapi.state import State

MOST_COMMANDS = 100
"""https://core.telegram.org/bots/api#setmycommands"""
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LONGEST = {"description": 512, "short_description": 120}


def get_me(state: State, call: Call) -> Json:
    """`getMe`"""
    return {
        **state.bot.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not state.has_privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(state: State, call: Call) -> bool:
    """`setMyCommands`"""
    commands = call.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    state.commands[_place(call)] = [_checked(command) for command in commands]
    call.had_effect = True
    return True


def get_my_commands(state: State, call: Call) -> list[Json]:
    """`getMyCommands`"""
    return state.commands.get(_place(call), [])


def delete_my_commands(state: State, call: Call) -> bool:
    """`deleteMyCommands`"""
    call.had_effect = state.commands.pop(_place(call), None) is not None
    return True


def set_my_description(state: State, call: Call) -> bool:
    """`setMyDescription`"""
    return _describe(state, call, "description")


def set_my_short_description(state: State, call: Call) -> bool:
    """`setMyShortDescription`"""
    return _describe(state, call, "short_description")


def get_my_description(state: State, call: Call) -> Json:
    """`getMyDescription`"""
    return {"description": state.descriptions.get(_described("description", call), "")}


def get_my_short_description(state: State, call: Call) -> Json:
    """`getMyShortDescription`"""
    name = "short_description"
    return {name: state.descriptions.get(_described(name, call), "")}


def _checked(command: Any) -> Json:
    name, description = str(command.get("command", "")), str(command.get("description", ""))
    name = name.removeprefix("/")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _place(call: Call) -> str:
    scope = call.structure("scope") or {"type": "default"}
    parts = [scope["type"], scope.get("chat_id", ""), scope.get("user_id", "")]
    return " ".join(str(part) for part in [*parts, call.text("language_code")])


def _describe(state: State, call: Call, name: str) -> bool:
    text = call.text(name)
    if len(text) > _LONGEST[name]:
        raise bad_request(f"BOT_{'ABOUT' if name.startswith('short') else 'DESCRIPTION'}_TOO_LONG")
    state.descriptions[_described(name, call)] = text
    call.had_effect = True
    return True


def _described(name: str, call: Call) -> str:
    return f"{name} {call.text('language_code')}"
