"""nio's client, mended where a crash or a failure would cost messages.

nio's room keys and Olm sessions lie in its own store (SQLite, secrets encrypted with `pickle_key`).
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
from nio import (
    AsyncClient,
    AsyncClientConfig,
    ErrorResponse,
    KeysUploadResponse,
    Response,
    ShareGroupSessionResponse,
)
from nio.api import Api

from bot.errors import DeliveryError, NotDelivered
from connectors.matrix.failures import cut_off, to_delivery_error

REQUEST_SECONDS = 30.0
BROKEN = (aiohttp.ClientError, asyncio.TimeoutError)
"""What is raised when the homeserver does not answer."""


class Client(AsyncClient):  # type: ignore[misc]
    """One device of the bot.

    Args:
        homeserver: its address.
        user: our user id, may be a localpart while logging in.
        device: our device id; empty until the server gives one.
        folder: where nio keeps its keys.
        pickle_key: what encrypts them.
    """

    def __init__(
        self, homeserver: str, user: str, device: str, folder: Path, pickle_key: str
    ) -> None:
        # Its warnings name people and rooms.
        logging.getLogger("nio").setLevel(logging.CRITICAL)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = AsyncClientConfig(
            encryption_enabled=True,
            # Our own position moves only after what came is stored.
            store_sync_tokens=False,
            pickle_key=pickle_key,
            # The outbox tries again, not nio.
            max_limit_exceeded=0,
            max_timeouts=0,
            request_timeout=REQUEST_SECONDS,
        )
        super().__init__(homeserver, user, device, store_path=str(folder), config=config)

    async def receive_response(self, response: Response) -> None:
        """Take in what the server said, all of it or nothing.

        The server forgets a key that was delivered; between "the session moved on" and "its room key is stored" no crash may fall.
        """
        if self.store is None:
            await super().receive_response(response)
            return
        with self.store.database.atomic():
            await super().receive_response(response)

    async def keys_upload(self) -> Response:
        """Upload keys whose private halves are stored already, each one once."""
        keys = self.olm.share_keys()
        # After a crash nobody knows who was given them: offered again, a key would serve two people.
        self.olm.mark_keys_as_published()
        self.olm.save_account()
        method, path, data = Api.keys_upload(self.access_token, keys)
        return await self._send(KeysUploadResponse, method, path, data)

    async def tend_keys(self) -> None:
        """Do what encryption asks for after a sync: upload, query, claim and send keys."""
        if self.should_upload_keys:
            await self.keys_upload()
        if self.should_query_keys:
            await self.keys_query()
        if self.should_claim_keys:
            await self.keys_claim(self.get_users_for_key_claiming())
        await self.send_to_device_messages()

    async def share_room_key(self, room: str) -> None:
        """Give everybody in an encrypted room the key of what we are about to write.

        Raises:
            DeliveryError: somebody's device did not get it; it is shared anew with the next try.
        """
        if self.should_query_keys:
            checked(await self.keys_query())
        if not self.olm.should_share_group_session(room):
            return
        if missing := self.get_missing_sessions(room):
            # nio goes on without the devices that it could not ask for a key.
            checked(await self.keys_claim(missing))
        while room in self.sharing_session:
            await self.sharing_session[room].wait()
        if self.olm.should_share_group_session(room):
            await self._share(room)

    async def write(self, room: str, content: Mapping[str, Any], transaction: str) -> str:
        """Send a message, encrypted where the room is; its event id.

        Args:
            room: one that we are in.
            content: of an `m.room.message`.
            transaction: sent again under the same one, it is the same event.

        Raises:
            DeliveryError: it is not there.
        """
        if self.rooms[room].encrypted:
            await self.share_room_key(room)
        answer = checked(
            await self.room_send(
                room,
                "m.room.message",
                dict(content),
                tx_id=transaction,
                ignore_unverified_devices=True,
            )
        )
        return str(answer.event_id)

    async def _share(self, room: str) -> None:
        try:
            answer = await self.share_group_session(room, ignore_unverified_devices=True)
        except BaseException:
            # nio lets everybody else wait for ever when its first request fails.
            if room in self.sharing_session:
                self.sharing_session.pop(room).set()
            raise
        session = self.olm.outbound_group_sessions[room]
        reached = session.users_shared_with | session.users_ignored
        if not isinstance(answer, ShareGroupSessionResponse) or self._devices(room) - reached:
            # nio counts it as shared, whatever became of its requests.
            del self.olm.outbound_group_sessions[room]
            raise NotDelivered("a device did not get the key")

    def _devices(self, room: str) -> set[tuple[str, str]]:
        """The devices in a room that can be reached: those with which there is a session by now."""
        return {
            (user, device.id)
            for user in self.rooms[room].users
            for device in self.device_store.active_user_devices(user)
            if device.id != self.device_id and self.olm.session_store.get(device.curve25519)
        }

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        version: str = "v3",
    ) -> tuple[int, Mapping[str, Any]]:
        """Send a request that nio has no name for.

        Args:
            method: of HTTP.
            path: below the version.
            body: a JSON object, or None.
            version: of the client-server API.

        Returns:
            HTTP's status, and the JSON object.

        Raises:
            NotDelivered: the homeserver does not answer.
        """
        headers = {"Authorization": f"Bearer {self.access_token}"}
        try:
            response = await self.send(
                method,
                f"/_matrix/client/{version}{path}",
                None if body is None else json.dumps(body),
                {**headers, "Content-Type": "application/json"},
            )
            async with response:
                answer = await response.json(content_type=None)
        except (*BROKEN, ValueError) as error:
            raise cut_off() from error
        return response.status, answer if isinstance(answer, Mapping) else {}


def checked(response: Any) -> Any:
    """The response, when it is a success.

    Raises:
        DeliveryError: it is not.
    """
    if not isinstance(response, ErrorResponse):
        return response
    raise failure_of(response)


def failure_of(response: Any) -> DeliveryError:
    """What an error of the homeserver means."""
    transport = response.transport_response
    status = transport.status if transport is not None else 500
    return to_delivery_error(status, response.status_code, response.retry_after_ms)
