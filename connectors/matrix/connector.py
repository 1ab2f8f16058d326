"""Matrix as a connector: a lifecycle and sending."""

import asyncio
import contextlib
from types import TracebackType
from typing import Any, Self

import structlog

from bot.clock import Clock
from bot.errors import ConfigurationError, DeliveryError, NotDelivered, Refused
from bot.messages import (
    Address,
    Capabilities,
    Format,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingEnd,
    OutgoingFile,
    OutgoingMessage,
    OutgoingRoom,
    OutgoingText,
    Receipt,
    Typing,
)
from bot.ports import ConnectorStore, Inbox, Outbox
from connectors.matrix.account import Account, MatrixPlace
from connectors.matrix.client import BROKEN, Client, checked
from connectors.matrix.failures import WHEN_CUT_OFF, cut_off
from connectors.matrix.files import LARGEST_FILE, fetch, upload
from connectors.matrix.inbound import CHANNEL
from connectors.matrix.opening import open_room
from connectors.matrix.outbound import Content, edit_content, file_content, text_content
from connectors.matrix.syncing import (
    CUT_OFF,
    FIRST_WAIT,
    LONGEST_WAIT,
    POSITION,
    LoggedOut,
    Syncing,
)
from connectors.matrix.texts import MatrixTexts

TYPING_MILLISECONDS = 15_000

log = structlog.get_logger(__name__)


