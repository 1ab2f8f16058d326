"""A real Matrix server for tests, and people who write on it without encryption.

    async with Synapse() as synapse:                      # about two seconds; share it
        bot = await synapse.register("bot-1")             # "@bot-1:matrix.test", PASSWORD
        async with synapse.person("Mia") as mia:          # a fresh account, listening
            room = await mia.create_direct_room(bot)
            await mia.joined(room, bot)
            question = await mia.send_text(room, "Hallo")
            [answer] = await mia.arrived(1, room, sender=bot)
            await mia.react(room, answer.event_id, "👍")
        await synapse.restart()                           # same folder, same port

`Synapse` and `Account` belong to no event loop until they are used, so one server can serve a whole
run. People who encrypt are in `tests.matrix.strict`; they share `Person` with those here.

| module | what |
|---|---|
| `server`, `config` | `Synapse`, what a test holds; what is written for it |
| `account` | `Account`: the requests that need no encryption, and their retries |
| `person`, `plain` | what every person does; `PlainUser` |
| `events`, `contents` | an event as a client knows it; what a client writes into one |
| `attachments` | files as they travel in encrypted rooms |
"""

from tests.servers.synapse.account import PASSWORD, Account
from tests.servers.synapse.config import NO_LIMIT, Rate
from tests.servers.synapse.events import Event
from tests.servers.synapse.person import Person
from tests.servers.synapse.plain import PlainUser
from tests.servers.synapse.server import Synapse

__all__ = ["NO_LIMIT", "PASSWORD", "Account", "Event", "Person", "PlainUser", "Rate", "Synapse"]
