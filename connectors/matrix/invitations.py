"""Invitations: accepted from allowed servers, tried again until the homeserver says no."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import structlog
from nio import InviteMemberEvent

from bot.errors import DeliveryError, NotDelivered
from connectors.matrix.client import BROKEN, Client, checked
from connectors.matrix.progress import Progress
from connectors.matrix.reception import Reception
from connectors.matrix.rooms import inviter_of, is_welcome

MOST_TRIES = 20
"""So often we try to follow an invitation that the homeserver cannot serve."""

log = structlog.get_logger(__name__)


class Invitations:
    """Answers invitations; the position waits for each answer.

    Args:
        client: logged in.
        progress: told of each that is settled.
        reception: leaves rooms.
        allowed_servers: whose people may invite us.
    """

    def __init__(
        self,
        client: Client,
        progress: Progress,
        reception: Reception,
        allowed_servers: Collection[str],
    ) -> None:
        self._client = client
        self._progress = progress
        self._reception = reception
        self._allowed = allowed_servers
        self._open: dict[str, str] = {}
        self._joining: set[str] = set()
        self._tries: Counter[str] = Counter()

    @property
    def open_ids(self) -> Collection[str]:
        """What `Progress` knows the unanswered ones by."""
        return self._open.values()

    def note(self, room: str, invite_state: Sequence[Any]) -> None:
        """Take in an invitation; one that is not welcome is declined."""
        own = self._client.user_id
        members = [each for each in invite_state if isinstance(each, InviteMemberEvent)]
        # nio takes the content out of the source.
        sources = [{**each.source, "content": each.content} for each in members]
        inviter = inviter_of(sources, own)
        if inviter is not None and is_welcome(inviter, own, self._allowed):
            self._open[room] = f"invite/{room}"
        else:
            log.info("an invitation was declined")
            self._reception.later(self._reception.leave(room))

    def answer(self) -> None:
        """Join where we were invited; nobody waits for a server that is slow to let us in."""
        for room in self._open.keys() - self._joining:
            self._joining.add(room)
            self._reception.later(self._join(room))

    async def _join(self, room: str) -> None:
        try:
            checked(await self._client.join(room))
        except (*BROKEN, NotDelivered):
            self._tries[room] += 1
            if self._tries[room] < MOST_TRIES:
                return
        except DeliveryError as error:
            log.info("not joined", error=type(error).__name__)
        finally:
            self._joining.discard(room)
        self._progress.settle(self._open.pop(room))
        self._tries.pop(room, None)
