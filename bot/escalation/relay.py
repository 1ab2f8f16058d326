"""What becomes of a message while a human is spoken with: it goes to the other side, and the assistant is silent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.action import offer
from bot.escalation.authority import RIGHTS
from bot.escalation.changes import (
    CallMore,
    CloseCase,
    EditMessage,
    HandOver,
    HoldCase,
    PlaceCase,
    RelayMessage,
    SetDuty,
)
from bot.escalation.desk import HOLD, CoachDesk, Matter, state_of
from bot.escalation.routing import Stage
from bot.escalation.timer import CASE_DUE, CaseTimer
from bot.escalation.values import Case, Said, Side, State
from bot.escalation.values import Outcome as CaseOutcome
from bot.events import ActionExecuted, SlotSet
from bot.messages import (
    Command,
    Deletion,
    Due,
    Edit,
    File,
    IncomingContent,
    Joined,
    Opened,
    Reaction,
    Text,
    Unreadable,
)
from bot.people.codes import invitation_in
from bot.tracker import ACTION_LISTEN, IS_IN_CRISIS, apply
from bot.turn import Change, Offer, Outcome, Owner, Reply, Seat, Situation

MAX_LENGTH = 8000
"""The longest message that is passed on (characters)."""
LARGEST_FILE = 10_000_000
"""The largest file that is passed on (bytes)."""
PASSED_ON = ("image/", "application/pdf")
FAILURES = 2
"""After so many answers in a row that were none, a human is offered."""
WARNING_SIGNS = frozenset(
    {"dual.kuendigung.wehren", "dual.ausbildungsfremd", "dual.wechsel_betrieb", "dual.schlichtung"}
)
"""Articles, besides the serious ones, whose readers may need a human: trouble in the company, wants to quit."""
HELD = "held_message"
"""The slot of a coach's message that waits until it is known for whom it is."""
BUTTONS = frozenset(
    {
        *RIGHTS,
        "rate_case",
        "allow_contact",
        "end_case",
        "withdraw_case",
        "keep_case",
        "share_gaps",
        "allow_gaps",
        "refuse_gaps",
    }
)
"""What works although a human is spoken with: it is about cases."""


