"""The sync loop: what the homeserver tells us, without a gap, and a position that moves behind the inbox.

Source: https://spec.matrix.org/latest/client-server-api/#syncing, #get_matrixclientv3roomsroomidmessages.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from nio import MessageDirection, RoomInfo, SyncError, SyncResponse, TypingNoticeEvent

from bot.clock import Clock
from bot.errors import DeliveryError, StorageUnavailable
from bot.messages import Address, Gone, IncomingMessage, Moved
from bot.ports import ConnectorStore, Inbox, NotStored
from connectors.matrix.client import BROKEN, Client, checked, failure_of
from connectors.matrix.forgetting import forget_read
from connectors.matrix.inbound import CHANNEL
from connectors.matrix.invitations import Invitations
from connectors.matrix.own_rooms import OwnRooms
from connectors.matrix.progress import Progress
from connectors.matrix.reactions import Reactions
from connectors.matrix.reception import Reception, event_id_of
from connectors.matrix.rooms import replacement_of, since_own_last
from connectors.matrix.texts import MatrixTexts
from connectors.matrix.typists import Typists
from connectors.matrix.upgrades import Upgrades

POSITION = "position"
"""The name under which the sync token is kept."""
PAGE = 500
"""Events of a room in one answer (Synapse gives 100); after a longer gap the rest is fetched page by page."""
MOST_PAGES = 50
POLL_MILLISECONDS, HOLDING_MILLISECONDS = 30_000, 1_000
FIRST_SECONDS = 300
"""So long the server may take for the state of all rooms."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0
"""Seconds between tries while the homeserver or the database cannot be reached."""
ANSWERED_WITHIN = 24 * 60 * 60 * 1000
"""Of rooms that we know nothing of, messages so young are answered (milliseconds)."""
CUT_OFF = "the Matrix homeserver cannot be reached"
NOT_STORED = "the database cannot be written"
UNKNOWN = "syncing with Matrix failed; the log says why"
_NOTHING = {"not_types": ["*"]}
FILTER = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {
        "timeline": {"limit": PAGE},
        "ephemeral": {"types": ["m.typing"]},
        "account_data": _NOTHING,
    },
}

log = structlog.get_logger(__name__)


class LoggedOut(Exception):
    """The homeserver does not know our token any more; log in again."""


