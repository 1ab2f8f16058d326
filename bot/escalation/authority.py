"""Who may do what with which case. Pure; every command and button of the staff asks here.

Nobody becomes staff by chatting: a `Seat` comes from the operator's invitation alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.escalation.values import State
from bot.turn import Seat

COACH, LEAD = "coach", "lead"


class Right(StrEnum):
    """What somebody must be to a case.

    `staff`: of any team. `team`: of the case's team. `called`: of its team while it waits. `owner`: who has it.
    `owner_or_lead`: or who leads its team. `former`: who had it when it was closed. `second`: of its team, and not who
    asked.
    """

    STAFF = "staff"
    TEAM = "team"
    CALLED = "called"
    OWNER = "owner"
    OWNER_OR_LEAD = "owner_or_lead"
    FORMER = "former"
    SECOND = "second"


RIGHTS = {
    "show_cases": Right.STAFF,
    "set_duty": Right.STAFF,
    "show_card": Right.STAFF,
    "set_digest": Right.STAFF,
    "claim_case": Right.CALLED,
    "turn_to_case": Right.OWNER_OR_LEAD,
    "add_note": Right.OWNER_OR_LEAD,
    "use_template": Right.OWNER,
    "hand_over": Right.OWNER_OR_LEAD,
    "close_case": Right.OWNER_OR_LEAD,
    "write_first": Right.FORMER,
    "block_chat": Right.OWNER,
    "confirm_block": Right.SECOND,
    "send_held": Right.OWNER,
}
"""By the intent of a command or button, the right that it needs."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What of a case decides who may do what with it.

    Attributes:
        team_id: whose it is.
        state: where it stands.
        staff_id: who has it, or had it.
        asked_block: who asked to block its chat, or None.
    """

    team_id: int
    state: State
    staff_id: int | None
    asked_block: int | None = None


def may(seat: Seat | None, what: str, case: CaseFacts | None = None) -> bool:
    """Whether a member of staff may do something.

    Args:
        seat: who; None is nobody of the staff, who may nothing.
        what: an intent of `RIGHTS`.
        case: which case it is about; None for what is about none, and for one that does not exist.

    Raises:
        KeyError: nobody has said who may do this.
    """
    right = RIGHTS[what]
    if seat is None or right is Right.STAFF:
        return seat is not None
    if case is None or case.team_id != seat.team_id:
        return False
    is_open = case.state is not State.CLOSED
    is_theirs = case.staff_id == seat.staff_id
    return {
        Right.TEAM: True,
        Right.CALLED: case.state is State.WAITING,
        Right.OWNER: is_open and is_theirs,
        Right.OWNER_OR_LEAD: is_theirs or LEAD in seat.roles,
        Right.FORMER: is_theirs and not is_open,
        Right.SECOND: case.asked_block not in (None, seat.staff_id),
    }[right]