class Relay:
    """The `HumanTurns` of the hand-over.

    Args:
        desk: the words and rules.
        timer: what becomes of a case that is due.
    """

    def __init__(self, desk: CoachDesk, timer: CaseTimer) -> None:
        self._desk = desk
        self._timer = timer

    def works(self, intent: str) -> bool:
        """See `bot.ports.HumanTurns`."""
        return intent in BUTTONS

    def takes(self, situation: Situation) -> bool:
        """See `bot.ports.HumanTurns`."""
        content = situation.message.content
        is_due = isinstance(content, Due) and content.event == CASE_DUE
        return is_due or isinstance(content, Opened)

    async def event(self, situation: Situation) -> Outcome:
        """See `bot.ports.HumanTurns`."""
        content = situation.message.content
        if isinstance(content, Opened):
            return await self._opened(situation, content)
        number = content.entities["case"] if isinstance(content, Due) else None
        case = await self._desk.casebook.case(int(number)) if number else None
        if case is None or case.state is State.CLOSED:
            return _same(situation)
        return await self._timer.outcome(situation, case)

    async def _opened(self, situation: Situation, opened: Opened) -> Outcome:
        channel = situation.message.address.channel
        first = None
        found = await self._desk.casebook.case_with_room(opened.token)
        if found is not None and found.state is State.WAITING:
            first = self._desk.call_in_topic(found.number, self._timer.matter(found))
        change = PlaceCase(opened.token, channel, opened.chat, first)
        return replace(_same(situation), changes=(change,))

    async def left(self, situation: Situation) -> tuple[Change, ...]:
        """See `bot.ports.HumanTurns`."""
        standing = situation.standing
        if standing.seat is not None and not standing.is_shared:
            return await self._left_by_coach(standing.seat)
        if standing.case is None:
            return ()
        case = await self._desk.casebook.case(standing.case)
        if case is None or case.state is State.CLOSED:
            return ()
        who = self._desk.who(case.number)
        if not standing.is_shared:
            gone = self._desk.staff("gone", who=who)
            return (CloseCase(case.number, CaseOutcome.GONE, to_coach=gone),)
        if case.room_token is None:
            return ()
        # A coach who leaves the room of a case goes on in their own chat.
        first = self._desk.staff("room_left", who=who, case=str(case.number))
        return (PlaceCase(case.room_token, "", "", first),)

    async def _left_by_coach(self, seat: Seat) -> tuple[Change, ...]:
        """The chat where a coach is called is gone: nobody is called there, and the cases wait again."""
        cases = await self._desk.casebook.cases(staff_id=seat.staff_id)
        numbers = tuple(each.number for each in cases)
        in_topic = {
            each.number: self._desk.waits_in_topic(each.number, seat.name)
            for each in cases
            if each.group_channel
        }
        news = self._desk.news("waits_again")
        back = HandOver(numbers, seat.staff_id, None, news, in_topic=in_topic)
        return (SetDuty(seat.staff_id, is_on_duty=False), *((back,) if numbers else ()))

    async def offered(self, situation: Situation, outcome: Outcome) -> Outcome:
        """See `bot.ports.HumanTurns`."""
        if situation.standing.case is not None or situation.standing.seat is not None:
            return outcome
        if outcome.owner is Owner.HUMAN or not outcome.replies:
            return outcome
        if not self._calls_for_a_human(outcome):
            return outcome
        team = await self._desk.team_for(state_of(situation), None)
        chat_id = await self._chat(situation)
        if team is None or chat_id is None:
            return outcome
        if await self._desk.casebook.is_blocked(chat_id, situation.now):
            return outcome
        *first, last = outcome.replies
        if not isinstance(last, Reply) or any(map(_leads_to_a_human, last.offers)):
            return outcome
        human = offer(self._desk.label("human"), "ask_human")
        return replace(outcome, replies=(*first, replace(last, offers=(*last.offers, human))))

    def _calls_for_a_human(self, outcome: Outcome) -> bool:
        """At a crisis, after two failures in a row or one that follows a crisis, and at what speaks of trouble."""
        findings = outcome.findings
        if findings.get("outcome") == "crisis" or "level" in findings:
            return True
        if findings.get("outcome") == "fallback":
            failures = float(outcome.tracker.slot("failures") or 0)
            return bool(outcome.tracker.slot(IS_IN_CRISIS)) or failures >= FAILURES
        article = self._desk.knowledge().find(str(findings.get("article")))
        return article is not None and (article.serious or article.key in WARNING_SIGNS)

    async def relayed(self, situation: Situation, *, is_acute: bool = False) -> Outcome:
        """See `bot.ports.HumanTurns`."""
        standing = situation.standing
        if standing.is_shared and invitation_in(_argument(situation.message.content)):
            return replace(_same(situation), replies=(self._here("invitation_alone"),))
        if standing.is_shared and standing.seat is None:
            return _same(situation)
        case = await self._desk.casebook.case(standing.case) if standing.case else None
        if case is None or case.state is State.CLOSED:
            return self._among_colleagues(situation) if standing.is_shared else _same(situation)
        is_coach = standing.seat is not None and case.chat_id != await self._chat(situation)
        if is_coach:
            return await self._from_coach(situation, case)
        return await self._from_learner(situation, case, is_acute=is_acute)

    async def _chat(self, situation: Situation) -> int | None:
        return await self._desk.casebook.chat_of(situation.message)

    async def _from_learner(self, situation: Situation, case: Case, *, is_acute: bool) -> Outcome:
        who = self._desk.who(case.number)
        notice = self._desk.staff("acute", who=who).text if is_acute else ""
        passed = self._passed(situation, case, Side.LEARNER, notice=notice)
        if isinstance(passed, Reply):
            return replace(_same(situation), replies=(passed,))
        changes: tuple[Change, ...] = passed
        replies: tuple[Reply, ...] = ()
        if case.state is State.WAITING and changes:
            changes = (*changes, HoldCase(case.number, situation.now + HOLD))
            if is_acute and not case.is_acute:
                changes = (*changes, await self._call_all(case))
            wrote = case.last_learner_at
            if wrote is None or situation.now - wrote > HOLD:
                replies = (self._here("waiting"),)
        return replace(_same(situation), replies=replies, changes=changes)

    async def _call_all(self, case: Case) -> CallMore:
        """While a learner waits it turns out that they are in an acute crisis: everybody is called who can be."""
        about = Matter(case.topic, is_acute=True, has_written=True)
        team = await self._desk.team(case.team_id)
        calls = await self._desk.calls(None, case.number, team, Stage.FIRST, about)
        in_topic = self._desk.call_in_topic(case.number, about)
        return CallMore(case.number, Stage.LEADS, calls, is_anew=True, acute=in_topic)

    async def _from_coach(self, situation: Situation, case: Case) -> Outcome:
        seat, standing = situation.standing.seat, situation.standing
        assert seat is not None  # noqa: S101 - for the type checker
        if standing.is_shared and isinstance(situation.message.content, Command):
            return self._among_colleagues(situation)
        if case.staff_id != seat.staff_id or case.state is not State.CLAIMED:
            if standing.is_shared:
                return _same(situation)
            return replace(_same(situation), replies=(self._desk.staff("not_yours"),))
        if isinstance(situation.message.content, Text) and not standing.is_shared:
            other = await self._other_who_wrote(situation, case)
            if other is not None:
                return self._ask_whom(situation, case, other)
        if isinstance(situation.message.content, Command):
            who = self._desk.who(case.number)
            return replace(_same(situation), replies=(self._desk.staff("command", who=who),))
        passed = self._passed(situation, case, Side.COACH, staff_id=seat.staff_id)
        if isinstance(passed, Reply):
            return replace(_same(situation), replies=(passed,))
        return replace(_same(situation), changes=passed)

    def _among_colleagues(self, situation: Situation) -> Outcome:
        """What people of a team say to each other is for nobody else; a command that does not work there is answered."""
        if not isinstance(situation.message.content, Command):
            return _same(situation)
        return replace(_same(situation), replies=(self._desk.staff("command_shared"),))

    async def _other_who_wrote(self, situation: Situation, case: Case) -> Case | None:
        """Another learner of this coach's own chat who wrote since the coach last wrote to this one."""
        if situation.message.reply_to or case.staff_id is None:
            return None
        since = case.last_coach_at or case.opened_at
        for each in await self._desk.casebook.cases(staff_id=case.staff_id):
            is_here = each.number != case.number and each.place_chat_id == case.place_chat_id
            wrote = each.last_learner_at
            if is_here and wrote and wrote > since and wrote > (each.last_coach_at or since):
                return each
        return None

    def _ask_whom(self, situation: Situation, case: Case, other: Case) -> Outcome:
        message = situation.message
        held = {"text": _words(message.content), "external_id": message.external_id}
        offers = [
            replace(
                offer(
                    self._desk.label("to", who=self._desk.who(each.number)),
                    "send_held",
                    case=each.number,
                ),
                settles=True,
            )
            for each in (case, other)
        ]
        question = self._desk.staff("whom", *offers, who=self._desk.who(other.number))
        tracker = apply(situation.tracker, [SlotSet(HELD, held), ActionExecuted(ACTION_LISTEN)])
        return replace(_same(situation), tracker=tracker, replies=(question,))

    def _passed(
        self,
        situation: Situation,
        case: Case,
        side: Side,
        *,
        notice: str = "",
        staff_id: int | None = None,
    ) -> tuple[Change, ...] | Reply:
        """What goes to the other side; or what its writer must hear instead."""
        message = situation.message
        match message.content:
            case Edit(target=target, text=text):
                return (EditMessage(case.number, target, text),)
            case Deletion(target=target):
                return (EditMessage(case.number, target, None),)
            case Text() | File():
                said = self._said(situation)
            case Reaction() | Joined():
                return ()
            case Unreadable():
                return self._here("voice")
            case _:
                return self._here("command")
        if isinstance(said, Reply):
            return said
        return (
            RelayMessage(
                number=case.number,
                side=side,
                said=said,
                external_id=message.external_id,
                reply_to=message.reply_to,
                notice=notice,
                staff_id=staff_id,
            ),
        )

    def _said(self, situation: Situation) -> Said | Reply:
        """The words and the file of a message; or why they are not passed on."""
        content = situation.message.content
        if isinstance(content, File):
            is_passed_on = content.media_type.startswith(PASSED_ON)
            if not is_passed_on or content.size > LARGEST_FILE:
                return self._here("file")
            return Said(content.caption, _fetching(situation.message.address.channel, content))
        words = _words(content)
        if invitation_in(words):
            return self._here("invitation")
        return self._here("too_long") if len(words) > MAX_LENGTH else Said(words)

    def _here(self, name: str) -> Reply:
        return Reply(str(self._desk.texts["here"][name]))


def _same(situation: Situation) -> Outcome:
    """Nothing is said, and whoever owns the chat owns it."""
    owner = Owner.ASSISTANT if situation.owner is Owner.CLOSED else situation.owner
    return Outcome(tracker=situation.tracker, owner=owner)


def _words(content: IncomingContent) -> str:
    return content.text if isinstance(content, Text) else ""


def _argument(content: IncomingContent) -> str:
    """What was written, without the command before it."""
    return content.argument if isinstance(content, Command) else _words(content)


def _fetching(channel: str, file: File) -> Mapping[str, str]:
    values: dict[str, Any] = {
        "channel": channel,
        "reference": file.reference,
        "media_type": file.media_type,
    }
    return values


def _leads_to_a_human(offered: Offer) -> bool:
    return offered.payload.partition("{")[0] in ("/ask_human", "/accept_coach")
