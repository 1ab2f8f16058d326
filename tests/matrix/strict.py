"""People with another client than ours: matrix-js-sdk with Rust crypto, as strict as Element is.

async with StrictClients() as clients, clients.person(synapse, "Mia") as mia:
    room = await mia.create_direct_room(bot)          # encrypted
    await mia.joined(room, bot)
    await mia.send_text(room, "Hallo")
    [answer] = await mia.arrived(1, room, sender=bot)
    assert answer.is_encrypted
    assert answer.signed_by_owner
    assert answer.shield is None

A strict client does not decrypt what comes from a device that its owner did not cross-sign, and does
not encrypt for it. One node process hosts many people.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from tests.servers.synapse import Account, Event, Person, Synapse
from tests.servers.synapse.attachments import decrypt, encrypt
from tests.servers.synapse.config import Json
from tests.servers.synapse.server import fresh

PROGRAM = Path(__file__).parent / "strict.mjs"
_ENCRYPTED: Json = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
_ENDED = "the node process ended; its stderr says why"
_LONGEST_LINE = 2**26
_PATIENCE_SECONDS = 60.0


class StrictError(Exception):
    """A strict client could not do what was asked."""


class StrictClients:
    """One node process with any number of people, between enter and exit.

    Raises:
        StrictError: of what was asked of it, when it failed or the process ended.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._users: dict[str, StrictUser] = {}

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            "node",
            PROGRAM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        self._reading = asyncio.create_task(self._read(self._process))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._reading is not None
        # At the end of its input the program ends.
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _PATIENCE_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    @asynccontextmanager
    async def person(self, synapse: Synapse, name: str) -> AsyncIterator["StrictUser"]:
        """Somebody with a fresh account and one device, cross-signed."""
        account = Account(synapse.url, await synapse.register(fresh(name)))
        async with StrictUser(self, account) as user:
            await account.call_myself(name)
            yield user

    def host(self, user: "StrictUser") -> str:
        """Take somebody in; the name under which they are asked."""
        name = str(next(self._numbers))
        self._users[name] = user
        return name

    async def ask(self, user: str, method: str, **params: Any) -> Any:
        """Let one user's client do something; see `strict.mjs`.

        Raises:
            StrictError: it failed, took a minute, or the process ended.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        if self._reading is None or self._reading.done():
            raise StrictError(_ENDED)
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        request = {"id": number, "user": user, "method": method, "params": params}
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._waiting[number]
        except TimeoutError:
            raise StrictError(f"{method} took more than {_PATIENCE_SECONDS} s") from None
        finally:
            del self._waiting[number]

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._take(json.loads(line))
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(StrictError(_ENDED))

    def _take(self, said: Json) -> None:
        if "changed" in said:
            self._users[said["changed"]].changed()
            return
        waiting = self._waiting.get(said["id"])
        if waiting is None or waiting.done():
            return
        if "error" in said:
            waiting.set_exception(StrictError(said["error"]))
        else:
            waiting.set_result(said["result"])


class StrictUser(Person):
    """A person's device with matrix-js-sdk, between enter and exit.

    Everything about encryption is the SDK's, and lives in memory: a client that is stopped and
    started again is a new device, which cannot read what was encrypted before it came.

    Args:
        clients: the process.
        account: not yet entered.
        is_strict: whether devices count that their owners did not sign.
        is_signed: whether this device gets a signature by its owner.
        recovery_key: opens the owner's cross-signing keys; without it they get new ones.
    """

    def __init__(
        self,
        clients: StrictClients,
        account: Account,
        *,
        is_strict: bool = True,
        is_signed: bool = True,
        recovery_key: str | None = None,
    ) -> None:
        super().__init__(account)
        self._clients = clients
        self._name = clients.host(self)
        self._options = {"is_strict": is_strict, "is_signed": is_signed}
        self._recovery_key = recovery_key
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.account)
            stack.push_async_callback(self._close)
            await self._start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def stop(self) -> None:
        """Close the client. Its owner's cross-signing keys are in secret storage afterwards."""
        await self._shared_key()
        await self._ask("stop")

    async def start(self) -> None:
        """Open the client after `stop`: the same person, a new device, signed by the same keys."""
        await self.account.log_in()
        await self._start()

    @asynccontextmanager
    async def another_device(
        self, *, is_strict: bool = True, is_signed: bool = True
    ) -> AsyncIterator["StrictUser"]:
        """A second device of this person, signed by the same keys or not at all."""
        key = await self._shared_key()
        account = Account(self.account.url, self.user_id, self.account.password)
        async with StrictUser(
            self._clients, account, is_strict=is_strict, is_signed=is_signed, recovery_key=key
        ) as device:
            yield device

    @override
    async def create_direct_room(self, other: str) -> str:
        return await self.account.create_direct_room(other, [_ENCRYPTED])

    @override
    async def send(self, room: str, kind: str, content: Json, transaction: str = "") -> str:
        sent = await self._ask(
            "send", room=room, type=kind, content=content, transaction=transaction
        )
        return str(sent)

    @override
    async def events(self, room: str) -> list[Event]:
        return [Event(**event) for event in await self._ask("read", room=room)]

    @override
    async def download(self, event: Event) -> bytes:
        file: Json = event.content["file"]
        return decrypt(await self.account.download(file["url"]), file)

    async def reconnect(self) -> None:
        """Learn that the server can be reached again; else the client asks after some seconds."""
        await self._ask("reconnect")

    async def devices_of(self, user_id: str) -> dict[str, bool]:
        """Somebody's devices by id, as this client knows them: is each signed by its owner?"""
        return dict(await self._ask("devices", user_id=user_id))

    async def trusts(self, other: Account, within: float = 10.0) -> None:
        """Wait until this client knows that somebody's device is signed by its owner.

        News of a device and of its signature come with separate syncs; a message sent in between
        is not encrypted for the device, and stays unreadable there.

        Raises:
            TimeoutError: it does not become so.
        """
        async with asyncio.timeout(within):
            # A poll: the SDK has no event for a signature that came.
            while not (await self.devices_of(other.user_id)).get(other.device_id):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    @override
    async def _store(self, data: bytes, mime: str) -> Json:
        ciphertext, file = encrypt(data)
        url = await self.account.upload(ciphertext, "application/octet-stream")
        return {"file": file | {"url": url}}

    async def _start(self) -> None:
        await self._ask(
            "start",
            url=self.account.url,
            user_id=self.user_id,
            access_token=self.account.access_token,
            device_id=self.account.device_id,
            recovery_key=self._recovery_key,
            **self._options,
        )

    async def _close(self) -> None:
        # It may have been stopped before.
        with suppress(StrictError):
            await self._ask("stop")

    async def _shared_key(self) -> str:
        if self._recovery_key is None:
            self._recovery_key = str(await self._ask("share_signing"))
        return self._recovery_key

    async def _ask(self, method: str, **params: Any) -> Any:
        return await self._clients.ask(self._name, method, **params)
