"""A stand-in for Telegram's Bot API server, for tests of a bot.

    async with BotApi() as api:                  # in the test's own event loop, on a free port
        mia = api.person("Mia", language_code="de")
        mia.says("/start")                       # queues an update; the bot polls api.base_url
        [greeting] = await api.arrived(1, mia)   # what the bot wrote, as her client shows it
        mia.presses(greeting["message_id"], "Ja")
        with api.faults.during(Fault("half_answer", "sendMessage")):
            ...
        assert [entry.method for entry in api.log if entry.had_effect] == [...]

What is real: HTTP, long polling, webhooks, Telegram's checks, error texts, HTML and limits. What is
not: no account behind it, no Markdown, of media nothing but the first bytes. Requests and answers are
held against aiogram's models, which come from the documentation; where the stand-in breaks them,
leaving the context raises AssertionError, and what a bot asks wrongly is in `api.complaints`.

| module | what |
|---|---|
| `api` | `BotApi`, what a test holds |
| `people`, `groups`, `places` | `Person`, `Group`, `Topic`, `Channel`: what people do and see |
| `exchange`, `server`, `connections`, `wire` | from a request to its answer |
| `methods`, `calls`, `keyboards` | what each method checks and does |
| `polling`, `webhook`, `updates` | how updates leave |
| `markup`, `entities` | HTML, and text as Telegram keeps it |
| `state`, `model` | users, chats, messages, files: all there are, and each |
| `limits`, `faults`, `trouble` | what is refused, what goes wrong |
| `checks`, `log`, `errors`, `bell` | aiogram's models, the log, refusals, a signal |
"""

from tests.servers.botapi.api import BotApi
from tests.servers.botapi.errors import ImpossibleError
from tests.servers.botapi.faults import Fault, FaultKind, Faults
from tests.servers.botapi.groups import Channel, Group, Topic
from tests.servers.botapi.log import Entry
from tests.servers.botapi.model import Seen, StoredFile
from tests.servers.botapi.people import Person
from tests.servers.botapi.state import Toast

__all__ = [
    "BotApi",
    "Channel",
    "Entry",
    "Fault",
    "FaultKind",
    "Faults",
    "Group",
    "ImpossibleError",
    "Person",
    "Seen",
    "StoredFile",
    "Toast",
    "Topic",
]
