"""One person on several messengers: a code from the one chat, typed in the other; a yes there, and of two records in both."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.clock import HOME
from bot.events import FollowupAction, SlotSet
from bot.people.actions import (
    AFTER_CONSENT,
    DENIED,
    GRANTED,
    ask_to_keep,
    has_consent,
    has_parents_consent,
    waits_for_parent,
)
from bot.people.changes import (
    AskFirst,
    CountTry,
    DropJoining,
    IssueCode,
    JoinChat,
    MergePeople,
    RedeemLink,
)
from bot.people.chats import Switchboard
from bot.people.codes import LINK, PARENT, PURPOSES, code_in, new_code
from bot.people.joined import Joining, JoiningState, LinkedChat, Side, Typed
from bot.people.merging import needs_parent
from bot.people.profile import SETTINGS, UNDER_16
from bot.people.redeeming import Codes
from bot.turn import Person

ANSWERED_WITHIN = timedelta(hours=1)
"""So long both chats may say yes after the code was typed."""
LINK_CHAT = "action_link_chat"
HELD = (*SETTINGS, "quiet_hours", "zone", "is_declined", AFTER_CONSENT)
"""Slots of what was said of oneself in a conversation."""
Doubled = Callable[[str, str], Awaitable[int]]
"""How many weeks two people both tell of; the diary offers it."""
_REFUSED = {
    Typed.WRONG: "utter_link_code_wrong",
    Typed.OLD: "utter_link_code_old",
    Typed.USED: "utter_link_code_used",
}


class LinkChat:
    """Give a code for another chat, or take the one that stands behind the command."""

    name = LINK_CHAT

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if code_in(str(call.entity("argument") or "")):
            return ActionResult(events=[FollowupAction(TypeCode.name)])
        if self._is_no_code(call):
            return ActionResult(says=[Say("utter_link_no_code")])
        person, after = call.situation.person, call.tracker.slot(AFTER_CONSENT)
        done = [SlotSet(AFTER_CONSENT, None)]
        if after == DENIED:
            return ActionResult(events=done, says=[Say("utter_link_not_kept")])
        is_child = call.profile("age_band") == UNDER_16 and not has_parents_consent(call)
        if waits_for_parent(call):
            return ActionResult(events=done, says=[Say("utter_link_needs_parent")])
        if not is_child and (has_consent(call) or after == GRANTED):
            return self._issued(call)
        if person is not None or call.entity("is_here"):
            return ask_to_keep(call, LINK_CHAT, "link")
        return ActionResult(says=[Say("utter_ask_link_where")])

    def _is_no_code(self, call: ActionCall) -> bool:
        """Whether something stands behind the command that can be no code, and no messenger either."""
        said = str(call.entity("argument") or "")
        return bool(said) and not self._board.texts.channels_in(said)

    def _issued(self, call: ActionCall) -> ActionResult:
        code, expires = new_code(LINK), call.situation.now + PURPOSES[LINK].lifetime
        there = expires.astimezone(ZoneInfo(call.profile("zone") or HOME))
        here = call.situation.message.address
        shown = {
            "code": code,
            "until": f"{there:%H:%M}",
            "elsewhere": self._board.texts.elsewhere(self._board.addresses(), here),
        }
        return ActionResult(
            events=[SlotSet(AFTER_CONSENT, None)],
            says=[Say("utter_link_code", shown)],
            changes=[IssueCode(LINK, code, expires)],
        )


class TypeCode:
    """Somebody typed a code: of another chat of theirs, or of a child who needs a parent's yes."""

    name = "action_type_code"

    def __init__(self, board: Switchboard, codes: Codes | None) -> None:
        self._board = board
        self._codes = codes

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        typed = code_in(str(call.entity("argument")))
        if typed is None:
            return ActionResult(says=[Say("utter_link_no_code")])
        here = call.situation.message.address
        worth, shown_in = await self._board.links.typed(typed, here)
        if shown_in is not None:
            return self._asked(call, shown_in, typed)
        if worth is Typed.TOO_MANY:
            return ActionResult(says=[Say("utter_link_too_many")])
        if worth is Typed.USED and (again := await self._again(call, typed)):
            return again
        if self._codes and await self._codes.issued_in(PARENT, typed, here):
            return ActionResult(events=[FollowupAction("action_check_parent_code")])
        return ActionResult(says=[Say(_REFUSED[worth])], changes=[CountTry(LINK), CountTry(PARENT)])

    def _asked(self, call: ActionCall, shown_in: Side, typed: str) -> ActionResult:
        """Ask whether the two chats are one person's; nothing of the other is shown but its channel."""
        person, first = call.situation.person, shown_in.person
        if shown_in.address == call.situation.message.address:
            return ActionResult(says=[Say("utter_link_own_chat")])
        if first is None:
            return ActionResult(says=[Say("utter_link_code_old")])
        if person is not None and person.person_id == first.person_id:
            return ActionResult(says=[Say("utter_link_same_person")])
        if needs_parent(first, person, _said_age(call)):
            return ActionResult(says=[Say("utter_link_needs_parent")])
        until = call.situation.now + ANSWERED_WITHIN
        return ActionResult(
            says=[self._question(shown_in, person, typed)], changes=[RedeemLink(typed, until)]
        )

    async def _again(self, call: ActionCall, typed: str) -> ActionResult | None:
        """The same question for who types the same code twice."""
        joining = await self._board.links.joining(typed)
        here = call.situation.message.address
        if joining is None or here not in (joining.first.address, joining.second.address):
            return None
        if joining.state is JoiningState.ASKED and joining.second.address == here:
            question = self._question(joining.first, call.situation.person, typed)
            return ActionResult(says=[question])
        is_done = joining.state is JoiningState.DONE
        return ActionResult(
            says=[Say("utter_link_same_person" if is_done else "utter_link_code_used")]
        )

    def _question(self, shown_in: Side, person: Person | None, typed: str) -> Say:
        shown = {"channel": self._board.texts.at(shown_in.address), "code": typed}
        return Say("utter_ask_join" if person is None else "utter_ask_merge", shown)


