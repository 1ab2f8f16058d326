"""What a learner may ask: a human, with or without what was said before; to end it; and whether it helped."""

from bot.action import Action, ActionCall, ActionResult, Say
from bot.escalation.changes import CloseCase, HoldCase, OpenCase, RateCase
from bot.escalation.desk import HOLD, CoachDesk, Matter, state_of
from bot.escalation.routing import Stage, Team
from bot.escalation.values import Case, Outcome, Said, State
from bot.escalation.waiting import first_call
from bot.events import FollowupAction
from bot.tracker import IS_IN_CRISIS, LAST_WORDS
from bot.turn import Owner

PLACES = "action_human"
"""Where a human is whom one can reach oneself."""


class OfferCoach:
    """Offer a human of a team; where there is none, say who else is there."""

    name = "action_offer_coach"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        case = await own_case(self._desk, call)
        if case is not None:
            return ActionResult(says=[Say("utter_case_waits")])
        team = await team_of(self._desk, call)
        if team is None:
            return ActionResult(events=[FollowupAction(PLACES)])
        now = call.situation.now
        opens = await self._desk.opening(team, now)
        values = {"team": team.name, "opens": opens or ""}
        if call.tracker.slot(IS_IN_CRISIS):
            return ActionResult(says=[Say("utter_ask_coach_acute", values)])
        if opens is not None:
            return ActionResult(says=[Say("utter_ask_coach_closed", values)])
        wait = await self._desk.wait(team, now)
        if wait is None:
            return ActionResult(says=[Say("utter_ask_coach", values)])
        minutes = str(int(wait.total_seconds() // 60))
        return ActionResult(says=[Say("utter_ask_coach_soon", {**values, "minutes": minutes})])


class ShowContext:
    """Show what exactly would be passed on."""

    name = "action_show_context"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        words = last_words(call)
        if not words:
            return ActionResult(says=[Say("utter_no_context")])
        shown = "\n".join(f"• „{each}“" for each in words)
        return ActionResult(says=[Say("utter_ask_context", {"context": shown})])


class CallCoach:
    """The learner wants it: the case is opened, and people are called."""

    name = "action_call_coach"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if await own_case(self._desk, call) is not None:
            return ActionResult(says=[Say("utter_case_waits")])
        team = await team_of(self._desk, call)
        if team is None:
            return ActionResult(events=[FollowupAction(PLACES)])
        now = call.situation.now
        is_acute = bool(call.tracker.slot(IS_IN_CRISIS))
        context = last_words(call) if call.entity("with_context") else ()
        number = await self._desk.casebook.next_number()
        about = Matter(_topic(self._desk, call), is_acute, bool(context))
        stage = first_call(team, now, is_acute=is_acute)
        # A group is asked in its topic first; at an acute crisis everybody is woken in their own chat, too.
        is_called = stage is not None and (is_acute or not team.group)
        opening = OpenCase(
            number=number,
            team_id=team.team_id,
            topic=about.topic,
            is_acute=is_acute,
            context=tuple(Said(each) for each in context),
            holds_until=now + HOLD,
            stage=stage or Stage.FIRST,
            calls=await self._desk.calls(None, number, team, stage or Stage.FIRST, about)
            if is_called
            else (),
            room=self._desk.topic_room(number) if team.group else None,
        )
        opens = await self._desk.opening(team, now)
        said = "utter_coach_called" if opens is None else "utter_coach_called_closed"
        if is_acute:
            said = "utter_coach_called_acute"
        values = {"team": team.name, "opens": opens or ""}
        return ActionResult(says=[Say(said, values)], changes=[opening], owner=Owner.HUMAN)


class EndCase:
    """The learner goes back to the assistant: the case ends, one that waits after a question."""

    name = "action_end_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        case = await own_case(self._desk, call)
        if case is None:
            if seat is not None:
                return ActionResult(events=[FollowupAction("action_turn_away")])
            return ActionResult(says=[Say("utter_no_case")])
        if case.state is State.WAITING:
            return ActionResult(says=[Say("utter_ask_withdraw")])
        left = self._desk.staff("left", who=self._desk.who(case.number))
        values = {"name": case.staff_name, "case": str(case.number)}
        return ActionResult(
            says=[Say("utter_case_ended", values)],
            changes=[CloseCase(case.number, Outcome.BY_LEARNER, to_coach=left)],
            owner=Owner.ASSISTANT,
        )


class WithdrawCase:
    """The learner takes back what nobody has taken over."""

    name = "action_withdraw_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        case = await own_case(self._desk, call)
        if case is None:
            return ActionResult(says=[Say("utter_no_case")])
        if case.state is not State.WAITING:
            return ActionResult(events=[FollowupAction(EndCase.name)])
        # Nobody has taken it over: where it waits in a topic, the group reads it.
        withdrawn = self._desk.staff("withdrawn", who=self._desk.who(case.number))
        return ActionResult(
            says=[Say("utter_case_withdrawn")],
            changes=[CloseCase(case.number, Outcome.WITHDRAWN, to_coach=withdrawn)],
            owner=Owner.ASSISTANT,
        )


class AddToCase:
    """What is written next is for the coach, although nobody has taken over."""

    name = "action_add_to_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        case = await own_case(self._desk, call)
        if case is None or case.state is not State.WAITING:
            return ActionResult(says=[Say("utter_no_case")])
        return ActionResult(
            says=[Say("utter_add_to_case")],
            changes=[HoldCase(case.number, call.situation.now + HOLD)],
            owner=Owner.HUMAN,
        )


class RateHelp:
    """The one question at the end; after a yes, whether the coach may come back to it."""

    name = "action_rate_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        case = await rated_case(self._desk, call)
        if case is None:
            return ActionResult(says=[Say("utter_no_case")])
        rated = RateCase(case.number, did_help=str(call.entity("helped")))
        if case.may_write_first or not case.staff_name:
            return ActionResult(says=[Say("utter_case_rated")], changes=[rated])
        values = {"name": case.staff_name, "case": str(case.number)}
        return ActionResult(says=[Say("utter_ask_contact", values)], changes=[rated])


class AllowContact:
    """The coach may come back to it, or may not."""

    name = "action_allow_contact"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        case = await rated_case(self._desk, call)
        if case is None:
            return ActionResult(says=[Say("utter_no_case")])
        is_allowed = bool(call.entity("allowed"))
        said = "utter_contact_allowed" if is_allowed else "utter_contact_refused"
        change = RateCase(case.number, may_write_first=is_allowed)
        return ActionResult(says=[Say(said, {"name": case.staff_name})], changes=[change])


def actions(desk: CoachDesk) -> list[Action]:
    """All actions of learners."""
    return [
        OfferCoach(desk),
        ShowContext(),
        CallCoach(desk),
        EndCase(desk),
        WithdrawCase(desk),
        AddToCase(desk),
        RateHelp(desk),
        AllowContact(desk),
    ]


async def own_case(desk: CoachDesk, call: ActionCall) -> Case | None:
    """The open case of the learner of this chat."""
    case = await _last_case(desk, call)
    return case if case is not None and case.state is not State.CLOSED else None


async def rated_case(desk: CoachDesk, call: ActionCall) -> Case | None:
    """The case of this chat that a question at the end is about."""
    case = await _last_case(desk, call)
    return case if case is not None and str(case.number) == str(call.entity("case")) else None


async def _last_case(desk: CoachDesk, call: ActionCall) -> Case | None:
    chat_id = await desk.casebook.chat_of(call.situation.message)
    return None if chat_id is None else await desk.casebook.last_case_in(chat_id)


async def team_of(desk: CoachDesk, call: ActionCall) -> Team | None:
    """The team for the learner of this chat; None where there is none, or the chat is blocked."""
    chat_id = await desk.casebook.chat_of(call.situation.message)
    if chat_id is not None and await desk.casebook.is_blocked(chat_id, call.situation.now):
        return None
    return await desk.team_for(state_of(call.situation), _topic(desk, call))


def last_words(call: ActionCall) -> tuple[str, ...]:
    """What the learner said last in this conversation, oldest first."""
    return tuple(str(each) for each in call.tracker.slot(LAST_WORDS) or ())


def _topic(desk: CoachDesk, call: ActionCall) -> str | None:
    """The topic of the last answer."""
    article = desk.knowledge().find(str(call.tracker.slot("last_article")))
    return article.topic if article else None