class MatrixConnector:
    """Matrix, as `bot.ports.Connector`.

    Args:
        inbox: takes what people write.
        outbox: is woken when the homeserver can be reached again, and when a person enters a room of ours.
        store: remembers device, signing keys and position.
        clock: the present moment.
        texts: what is said outside a conversation.
        place: where and as whom we log in.
    """

    channel = CHANNEL
    capabilities = Capabilities(
        buttons=0,
        edits=True,
        deletions=True,
        files=LARGEST_FILE,
        # An encrypted event holds the text twice and may have 64 KiB.
        length=4000,
        format=Format.HTML,
        reminds_when_closed=True,
        pictures=True,
        # The same transaction id is one event.
        repeats_safely=True,
        opens_rooms=True,
    )

    def __init__(
        self,
        *,
        inbox: Inbox,
        outbox: Outbox,
        store: ConnectorStore,
        clock: Clock,
        texts: MatrixTexts,
        place: MatrixPlace,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._store = store
        self._clock = clock
        self._texts = texts
        self._place = place
        self._account = Account(place, store)
        self._client: Client | None = None
        self._syncing: Syncing | None = None
        self._is_synced = False
        self._cut_off: set[Address] = set()
        self._typing: set[str] = set()
        self._trouble: str | None = None
        self._running: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str | None:
        """See `bot.ports.Connector`."""
        return self._trouble or self._account.trouble

    @property
    def url(self) -> str:
        """Where people find the bot; empty while the homeserver was never reached."""
        return f"https://matrix.to/#/{self._client.user_id}" if self._client else ""

    async def __aenter__(self) -> Self:
        """Begin to receive; while the homeserver cannot be reached, keep trying.

        Raises:
            ConfigurationError: the homeserver refuses our login.
        """
        with contextlib.suppress(DeliveryError):
            await self._open()
        self._trouble = None if self._client else CUT_OFF
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop receiving and let go of every connection."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._close()

    async def send(self, message: OutgoingMessage) -> Receipt:
        """Deliver one message; the same one again within a day is one event.

        Raises:
            DeliveryError: what is known of it; see `bot.errors`.
        """
        room = message.address.chat
        if isinstance(message.content, Typing):
            await self._show_typing(room)
            return Receipt()
        if self._client is None or self._syncing is None or not self._is_synced:
            self._cut_off.add(message.address)
            raise NotDelivered("not synced yet", retry_after=WHEN_CUT_OFF)
        try:
            receipt = await self._send(self._client, self._syncing, message)
        except BROKEN as error:
            self._cut_off.add(message.address)
            raise cut_off() from error
        self._stop_typing(self._client, room)
        return receipt

    async def fetch(self, reference: str) -> bytes:
        """See `bot.ports.Connector`."""
        if self._client is None:
            raise cut_off()
        return await fetch(self._client, reference)

    async def _send(self, client: Client, syncing: Syncing, message: OutgoingMessage) -> Receipt:
        room = message.address.chat
        if isinstance(message.content, OutgoingEnd):
            await syncing.reception.leave(room)
            return Receipt()
        syncing.own_rooms.check(room)
        match message.content:
            case OutgoingRoom() as asked:
                leave = syncing.reception.leave
                return await open_room(client, syncing.own_rooms, leave, message, asked)
            case OutgoingEdit(text=None) as edit:
                syncing.reactions.take_back(room, edit.target)
                return Receipt(edit.target)
            case OutgoingDeletion(target=target):
                return await self._take_back(client, room, target, message.message_id)
            case _:
                content = await self._content(client, syncing, message)
        event_id = await client.write(room, content, message.message_id)
        self._offer(syncing, event_id, message)
        return Receipt(event_id)

    async def _content(self, client: Client, syncing: Syncing, message: OutgoingMessage) -> Content:
        room, quoted = message.address.chat, message.quotes
        match message.content:
            case OutgoingText() as text:
                return text_content(text, quoted or self._left_behind(syncing, message))
            case OutgoingEdit() as edit:
                return edit_content(edit)
            case OutgoingFile() as file:
                where = await upload(client, file, client.rooms[room].encrypted)
                return file_content(file, where, quoted)
            case _:
                raise Refused("nothing to send")

    async def _take_back(self, client: Client, room: str, target: str, message_id: str) -> Receipt:
        answer = await client.room_redact(room, target, tx_id=f"redact{message_id}")
        is_gone = getattr(answer, "status_code", None) == "M_NOT_FOUND"
        return Receipt(None if is_gone else checked(answer).event_id)

    def _left_behind(self, syncing: Syncing, message: OutgoingMessage) -> str | None:
        """What a text answers, when more was written since: else it is plain to see."""
        room, answered = message.address.chat, message.in_reply_to
        is_so = answered is not None and syncing.reception.is_left_behind(room, answered)
        return answered if is_so else None

    # --- what nobody waits for -----------------------------------------------------------------

    def _offer(self, syncing: Syncing, event_id: str, message: OutgoingMessage) -> None:
        if isinstance(message.content, OutgoingText):
            count = len(message.content.buttons)
            syncing.reactions.offer(message.address.chat, event_id, count, message.message_id)

    async def _show_typing(self, room: str) -> None:
        if self._client is not None and room in self._client.rooms:
            self._typing.add(room)
            with contextlib.suppress(*BROKEN, DeliveryError):
                await self._client.room_typing(room, timeout=TYPING_MILLISECONDS)

    def _stop_typing(self, client: Client, room: str) -> None:
        if room in self._typing:
            self._typing.discard(room)
            self._later(client.room_typing(room, typing_state=False))

    def _later(self, doing: Any) -> None:
        if self._syncing is None:
            doing.close()
        else:
            self._syncing.reception.later(doing)

    # --- lifecycle -----------------------------------------------------------------------------

    async def _open(self) -> None:
        client = await self._account.open()
        kept = await self._store.load(POSITION)
        self._client = client
        self._syncing = Syncing(
            client=client,
            inbox=self._inbox,
            store=self._store,
            clock=self._clock,
            texts=self._texts,
            allowed_servers=self._place.allowed_servers,
            report=self._report,
            wake=self._outbox.wake,
            position=kept["token"] if kept else None,
        )
        self._syncing.reception.later(self._name(client))

    async def _name(self, client: Client) -> None:
        shown = await client.get_displayname()
        name = getattr(shown, "displayname", None)
        if not name or name in client.user_id:
            await client.set_displayname(self._texts.name)

    async def _run(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                if self._syncing is None:
                    await self._open()
                assert self._syncing is not None  # noqa: S101 - for the type checker
                await self._syncing.run()
            except LoggedOut:
                log.warning("logged out by the homeserver")
            except ConfigurationError as error:
                log.error("matrix does not let us in", reason=str(error))
                self._trouble = str(error)
            except DeliveryError:
                self._trouble = CUT_OFF
            except Exception as error:
                log.error("matrix failed", error=type(error).__name__)
            await self._close()
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _close(self) -> None:
        client, syncing = self._client, self._syncing
        self._client, self._syncing, self._is_synced = None, None, False
        if syncing is not None:
            await syncing.reception.close()
        if client is not None:
            await client.close()

    def _report(self, trouble: str | None) -> None:
        self._trouble = trouble
        if trouble is None:
            self._is_synced = True
            while self._cut_off:
                self._outbox.wake(self._cut_off.pop())