class Syncing:
    """Syncs until it is cancelled.

    Args:
        client: logged in.
        inbox: where messages go.
        store: keeps the position.
        clock: the present moment.
        texts: what is said outside a conversation.
        allowed_servers: whose people may invite us.
        report: told what is wrong, and None when all is well again.
        wake: told the room of ours that somebody has entered.
        position: up to where everything is stored, or None.
    """

    def __init__(
        self,
        *,
        client: Client,
        inbox: Inbox,
        store: ConnectorStore,
        clock: Clock,
        texts: MatrixTexts,
        allowed_servers: frozenset[str],
        report: Callable[[str | None], None],
        wake: Callable[[Address], None],
        position: str | None,
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._report = report
        self._progress = Progress(position)
        self._kept = position
        self._token = position
        self._is_first = True
        self._was_away = False
        self._upgrades = Upgrades(client.rooms)
        self._typists = Typists(client.user_id, inbox.typing)
        self.own_rooms = OwnRooms(client, wake)
        self.reception = Reception(
            client=client,
            inbox=inbox,
            progress=self._progress,
            own_rooms=self.own_rooms,
            texts=texts,
            monotonic=time.monotonic,
        )
        self.reactions = Reactions(client, self.reception.later)
        self._invitations = Invitations(client, self._progress, self.reception, allowed_servers)

    async def run(self) -> None:
        """Sync for ever.

        Raises:
            LoggedOut: log in again.
        """
        wait = FIRST_WAIT
        while True:
            try:
                await self.sync_once()
                self._report(None)
                wait, self._was_away = FIRST_WAIT, False
                continue
            except LoggedOut:
                raise
            except (NotStored, StorageUnavailable):
                log.warning("not stored")
                self._report(NOT_STORED)
            except (*BROKEN, DeliveryError) as error:
                log.warning("not synced", error=type(error).__name__)
                self._report(CUT_OFF)
            except Exception as error:
                # Whatever it is: who stops syncing is silent for everybody.
                log.error("syncing failed", error=type(error).__name__)
                self._report(UNKNOWN)
            self._was_away = True
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def sync_once(self) -> None:
        """Take one answer of the server.

        Raises:
            LoggedOut: our token is not known.
            NotStored: it comes again with the next round.
        """
        response = await self._sync()
        self._hear(response)
        await self._take(response)
        self._invitations.answer()
        await self.reception.pump()
        await self._keep_position()
        await self._client.tend_keys()

    async def _sync(self) -> SyncResponse:
        is_waiting = self.reception.is_holding or bool(self._invitations.open_ids)
        milliseconds = HOLDING_MILLISECONDS if is_waiting else POLL_MILLISECONDS
        if self._is_first or self._was_away:
            # Whether the server is there is known at once, and who waits for it is served.
            milliseconds = 0
        async with asyncio.timeout(FIRST_SECONDS if self._is_first else milliseconds / 1000 + 30):
            response = await self._client.sync(
                timeout=milliseconds,
                sync_filter=FILTER,
                since=self._token,
                # A fresh process knows no room.
                full_state=self._is_first or None,
            )
        if isinstance(response, SyncError):
            if response.status_code in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"):
                raise LoggedOut
            raise failure_of(response)
        return response

    def _hear(self, response: SyncResponse) -> None:
        """Pass on who is typing; that is stored nowhere, and nothing waits for it."""
        for room, info in response.rooms.join.items():
            for event in info.ephemeral:
                if isinstance(event, TypingNoticeEvent):
                    self._typists.note(room, event.users)

    async def _take(self, response: SyncResponse) -> None:
        """Queue what came; the position waits for all of it."""
        if not (self._is_first or _is_lasting(response)):
            self._token = response.next_batch
            return
        arrived = {
            room: await self._arrived(room, info) for room, info in response.rooms.join.items()
        }
        for room, info in response.rooms.join.items():
            said = [*info.state, *info.timeline.events, *arrived[room]]
            sources = [event.source for event in said]
            self._upgrades.note(room, sources)
            self.own_rooms.note(room, sources)
        for old, new in self._upgrades.moves():
            moved = self._message(old, f"moved/{old}/{new}", Moved(new))
            arrived[new] = [moved, *arrived.get(new, ())]
        for room, info in response.rooms.leave.items():
            arrived[room] = self._removed(room, info.timeline.events, response.next_batch)
        for room, info in response.rooms.invite.items():
            self._invitations.note(room, info.invite_state)
        events = (event_id_of(event) for events in arrived.values() for event in events)
        self._progress.begin(response.next_batch, [*events, *self._invitations.open_ids])
        self._token = response.next_batch
        self._is_first = False
        for room, found in arrived.items():
            self.reception.put(room, found)
            self._follow(found)

    async def _arrived(self, room: str, info: RoomInfo) -> list[Any]:
        """What was said in a room since the last time, in order."""
        events, before = list(info.timeline.events), info.timeline.prev_batch
        if self._token is None:
            events = self._unanswered(events)
        elif info.timeline.limited and before:
            events = [*await self._missed(room, before, self._token), *events]
        return events

    def _follow(self, events: Sequence[Any]) -> None:
        """Go where a tombstone points to; where that needs an invitation, somebody invites us."""
        for event in events:
            if replacement := replacement_of(getattr(event, "source", {})):
                self.reception.later(self._client.join(replacement))

    def _unanswered(self, events: Sequence[Any]) -> list[Any]:
        by_id = {event.event_id: event for event in events}
        not_before = int(self._clock().timestamp() * 1000) - ANSWERED_WITHIN
        found = since_own_last((e.source for e in events), self._client.user_id, not_before)
        return [by_id[source["event_id"]] for source in found]

    async def _missed(self, room: str, start: str, end: str | None) -> list[Any]:
        """What a long gap left out, oldest first."""
        pages: list[Any] = []
        for _ in range(MOST_PAGES):
            page = checked(
                await self._client.room_messages(
                    room, start, end, MessageDirection.back, limit=PAGE
                )
            )
            pages += page.chunk
            if not page.chunk or not page.end or page.end == end:
                break
            start = page.end
        return pages[::-1]

    def _removed(self, room: str, events: Sequence[Any], token: str) -> list[IncomingMessage]:
        """That we were removed from a room; nothing when we left it ourselves."""
        own = self._client.user_id
        ours = [e for e in events if e.source.get("state_key") == own and e.sender == own]
        gone = self._message(room, f"removed/{room}/{token}", Gone("removed"))
        return [] if ours else [gone]

    def _message(self, room: str, external_id: str, content: Any) -> IncomingMessage:
        return IncomingMessage(Address(CHANNEL, room), external_id, content, self._clock())

    async def _keep_position(self) -> None:
        position = self._progress.position
        if position is not None and position != self._kept:
            await self._store.save(POSITION, {"token": position})
            self._kept = position
        if self._progress.is_settled:
            forget_read(self._client)


def _is_lasting(response: SyncResponse) -> bool:
    """Whether anything came that must not be missed: who is typing, or that time has passed, is not worth a position."""
    rooms = response.rooms
    return bool(
        rooms.invite
        or rooms.leave
        or response.to_device_events
        or any(info.state or info.timeline.events for info in rooms.join.values())
    )
