"""Consent of a parent for somebody under 16 (Art. 8 DSGVO): a code that the child hands over.

The parent sees nothing of what the child wrote, and the child hears when it is done.
"""

from datetime import timedelta

from bot.action import Action, ActionCall, ActionResult, Say
from bot.events import FollowupAction, SlotSet
from bot.people.actions import AFTER_CONSENT, ASK_PARENT, GRANTED, PRIVACY_VERSION, SCOPE
from bot.people.changes import AwaitParent, ConfirmChild, CountTry
from bot.people.codes import PARENT, PURPOSES, canonical, new_code
from bot.people.redeeming import Codes
from bot.turn import Reply

KEPT_AS_DRAFT = timedelta(days=30)
"""How long drafts wait for a parent."""


class AskParent:
    """Somebody under 16 wants something kept: give the code, keep drafts, and do what waited."""

    name = ASK_PARENT

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person, now = call.situation.person, call.situation.now
        until = person.waits_until if person else None
        until = until or now + KEPT_AS_DRAFT
        code = new_code(PARENT)
        expires = now + PURPOSES[PARENT].lifetime
        waiting = call.tracker.slot(AFTER_CONSENT)
        return ActionResult(
            events=[SlotSet(AFTER_CONSENT, GRANTED), FollowupAction(str(waiting))]
            if waiting
            else (),
            says=[
                Say(
                    "utter_parent_code",
                    {"code": code, "until": f"{until:%d.%m.%Y}", "expires": f"{expires:%d.%m.%Y}"},
                )
            ],
            changes=[AwaitParent(until=until, code=code, code_expires_at=expires)],
        )


class GiveParentCode:
    """A new code for who waits for a parent; nobody else needs one, and nothing that holds is touched."""

    name = "action_parent_code"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        person = call.situation.person
        if person is not None and person.waits_until is not None:
            return ActionResult(events=[FollowupAction(ASK_PARENT)])
        return ActionResult(says=[Say("utter_parent_code_not_needed")])


class CheckParentCode:
    """A parent types the code: ask for the yes, without showing anything of the child."""

    name = "action_check_parent_code"

    def __init__(self, codes: Codes | None) -> None:
        self._codes = codes

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        typed = str(call.entity("argument") or "")
        address = call.situation.message.address
        if not typed or self._codes is None:
            return ActionResult(says=[Say("utter_parent_code_how")])
        issued = await self._codes.issued_in(PARENT, typed, address)
        if issued is None:
            return ActionResult(says=[Say("utter_parent_code_wrong")], changes=[CountTry(PARENT)])
        if issued == address:
            return ActionResult(says=[Say("utter_parent_code_own_chat")])
        return ActionResult(says=[Say("utter_ask_parent_consent", {"code": canonical(typed)})])


class ConfirmParent:
    """The parent says yes."""

    name = "action_confirm_parent"

    def __init__(self, codes: Codes | None, news: str) -> None:
        self._codes = codes
        self._news = news

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        typed, address = str(call.entity("code") or ""), call.situation.message.address
        issued = await self._codes.issued_in(PARENT, typed, address) if self._codes else None
        if issued is None or issued == address:
            return ActionResult(says=[Say("utter_parent_code_wrong")])
        change = ConfirmChild(typed, SCOPE, PRIVACY_VERSION, Reply(self._news))
        return ActionResult(says=[Say("utter_parent_consented")], changes=[change])


def actions(codes: Codes | None, news: str) -> list[Action]:
    """All actions of a parent's consent.

    Args:
        codes: looks codes up; None where nobody is remembered.
        news: what the child hears when a parent agreed.
    """
    return [AskParent(), GiveParentCode(), CheckParentCode(codes), ConfirmParent(codes, news)]
