"""The bot's account: log in, keep one device, know when its keys are lost, sign it.

Source: https://spec.matrix.org/latest/client-server-api/#login, #device-keys, #cross-signing.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peewee
import structlog
from nio import LoginResponse, WhoamiResponse
from nio.exceptions import LocalProtocolError

from bot.errors import ConfigurationError, NotDelivered
from bot.ports import ConnectorStore
from connectors.matrix.client import BROKEN, Client, checked, failure_of
from connectors.matrix.failures import cut_off
from connectors.matrix.signing import Identity

DEVICE, IDENTITY = "device", "identity"
"""The names under which the login and the signing keys are kept."""
DEVICE_NAME = "Lernallianz"
SEEN_SECONDS = 1.0
"""So long clients may need to hear of a signature."""
WRONG_PASSWORD = "the homeserver refuses MATRIX_USER and MATRIX_PASSWORD"  # noqa: S105 - a text
WRONG_TOKEN = "the homeserver refuses MATRIX_TOKEN; log in again and set the new one"  # noqa: S105 - a text
LOST_KEYS = "the keys of our Matrix device are lost; going on as a new device, which cannot read what was encrypted for the old one"
LOST_FOR_GOOD = "the keys of the device of MATRIX_TOKEN are lost. Log in anew for a token of a new device, or set MATRIX_PASSWORD"
NOT_SIGNED = "our Matrix device is not signed by its account, so Element will not write to it; set MATRIX_PASSWORD once"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MatrixPlace:
    """Where and as whom we log in.

    Attributes:
        homeserver: its address.
        user: our user id, or its local part.
        password: ours; empty when there is a token.
        token: an access token, instead of the password.
        device: the device id to log in with; empty lets the server choose.
        folder: where the keys of our device lie.
        pickle_key: what encrypts them.
        allowed_servers: whose people may write to us; empty means our own server, `*` everybody.
    """

    homeserver: str
    user: str
    password: str
    token: str
    device: str
    folder: Path
    pickle_key: str
    allowed_servers: frozenset[str] = frozenset()


class Account:
    """Opens a client that is logged in, has its keys and is signed.

    Args:
        place: where and as whom.
        store: remembers device and signing keys.
    """

    def __init__(self, place: MatrixPlace, store: ConnectorStore) -> None:
        self._place = place
        self._store = store
        self.trouble: str | None = None
        """What the operator should know though it works."""

    async def open(self) -> Client:
        """Log in.

        Raises:
            ConfigurationError: the homeserver refuses us; waiting does not help.
            NotDelivered: it cannot be reached; try again.
        """
        kept = await self._store.load(DEVICE)
        client = await self._as_kept(kept) if kept else None
        if client is None:
            client = await self._log_in(self._place.device)
        try:
            if self._has_lost_keys(client, kept) or await self._is_another(client):
                client = await self._replaced(client)
            await self._set_up(client)
        except BaseException:
            await client.close()
            raise
        return client

    # --- logging in ----------------------------------------------------------------------------

    async def _as_kept(self, kept: Mapping[str, Any]) -> Client | None:
        """The device of the last start, or None when it is of another account or logged out."""
        if not self._is_ours(kept):
            return None
        client = self._client(kept["user"], kept["device"])
        client.access_token = kept["token"]
        if not await self._who(client):
            await client.close()
            return None if self._place.token else await self._log_in(kept["device"])
        self._restore(client, kept["user"], kept["device"], kept["token"])
        return client

    def _is_ours(self, kept: Mapping[str, Any]) -> bool:
        """Whether the kept device belongs to the account of the settings."""
        place = self._place
        if place.token:
            return bool(place.token == kept["token"])
        is_user = _local_part(kept["user"]) == _local_part(place.user)
        return is_user and bool(kept["homeserver"] == place.homeserver)

    async def _log_in(self, device: str) -> Client:
        client = self._client(self._place.user, device)
        try:
            if self._place.token:
                await self._with_token(client)
            else:
                await self._with_password(client)
        except BaseException:
            await client.close()
            raise
        return client

    async def _with_token(self, client: Client) -> None:
        client.access_token = self._place.token
        who = await self._who(client)
        if who is None:
            raise ConfigurationError(WRONG_TOKEN)
        if not who.device_id:
            raise ConfigurationError("MATRIX_TOKEN belongs to no device; log in for another")
        self._restore(client, who.user_id, who.device_id, self._place.token)

    async def _with_password(self, client: Client) -> None:
        try:
            answer = await client.login(self._place.password, device_name=DEVICE_NAME)
        except BROKEN as error:
            raise cut_off() from error
        except _BROKEN_STORE:
            # nio opens its store while it logs in.
            self._move_store_away(client)
            return
        if not isinstance(answer, LoginResponse):
            if answer.status_code in ("M_FORBIDDEN", "M_USER_DEACTIVATED", "M_INVALID_USERNAME"):
                raise ConfigurationError(WRONG_PASSWORD)
            raise failure_of(answer)

    async def _who(self, client: Client) -> Any:
        """Who the token belongs to; None when the server does not know it."""
        try:
            answer = await client.whoami()
        except BROKEN as error:
            raise cut_off() from error
        if isinstance(answer, WhoamiResponse):
            return answer
        if answer.status_code in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
            return None
        raise failure_of(answer)

    def _client(self, user: str, device: str) -> Client:
        place = self._place
        return Client(place.homeserver, user, device, place.folder, place.pickle_key)

    def _restore(self, client: Client, user: str, device: str, token: str) -> None:
        try:
            client.restore_login(user, device, token)
        except _BROKEN_STORE:
            self._move_store_away(client)

    # --- the keys of the device ----------------------------------------------------------------

    def _move_store_away(self, client: Client) -> None:
        """A store that cannot be opened is kept for the operator, out of the way; a fresh one is made."""
        path = self._place.folder / f"{client.user_id}_{client.device_id}.db"
        if path.exists():
            path.rename(path.with_suffix(".broken"))
        if client.store is not None:
            # It could be opened, but what stands in it cannot be read.
            client.store.database.close()
            client.store = None
        client.load_store()

    def _has_lost_keys(self, client: Client, kept: Mapping[str, Any] | None) -> bool:
        """Whether our store is another than the one that this device was made with."""
        if kept is None or kept["device"] != client.device_id:
            return False
        return bool(kept["key"] != _own_key(client))

    async def _is_another(self, client: Client) -> bool:
        """Whether the server knows this device with other keys than ours."""
        known = (await self._own_keys(client)).get("device_keys", {})
        device = known.get(client.user_id, {}).get(client.device_id)
        if not device:
            # Never uploaded, or forgotten by the server when it logged us out.
            client.olm.account.shared = False
            return False
        return bool(device["keys"].get(f"ed25519:{client.device_id}") != _own_key(client))

    async def _replaced(self, client: Client) -> Client:
        """A new device in the place of one whose keys are lost."""
        if self._place.token:
            raise ConfigurationError(LOST_FOR_GOOD)
        log.error(LOST_KEYS, device=client.device_id)
        # The old device goes, so that nobody encrypts for it any more.
        await client.logout()
        await client.close()
        fresh = await self._log_in("")
        self.trouble = LOST_KEYS
        return fresh

    async def _set_up(self, client: Client) -> None:
        # Kept before anything can fail: else each try would make another device.
        await self._store.save(
            DEVICE,
            {
                "homeserver": self._place.homeserver,
                "user": client.user_id,
                "device": client.device_id,
                "token": client.access_token,
                "key": _own_key(client),
            },
        )
        try:
            if client.should_upload_keys:
                checked(await client.keys_upload())
        except BROKEN as error:
            raise cut_off() from error
        if not await self._is_signed(client):
            log.error(NOT_SIGNED)
            self.trouble = NOT_SIGNED

    # --- signing -------------------------------------------------------------------------------

    async def _is_signed(self, client: Client) -> bool:
        """Sign our device unless it is; whether it is in the end."""
        user, device = client.user_id, client.device_id
        identity = await self._identity()
        shown = await self._own_keys(client)
        master = shown.get("master_keys", {}).get(user, {}).get("keys", {})
        if identity.master.key_id not in master and not await self._upload(client, identity):
            return False
        keys = shown.get("device_keys", {}).get(user, {}).get(device)
        if keys is None:
            raise NotDelivered("the homeserver does not show our device yet")
        if not identity.has_signed(user, keys):
            body = {user: {device: identity.signed_device(user, keys)}}
            status, answer = await client.ask("POST", "/keys/signatures/upload", body)
            # A message that overtakes the signature stays unreadable.
            await asyncio.sleep(SEEN_SECONDS)
            return status == 200 and not answer.get("failures")
        return True

    async def _identity(self) -> Identity:
        kept = await self._store.load(IDENTITY)
        if kept:
            return Identity.from_seeds(kept)
        fresh = Identity.new()
        # Kept before anybody sees it: what is uploaded and not kept is lost.
        await self._store.save(IDENTITY, fresh.seeds)
        return fresh

    async def _upload(self, client: Client, identity: Identity) -> bool:
        path, body = "/keys/device_signing/upload", identity.upload(client.user_id)
        status, answer = await client.ask("POST", path, body)
        if status == 401 and "session" in answer and self._place.password:
            proof = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": client.user_id},
                "password": self._place.password,
                "session": answer["session"],
            }
            status, _ = await client.ask("POST", path, {**body, "auth": proof})
        return status == 200

    async def _own_keys(self, client: Client) -> Mapping[str, Any]:
        body: dict[str, Any] = {"device_keys": {client.user_id: []}}
        status, answer = await client.ask("POST", "/keys/query", body)
        if status != 200:
            raise NotDelivered("the homeserver does not show our keys")
        return answer


_BROKEN_STORE = (peewee.DatabaseError, sqlite3.DatabaseError, LocalProtocolError, ValueError)
"""What nio raises when its store is damaged or was written with another key."""


def _own_key(client: Client) -> str:
    return str(client.olm.account.identity_keys["ed25519"])


def _local_part(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]