class ConfirmLink:
    """The chat in which the code was typed says yes: it is joined, or the other one is asked, too."""

    name = "action_confirm_link"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        code, here = str(call.entity("code")), call.situation.message.address
        joining = await self._board.links.joining(code)
        is_asked = joining is not None and joining.second.address == here
        if joining is None or not is_asked or joining.state is not JoiningState.ASKED:
            return ActionResult(says=[Say("utter_link_over")])
        first, person = joining.first.person, call.situation.person
        if first is None:
            return ActionResult(says=[Say("utter_link_over")])
        if needs_parent(first, person, _said_age(call)):
            return ActionResult(says=[Say("utter_link_needs_parent")])
        if person is None:
            return await self._joined(call, joining, first, code)
        if person.person_id == first.person_id:
            return ActionResult(says=[Say("utter_link_same_person")])
        return self._ask_first(joining, code)

    async def _joined(
        self, call: ActionCall, joining: Joining, first: Person, code: str
    ) -> ActionResult:
        texts, here = self._board.texts, joining.second
        undo = offer(texts.label("undo"), "confirm_unlink", chat=here.chat_id)
        chats = [
            *await self._board.links.chats(first.person_id),
            LinkedChat(here.chat_id, here.address, call.situation.now),
        ]
        says, changes = self._board.reminding(chats, here.address)
        shown = {"channel": texts.at(joining.first.address)}
        return ActionResult(
            events=_as_kept(),
            says=[Say("utter_linked", shown), *says],
            changes=[JoinChat(code, texts.news("joined", here.address, undo)), *changes],
        )

    def _ask_first(self, joining: Joining, code: str) -> ActionResult:
        texts = self._board.texts
        question = texts.news(
            "merge",
            joining.second.address,
            offer(texts.label("yes"), "confirm_merge", code=code),
            offer(texts.label("no"), "decline_link", code=code),
        )
        shown = {"channel": texts.at(joining.first.address)}
        return ActionResult(
            events=_as_kept(),
            says=[Say("utter_merge_waits", shown)],
            changes=[AskFirst(code, question)],
        )


class ConfirmMerge:
    """The chat that showed the code says yes, too: two records become one."""

    name = "action_confirm_merge"

    def __init__(self, board: Switchboard, doubled: Doubled) -> None:
        self._board = board
        self._doubled = doubled

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        code, here = str(call.entity("code")), call.situation.message.address
        joining = await self._board.links.joining(code)
        person = call.situation.person
        other = joining.second.person if joining else None
        is_asked = joining is not None and joining.first.address == here
        if joining is None or not is_asked or joining.state is not JoiningState.CONFIRMED:
            return ActionResult(says=[Say("utter_link_over")])
        if person is None or other is None or person.person_id == other.person_id:
            return ActionResult(says=[Say("utter_link_over")])
        if needs_parent(person, other, _said_age(call)):
            return ActionResult(says=[Say("utter_link_needs_parent")])
        return await self._merged(joining, person, other, code)

    async def _merged(
        self, joining: Joining, person: Person, other: Person, code: str
    ) -> ActionResult:
        texts, links = self._board.texts, self._board.links
        merging = MergePeople(code, texts.news("merged", joining.first.address))
        shown = {"channel": texts.at(joining.second.address)}
        weeks = await self._doubled(person.person_id, other.person_id)
        if weeks:
            name = "utter_merged_one_week" if weeks == 1 else "utter_merged_weeks"
            says = [Say(name, {**shown, "count": str(weeks)})]
            return ActionResult(events=_as_kept(), says=says, changes=[merging])
        mine = await links.chats(person.person_id)
        chats = [*mine, *await links.chats(other.person_id)]
        is_chosen = any(each.is_for_reminders for each in mine)
        asked, changes = (
            ([], []) if is_chosen else self._board.reminding(chats, joining.first.address)
        )
        return ActionResult(
            events=_as_kept(),
            says=[Say("utter_merged", shown), *asked],
            changes=[merging, *changes],
        )


class DeclineLink:
    """One of the two chats says no; nothing changes."""

    name = "action_decline_link"

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        news = self._board.texts.news("declined", call.situation.message.address)
        dropped = DropJoining(str(call.entity("code")), news)
        return ActionResult(says=[Say("utter_link_declined")], changes=[dropped])


def actions(board: Switchboard, codes: Codes | None, doubled: Doubled) -> list[Action]:
    """All actions of linking.

    Args:
        board: what is known of chats.
        codes: looks codes of parents up; None where nobody is remembered.
        doubled: how many weeks two people both tell of.
    """
    return [
        LinkChat(board),
        TypeCode(board, codes),
        ConfirmLink(board),
        ConfirmMerge(board, doubled),
        DeclineLink(board),
    ]


def _as_kept() -> list[SlotSet]:
    """From now on what is kept of the person holds, not what was said in this conversation."""
    return [SlotSet(name, None) for name in HELD]


def _said_age(call: ActionCall) -> str | None:
    """The age band that was said in this chat; None when none was."""
    said = call.tracker.slot("age_band")
    return None if said is None else str(said)
