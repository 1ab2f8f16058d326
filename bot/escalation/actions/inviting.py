"""Becoming a member of staff: by the operator's invitation, after a yes, and in no other way."""

from bot.action import Action, ActionCall, ActionResult, Say
from bot.escalation.changes import JoinTeam
from bot.escalation.desk import CoachDesk
from bot.people.actions import PRIVACY_VERSION, known, waits_for_parent
from bot.people.changes import CountTry
from bot.people.codes import INVITATION, invitation_in
from bot.people.profile import UNDER_16
from bot.people.redeeming import Codes
from bot.turn import Owner


class CheckInvitation:
    """Somebody typed an invitation, or came by its link: ask for the yes."""

    name = "action_check_invitation"

    def __init__(self, desk: CoachDesk, codes: Codes | None) -> None:
        self._desk = desk
        self._codes = codes

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        typed = invitation_in(str(call.entity("argument") or ""))
        here = call.situation.message.address
        if typed is None or self._codes is None:
            return ActionResult(says=[Say("utter_invitation_wrong")])
        about = await self._codes.about(INVITATION, typed, here)
        if about is None:
            wrong = CountTry(INVITATION)
            return ActionResult(says=[Say("utter_invitation_wrong")], changes=[wrong])
        teams = {each.team_id: each for each in await self._desk.casebook.teams()}
        team = teams.get(about["team"])
        if team is None:
            return ActionResult(says=[Say("utter_invitation_wrong")])
        values = {"team": team.name, "name": about["name"], "code": typed}
        return ActionResult(says=[Say("utter_ask_invitation", values)])


class AcceptInvitation:
    """A member of staff from now on, called in this chat."""

    name = "action_accept_invitation"

    def __init__(self, codes: Codes | None) -> None:
        self._codes = codes

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        typed = invitation_in(str(call.entity("code") or ""))
        here = call.situation.message.address
        about = await self._codes.about(INVITATION, typed, here) if self._codes and typed else None
        is_child = waits_for_parent(call) or call.profile("age_band") == UNDER_16
        if about is None or typed is None or is_child:
            return ActionResult(says=[Say("utter_invitation_wrong")])
        change = JoinTeam(typed, known(call), PRIVACY_VERSION)
        values = {"name": str(about["name"])}
        return ActionResult(
            says=[Say("utter_invitation_accepted", values)],
            changes=[change],
            owner=Owner.ASSISTANT,
        )


def actions(desk: CoachDesk, codes: Codes | None) -> list[Action]:
    """All actions of becoming a member of staff."""
    return [CheckInvitation(desk, codes), AcceptInvitation(codes)]
