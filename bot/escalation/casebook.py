"""What a turn reads of cases, teams and staff, and what it reads where nobody keeps any."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.escalation.routing import Team
from bot.escalation.values import Case, Colleague, Entry
from bot.messages import IncomingMessage


class Casebook(Protocol):
    """What actions read of cases."""

    async def teams(self) -> Sequence[Team]:
        """All teams."""

    async def colleagues(self, team_id: int) -> Sequence[Colleague]:
        """Who works in a team now."""

    async def case(self, number: int) -> Case | None:
        """A case by its number."""

    async def case_with_room(self, token: str) -> Case | None:
        """The case whose room was asked for with a token."""

    async def cases(
        self, *, staff_id: int | None = None, team_id: int | None = None
    ) -> Sequence[Case]:
        """The open cases of a member of staff, or of a team; the longest first."""

    async def last_case_in(self, chat_id: int) -> Case | None:
        """The latest case of a learner's chat, open or closed."""

    async def chat_of(self, message: IncomingMessage) -> int | None:
        """The id of a message's chat."""

    async def entries(self, number: int) -> Sequence[Entry]:
        """What was said in a case, in its order; what the learner took back is gone."""

    async def called(self, number: int) -> frozenset[int]:
        """Who was called to a case."""

    async def who_asked_block(self, number: int) -> int | None:
        """Who wants the chat of a case to be blocked and has nobody's second word yet, or None."""

    async def is_blocked(self, chat_id: int, now: datetime) -> bool:
        """Whether no human can be reached from a chat."""

    async def next_number(self) -> int:
        """A number that no case has yet."""

    async def recent_waits(self, team_id: int) -> Sequence[timedelta]:
        """How long the last learners of a team waited until somebody was there."""


class NoCases:
    """A casebook where there is no staff: the assistant in the terminal, `ask --jsonl`."""

    async def teams(self) -> Sequence[Team]:
        """See `Casebook`."""
        return ()

    async def colleagues(self, team_id: int) -> Sequence[Colleague]:
        """See `Casebook`."""
        return ()

    async def case(self, number: int) -> Case | None:
        """See `Casebook`."""
        return None

    async def case_with_room(self, token: str) -> Case | None:
        """See `Casebook`."""
        return None

    async def cases(
        self, *, staff_id: int | None = None, team_id: int | None = None
    ) -> Sequence[Case]:
        """See `Casebook`."""
        return ()

    async def last_case_in(self, chat_id: int) -> Case | None:
        """See `Casebook`."""
        return None

    async def chat_of(self, message: IncomingMessage) -> int | None:
        """See `Casebook`."""
        return None

    async def entries(self, number: int) -> Sequence[Entry]:
        """See `Casebook`."""
        return ()

    async def called(self, number: int) -> frozenset[int]:
        """See `Casebook`."""
        return frozenset()

    async def who_asked_block(self, number: int) -> int | None:
        """See `Casebook`."""
        return None

    async def is_blocked(self, chat_id: int, now: datetime) -> bool:
        """See `Casebook`."""
        return False

    async def next_number(self) -> int:
        """See `Casebook`."""
        return 1

    async def recent_waits(self, team_id: int) -> Sequence[timedelta]:
        """See `Casebook`."""
        return ()
