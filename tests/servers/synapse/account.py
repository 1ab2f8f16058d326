"""The requests of a Matrix account that need no encryption, over httpx."""

import asyncio
import itertools
import ssl
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx

from tests.servers.synapse.config import Json

PASSWORD = "correct horse battery staple"
"""Of every account that was given no other."""

_PATIENCE_SECONDS = 60.0
_TIMEOUT = httpx.Timeout(10.0, read=60.0)
_REPEATABLE = frozenset({"GET", "PUT"})


class MatrixError(Exception):
    """The server refused: its errcode, and what it said."""

    def __init__(self, status: int, errcode: str, message: str) -> None:
        super().__init__(f"{status} {errcode}: {message}")
        self.status = status
        self.errcode = errcode


def http_client(url: str) -> httpx.AsyncClient:
    """A client for a server on this machine: no proxies, no certificates to load."""
    return httpx.AsyncClient(
        base_url=url,
        timeout=_TIMEOUT,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )


class Account:
    """A logged-in device, between enter and exit.

    Requests are repeated while the server is away or asks to wait, for a minute at most; what must
    not happen twice has a transaction id.

    Args:
        url: of the server.
        user_id: whole, such as `@mia:matrix.test`.
        password: of the account.
    """

    def __init__(self, url: str, user_id: str, password: str = PASSWORD) -> None:
        self.url = url
        self.user_id = user_id
        self.password = password
        self.access_token = ""
        self.device_id = ""
        self._http = http_client(url)
        self._transactions = itertools.count(1)

    async def __aenter__(self) -> Self:
        try:
            await self.log_in()
        except BaseException:
            await self._http.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def log_in(self) -> None:
        """Become a new device of the account."""
        identifier = {"type": "m.id.user", "user": self.user_id}
        answer = await self.post(
            "/v3/login",
            {"type": "m.login.password", "identifier": identifier, "password": self.password},
        )
        self.access_token, self.device_id = answer["access_token"], answer["device_id"]
        self._http.headers["Authorization"] = f"Bearer {self.access_token}"

    def new_transaction(self) -> str:
        """An id under which a request may be repeated."""
        return f"t{next(self._transactions)}"

    async def get(self, path: str, **params: str | int) -> Json:
        """GET below `/_matrix/client`.

        Raises:
            MatrixError: the server refused.
        """
        return dict((await self._request("GET", path, params=params)).json())

    async def post(self, path: str, body: Json) -> Json:
        """POST below `/_matrix/client`; repeated only if it cannot have arrived."""
        return dict((await self._request("POST", path, json=body)).json())

    async def put(self, path: str, body: Json) -> Json:
        """PUT below `/_matrix/client`."""
        return dict((await self._request("PUT", path, json=body)).json())

    async def call_myself(self, name: str) -> None:
        """Set the name that others see."""
        await self.put(f"/v3/profile/{quoted(self.user_id)}/displayname", {"displayname": name})

    async def create_direct_room(self, other: str, initial_state: list[Json]) -> str:
        """A new room for two; the other is invited. Returns its id."""
        body = {
            "is_direct": True,
            "preset": "trusted_private_chat",
            "invite": [other],
            "initial_state": initial_state,
        }
        return str((await self.post("/v3/createRoom", body))["room_id"])

    async def join(self, room: str) -> None:
        """Enter a room."""
        await self.post(f"/v3/join/{quoted(room)}", {})

    async def leave(self, room: str) -> None:
        """Leave a room, or decline the invitation to it."""
        await self.post(f"/v3/rooms/{quoted(room)}/leave", {})

    async def redact(self, room: str, event_id: str) -> str:
        """Take an event back; the id of the redaction."""
        path = f"/v3/rooms/{quoted(room)}/redact/{quoted(event_id)}/{self.new_transaction()}"
        return str((await self.put(path, {}))["event_id"])

    async def show_typing(self, room: str, is_typing: bool) -> None:
        """Let the others in a room see that this person types, or has stopped."""
        path = f"/v3/rooms/{quoted(room)}/typing/{quoted(self.user_id)}"
        await self.put(path, {"typing": is_typing} | ({"timeout": 30_000} if is_typing else {}))

    async def state(self, room: str, kind: str, key: str = "") -> Json:
        """The content of a state event of a room."""
        return await self.get(f"/v3/rooms/{quoted(room)}/state/{quoted(kind)}/{quoted(key)}")

    async def room_of_alias(self, alias: str) -> str | None:
        """The room that an alias leads to; None when it leads nowhere."""
        try:
            return str((await self.get(f"/v3/directory/room/{quoted(alias)}"))["room_id"])
        except MatrixError as error:
            if error.errcode == "M_NOT_FOUND":
                return None
            raise

    async def invitations(self) -> dict[str, list[Json]]:
        """The rooms that this person is invited to, with the state that they are shown."""
        rooms = (await self.get("/v3/sync")).get("rooms", {}).get("invite", {})
        return {room: invited["invite_state"]["events"] for room, invited in rooms.items()}

    async def log_out_everywhere(self) -> None:
        """Make every access token of the account worthless, this one's too."""
        await self.post("/v3/logout/all", {})

    async def upload(self, data: bytes, mime: str) -> str:
        """Keep a file on the server; its `mxc` address."""
        response = await self._request(
            "POST", "/_matrix/media/v3/upload", content=data, headers={"Content-Type": mime}
        )
        return str(response.json()["content_uri"])

    async def download(self, address: str) -> bytes:
        """What is kept under an `mxc` address."""
        path = f"/v1/media/download/{address.removeprefix('mxc://')}"
        return (await self._request("GET", path)).content

    async def _request(  # type: ignore[no-untyped-def]
        self, method: str, path: str, **options
    ) -> httpx.Response:
        """One request, repeated while the server is away or asks to wait."""
        address = path if path.startswith("/_matrix") else f"/_matrix/client{path}"
        passing = httpx.TransportError if method in _REPEATABLE else httpx.ConnectError
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                try:
                    response = await self._http.request(method, address, **options)
                except passing:
                    await asyncio.sleep(0.1)
                    continue
                if response.status_code not in (429, 502, 503, 504):
                    return _accepted(response)
                await asyncio.sleep(_pause(response))


def quoted(part: str) -> str:
    """An id as one segment of a path."""
    return quote(part, safe="")


def _accepted(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    error = response.json()
    raise MatrixError(response.status_code, error.get("errcode", ""), error.get("error", ""))


def _pause(response: httpx.Response) -> float:
    """Seconds to wait before the next try."""
    if response.status_code != 429:
        return 0.1
    return float(response.json().get("retry_after_ms", 100)) / 1000
