"""`setWebhook`, and the delivery of updates by POST: in order, again until the answer is 2xx.

The real server asks for https and certain ports and waits longer and longer between attempts. This
one is for tests on the loopback interface: any http address will do, and an attempt follows soon.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx

from tests.servers.botapi.calls import Call
from tests.servers.botapi.errors import ApiError, bad_request
from tests.servers.botapi.model import Json
from tests.servers.botapi.state import State
from tests.servers.botapi.wire import decoded

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_PAUSE = 0.02
"""Seconds between two attempts."""
_PATIENCE = 60.0
"""Seconds until an attempt without an answer failed."""


class Webhook:
    """Where updates go, and the task that brings them there.

    Args:
        state: has the updates.
        is_offline: whether nothing gets through just now.
        reply: carries out a method that the receiver put into its answer.
    """

    def __init__(
        self,
        state: State,
        is_offline: Callable[[], bool],
        reply: Callable[[Call], Awaitable[None]],
    ) -> None:
        self.url = ""
        self.attempts = 0
        """How many deliveries were tried."""
        self._state = state
        self._is_offline = is_offline
        self._reply = reply
        self._secret = ""
        self._most_connections = 40
        self._last_error: tuple[int, str] | None = None
        self._task: asyncio.Task[None] | None = None

    def set_webhook(self, call: Call) -> bool:
        """`setWebhook`; an empty address deletes."""
        secret = call.text("secret_token")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        url = call.text("url")
        if url and not url.startswith(("http://", "https://")):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        self._drop(call)
        wanted = call.structure("allowed_updates")
        if wanted is not None:
            self._state.updates.allowed = [str(kind) for kind in wanted]
        self._secret, self.url, self._last_error = secret, url, None
        self._most_connections = call.integer("max_connections", 40, 1, 100)
        call.had_effect = True
        if self._task is None and url:
            self._task = asyncio.create_task(self._run())
        self._state.updates.bell.ring()
        return True

    def delete_webhook(self, call: Call) -> bool:
        """`deleteWebhook`"""
        self._drop(call)
        self.url = self._secret = ""
        call.had_effect = True
        return True

    def get_webhook_info(self, call: Call) -> Json:
        """`getWebhookInfo`"""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._state.updates),
        }
        if self.url:
            info |= {"max_connections": self._most_connections, "ip_address": "127.0.0.1"}
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        if self._state.updates.allowed:
            info["allowed_updates"] = self._state.updates.allowed
        return info

    async def close(self) -> None:
        """End the delivery."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _drop(self, call: Call) -> None:
        if call.flag("drop_pending_updates"):
            self._state.updates.drop_all()

    async def _run(self) -> None:
        updates = self._state.updates
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
            while True:
                waiting = updates.first(1)
                if not waiting or not self.url:
                    await updates.bell.heard()
                elif not self._is_offline() and await self._is_delivered(client, waiting[0]):
                    updates.confirm(waiting[0]["update_id"])
                else:
                    await asyncio.sleep(_PAUSE)

    async def _is_delivered(self, client: httpx.AsyncClient, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        self.attempts += 1
        try:
            answer = await client.post(self.url, json=update, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._note(str(error) or type(error).__name__)
            return False
        if not answer.is_success:
            reason = f"{answer.status_code} {answer.reason_phrase}"
            self._note(f"Wrong response from the webhook: {reason}")
            return False
        await self._carry_out(answer)
        return True

    async def _carry_out(self, answer: httpx.Response) -> None:
        """A receiver may answer with a method; its result is told to nobody."""
        content_type = answer.headers.get("content-type", "")
        if not content_type.startswith(("application/json", "multipart/form-data")):
            return
        try:
            params, uploads = decoded("", content_type, answer.content)
        except ApiError:
            return
        if method := params.pop("method", ""):
            await self._reply(Call(str(method), params, uploads))

    def _note(self, message: str) -> None:
        self._last_error = (int(self._state.now().timestamp()), message)
