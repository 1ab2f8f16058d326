"""The server's process: written, started, stopped, killed, and its accounts."""

import asyncio
import hashlib
import hmac
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx

from tests.servers.synapse.account import PASSWORD, http_client
from tests.servers.synapse.config import NO_LIMIT, SERVER_NAME, Json, Place, Rate
from tests.servers.synapse.plain import PlainUser

PYTHON = Path(__file__).parents[3] / "build" / "synapse-venv" / "bin" / "python"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class Synapse:
    """A Matrix homeserver on 127.0.0.1, between enter and exit.

    It keeps everything in a folder of its own, which goes at exit. Nothing leaves the machine.

    Args:
        message_rate: how often one user may send; `limit_messages` sets it for a single one.

    Raises:
        RuntimeError: at enter, if it does not start; with the last lines of its log.
    """

    def __init__(self, message_rate: Rate = NO_LIMIT) -> None:
        self._message_rate = message_rate
        self._place: Place | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._admin_token: str | None = None

    async def __aenter__(self) -> Self:
        folder = Path(tempfile.mkdtemp(prefix="synapse"))
        self._place = Place(folder, _free_port(), secrets.token_hex())
        self._place.write(self._message_rate)
        try:
            await self.start()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    @property
    def server_name(self) -> str:
        """What stands behind the colon of its users' ids."""
        return SERVER_NAME

    @property
    def url(self) -> str:
        """The address of its client-server API."""
        return f"http://127.0.0.1:{self._at.port}"

    @property
    def log(self) -> str:
        """Everything it said."""
        return self._at.log.read_text(encoding="utf-8", errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time.
        """
        self._process = _launch(self._at)
        deadline = time.monotonic() + _START_SECONDS
        async with http_client(self.url) as client:
            while not await _answers(client):
                if not self.is_running or time.monotonic() > deadline:
                    last = "\n".join(self.log.splitlines()[-20:])
                    raise RuntimeError(f"Synapse did not start. The end of its log:\n{last}")
                await asyncio.sleep(0.03)

    async def stop(self) -> None:
        """End it kindly, and wait for it."""
        if self._process is not None:
            self._process.terminate()
            await self._ended()

    async def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            await self._ended()

    async def restart(self) -> None:
        """Stop and start it: same folder, same port."""
        await self.stop()
        await self.start()

    async def register(self, name: str, password: str = PASSWORD, admin: bool = False) -> str:
        """Make an account.

        Args:
            name: lower case, not taken; the part of the id before the colon.
            password: to log in with.
            admin: whether it may use Synapse's admin API.

        Returns:
            The user's id.

        Raises:
            httpx.HTTPStatusError: the server refused, such as for a name that is taken.
        """
        answer = await self._register(name, password, admin)
        return str(answer["user_id"])

    @asynccontextmanager
    async def person(self, name: str) -> AsyncIterator[PlainUser]:
        """Somebody with a fresh account, who listens from the start.

        Args:
            name: as others see it; the id is made from it and is new each time.
        """
        user_id = await self.register(fresh(name))
        async with PlainUser(self.url, user_id) as user:
            await user.account.call_myself(name)
            yield user

    async def limit_messages(self, user_id: str, rate: Rate) -> None:
        """Let one user send only so often; what is above is answered by M_LIMIT_EXCEEDED."""
        if self._admin_token is None:
            answer = await self._register(fresh("admin"), PASSWORD, admin=True)
            self._admin_token = str(answer["access_token"])
        async with http_client(self.url) as client:
            response = await client.post(
                f"/_synapse/admin/v1/users/{quote(user_id, safe='')}/override_ratelimit",
                headers={"Authorization": f"Bearer {self._admin_token}"},
                json={"messages_per_second": rate.per_second, "burst_count": rate.burst_count},
            )
            response.raise_for_status()

    async def _register(self, name: str, password: str, admin: bool) -> Json:
        async with http_client(self.url) as client:
            path = "/_synapse/admin/v1/register"
            nonce = (await client.get(path)).raise_for_status().json()["nonce"]
            fields = (nonce, name, password, "admin" if admin else "notadmin")
            mac = hmac.new(self._at.secret.encode(), "\0".join(fields).encode(), hashlib.sha1)
            body = {"nonce": nonce, "username": name, "password": password, "admin": admin}
            response = await client.post(path, json=body | {"mac": mac.hexdigest()})
            answer: Json = response.raise_for_status().json()
            return answer

    async def _ended(self) -> None:
        assert self._process is not None
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        self._process = None

    async def _end(self) -> None:
        await self.stop()
        shutil.rmtree(self._at.folder, ignore_errors=True)

    @property
    def _at(self) -> Place:
        assert self._place is not None, "enter it first"
        return self._place


def fresh(name: str) -> str:
    """A name for an account that nobody has yet."""
    letters = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return f"{letters}-{secrets.token_hex(4)}"


def _launch(place: Place) -> subprocess.Popen[bytes]:
    with place.log.open("ab") as log:
        return subprocess.Popen(
            [PYTHON, "-m", "synapse.app.homeserver", "-c", place.config],
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/_matrix/client/versions")).is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
