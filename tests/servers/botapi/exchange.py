"""From a request to its answer: token, method, fault, effect, log, in this order."""

import asyncio
import time
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from tests.servers.botapi import checks
from tests.servers.botapi.calls import Call, chat_of
from tests.servers.botapi.connections import Connections
from tests.servers.botapi.errors import ApiError, bad_request
from tests.servers.botapi.faults import Fault, Faults
from tests.servers.botapi.log import Entry
from tests.servers.botapi.methods import METHODS
from tests.servers.botapi.model import Json
from tests.servers.botapi.polling import Poller
from tests.servers.botapi.state import State
from tests.servers.botapi.trouble import Cut, answered, gone, is_answered, status_of, troubled
from tests.servers.botapi.webhook import Webhook
from tests.servers.botapi.wire import decoded

_SET_WEBHOOK = "terminated by setWebhook request"


class Exchange:
    """Answers requests, and writes each down.

    Args:
        token: the only token that is let in.
        state: what the methods read and change.
        faults: what goes wrong.
        connections: what can be cut.
    """

    def __init__(self, token: str, state: State, faults: Faults, connections: Connections) -> None:
        self.log: list[Entry] = []
        self.mistakes: list[Exception] = []
        """What the stand-in itself did wrong; a test must not pass over it."""
        self._token = token
        self._state = state
        self._faults = faults
        self._connections = connections
        self.webhook = Webhook(state, lambda: faults.is_offline, self._on_reply)
        self.poller = Poller(state.updates, self.webhook)
        self._names = {
            name.lower(): name
            for name in (*METHODS, "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
        }

    async def on_method(self, request: Request) -> Response:
        """`/bot<token>/<method>`"""
        try:
            body = await request.body()
        except ClientDisconnect:
            return Cut(self._connections)
        try:
            call = self._read(request, body)
        except ApiError as error:
            return self._refuse(Call(request.path_params["method"], {}), error)
        except Exception as error:
            call = Call(request.path_params["method"], {})
            return self._refuse(call, self._broken(call, error))
        if request.path_params["token"] != self._token:
            return self._refuse(call, ApiError(401, "Unauthorized"))
        return await self._answer(call, request)

    async def on_download(self, request: Request) -> Response:
        """`/file/bot<token>/<path>`"""
        path = request.path_params["path"]
        call = Call("download", {"path": path})
        fault = self._faults.drawn(call.method, None)
        if fault is not None:
            return self._strike(call, fault, {"ok": True, "result": path})
        if request.path_params["token"] != self._token:
            return self._refuse(call, ApiError(401, "Unauthorized"))
        for file in self._state.files.values():
            if file.path == path and file.id not in self._state.lost_files:
                self._write(call, 200)
                return Response(file.data, media_type="application/octet-stream")
        return self._refuse(call, ApiError(404, "Not Found"))

    async def _on_reply(self, call: Call) -> None:
        """A method in the answer of a webhook: carried out and written down, but not answered."""
        name = self._names.get(call.method.lower(), call.method)
        params, complaints = checks.read(name, call.params)
        call = Call(name, params, call.uploads, complaints)
        body = await self._outcome(call)
        self._write(call, body.get("error_code", 200), is_answered=False)

    def _read(self, request: Request, body: bytes) -> Call:
        asked = request.path_params["method"]
        name = self._names.get(asked.lower(), asked)
        query, content_type = request.url.query, request.headers.get("content-type", "")
        raw, uploads = decoded(query, content_type, body)
        params, complaints = checks.read(name, raw)
        return Call(name, params, uploads, complaints)

    async def _answer(self, call: Call, request: Request) -> Response:
        fault = self._faults.drawn(call.method, self._chat_id(call))
        if fault is not None and not fault.is_after_effect:
            return self._strike(call, fault, {})
        body = await self._unless_gone(call, request)
        if body is None:
            self._write(call, None, is_answered=False)
            return Cut(self._connections)
        if fault is not None:
            return self._strike(call, fault, body)
        self._write(call, body.get("error_code", 200))
        return answered(body)

    async def _unless_gone(self, call: Call, request: Request) -> Json | None:
        """The answer's body; None if the client of a poll did not wait for it."""
        if call.method != "getUpdates":
            return await self._outcome(call)
        work = asyncio.create_task(self._outcome(call))
        client = asyncio.create_task(gone(request.receive))
        await asyncio.wait({work, client}, return_when=asyncio.FIRST_COMPLETED)
        other = client if work.done() else work
        other.cancel()
        await asyncio.wait({other})
        return work.result() if other is client else None

    async def _outcome(self, call: Call) -> Json:
        try:
            result = await self._carried_out(call)
            checks.check_result(call.method, result)
        except ApiError as error:
            return error.as_json()
        except Exception as error:
            return self._broken(call, error).as_json()
        return {"ok": True, "result": result}

    async def _carried_out(self, call: Call) -> Any:
        match call.method:
            case "getUpdates":
                return await self.poller.get_updates(call)
            case "setWebhook":
                result = self.webhook.set_webhook(call)
                self.poller.end_poll(_SET_WEBHOOK)
                return result
            case "deleteWebhook":
                return self.webhook.delete_webhook(call)
            case "getWebhookInfo":
                return self.webhook.get_webhook_info(call)
        if call.method not in METHODS:
            raise ApiError(404, "Not Found")
        return METHODS[call.method](self._state, call)

    def _broken(self, call: Call, error: Exception) -> ApiError:
        """What to say to an error nobody thought of: the bot's, if a parameter is not valid."""
        for complaint in call.complaints:
            kind, _, name = complaint.rpartition(" ")
            if kind == "invalid parameter:":
                return bad_request(f"can't parse parameter {name}")
        self.mistakes.append(error)
        return ApiError(500, f"Internal Server Error: {error!r}")

    def _strike(self, call: Call, fault: Fault, body: Json) -> Response:
        status = status_of(fault, body.get("error_code", 200))
        self._write(call, status, fault=fault.kind, is_answered=is_answered(fault))
        return troubled(fault, self._connections, body)

    def _refuse(self, call: Call, error: ApiError) -> Response:
        self._write(call, error.status)
        return answered(error.as_json())

    def _chat_id(self, call: Call) -> int | None:
        chat = chat_of(self._state, call.text("chat_id"))
        return None if chat is None else chat.id

    def _write(
        self,
        call: Call,
        status: int | None,
        *,
        fault: str | None = None,
        is_answered: bool = True,
    ) -> None:
        entry = Entry(
            at=time.monotonic(),
            method=call.method,
            params=call.params,
            chat_id=self._chat_id(call),
            status=status,
            had_effect=call.had_effect,
            message_id=call.message_id,
            fault=fault,
            answered=is_answered,
            complaints=call.complaints,
        )
        self.log.append(entry)
