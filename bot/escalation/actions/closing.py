"""How a coach lets go of a case: close it with its outcome, hand over one or all, come back to it, block the chat."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.clock import HOME
from bot.escalation.actions.cases import not_allowed, number_of
from bot.escalation.authority import LEAD
from bot.escalation.changes import (
    AskBlock,
    CloseCase,
    ConfirmBlock,
    HandOver,
    RelayMessage,
    ReopenCase,
)
from bot.escalation.desk import CoachDesk, matter_of, rating_offers
from bot.escalation.routing import Stage
from bot.escalation.values import CallOut, Case, Colleague, Outcome, Said, Side, State
from bot.people.quiet import default_quiet
from bot.turn import Offer, Owner, Seat

ALL = "alle"
BLOCKED_FOR = timedelta(days=30)
BACK_WITHIN = timedelta(days=30)
"""So long after the end a coach may come back to a case, and what was said in it is known."""


class EndAsCoach:
    """Close a case; its outcome is asked for first."""

    name = "action_close_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        standing = call.situation.standing
        case = await self._desk.allowed(standing.seat, "close_case", number_of(call))
        if case is None or case.state is State.CLOSED:
            return not_allowed()
        values = {"who": self._desk.who(case.number)}
        outcomes = self._desk.texts["outcomes"]
        outcome = str(call.entity("outcome") or "")
        if outcome not in outcomes:
            offers = tuple(
                offer(label, "close_case", case=case.number, outcome=key)
                for key, label in outcomes.items()
            )
            return ActionResult(says=[Say("utter_ask_staff_outcome", values, offers)])
        rating = rating_offers(self._desk, case.number)
        news = self._desk.news("closed", *rating, name=case.staff_name)
        closing = CloseCase(case.number, Outcome(outcome), to_learner=news)
        return ActionResult(
            says=[Say("utter_staff_case_closed", values)],
            changes=[closing],
            owner=None if standing.is_shared else Owner.ASSISTANT,
        )


class GiveCase:
    """Hand over one case, all of one's own, or as a lead those of somebody who is away."""

    name = "action_hand_over"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        if seat is None:
            return not_allowed()
        colleagues = await self._desk.casebook.colleagues(seat.team_id)
        giver = await self._giver(call, seat, colleagues)
        if giver is None:
            return not_allowed()
        cases = await self._cases(call, seat, giver)
        if not cases:
            return ActionResult(says=[Say("utter_staff_nothing_to_give")])
        to = call.entity("to")
        if to is None:
            return self._ask_to_whom(giver, cases, colleagues, is_all=self._is_all(call))
        takers = {each.staff_id: each for each in colleagues if each is not giver}
        taker = takers.get(int(to))
        if int(to) and taker is None:
            return not_allowed()
        return await self._given(call, giver, cases, taker)

    async def _giver(
        self, call: ActionCall, seat: Seat, colleagues: Sequence[Colleague]
    ) -> Colleague | None:
        """Whose cases they are: one's own, or those of a colleague whom a lead names."""
        by_id = {each.staff_id: each for each in colleagues}
        if (named := call.entity("giver")) is not None:
            giver = by_id.get(int(named))
            is_theirs = giver is not None and giver.staff_id == seat.staff_id
            return giver if is_theirs or LEAD in seat.roles else None
        word = str(call.entity("argument") or "").strip().lower()
        if word and word != ALL and not word.split()[0].isdecimal():
            found = [each for each in colleagues if each.name.lower().startswith(word)]
            return found[0] if len(found) == 1 and LEAD in seat.roles else None
        case = await self._desk.allowed(seat, "hand_over", number_of(call))
        is_of_other = case is not None and case.state is State.CLAIMED and word != ALL
        return by_id.get(case.staff_id or 0) if case and is_of_other else by_id.get(seat.staff_id)

    def _is_all(self, call: ActionCall) -> bool:
        word = str(call.entity("argument") or "").strip().lower()
        is_named = bool(word) and not word.split()[0].isdecimal()
        return is_named or bool(call.entity("is_all"))

    async def _cases(self, call: ActionCall, seat: Seat, giver: Colleague) -> list[Case]:
        cases = await self._desk.casebook.cases(staff_id=giver.staff_id)
        if self._is_all(call):
            return list(cases)
        number = number_of(call)
        case = await self._desk.allowed(seat, "hand_over", number)
        return [each for each in cases if case is not None and each.number == case.number]

    def _ask_to_whom(
        self,
        giver: Colleague,
        cases: Sequence[Case],
        colleagues: Sequence[Colleague],
        *,
        is_all: bool,
    ) -> ActionResult:
        there = [each for each in colleagues if each is not giver and each.is_on_duty]
        there.sort(key=lambda each: (each.staff_id != giver.substitute_id, each.open_cases))
        which: dict[str, int | bool] = {"is_all": True} if is_all else {"case": cases[0].number}
        offers = [self._to(each.name, each.staff_id, giver, which) for each in there]
        offers.append(self._to(self._desk.label("team"), 0, giver, which))
        values = {
            "who": ", ".join(self._desk.who(each.number) for each in cases),
            "count": str(len(cases)),
        }
        return ActionResult(says=[Say("utter_ask_staff_taker", values, tuple(offers))])

    def _to(self, label: str, to: int, giver: Colleague, which: dict[str, int | bool]) -> Offer:
        return offer(label, "hand_over", to=to, giver=giver.staff_id, **which)

    async def _given(
        self,
        call: ActionCall,
        giver: Colleague,
        cases: Sequence[Case],
        taker: Colleague | None,
    ) -> ActionResult:
        change = (
            await self._change_to(giver, cases, taker)
            if taker
            else await self._change_back(giver, cases)
        )
        here = call.situation.standing
        if here.is_shared and here.case in change.in_topic:
            # Everybody in the topic reads it there.
            return ActionResult(changes=[change])
        values = {"who": ", ".join(self._desk.who(each.number) for each in cases)}
        said = Say("utter_staff_given_back", values)
        if taker is not None:
            said = Say("utter_staff_given", {**values, "name": taker.name})
        return ActionResult(says=[said], changes=[change])

    async def _change_back(self, giver: Colleague, cases: Sequence[Case]) -> HandOver:
        """The cases wait again."""
        return HandOver(
            numbers=tuple(each.number for each in cases),
            giver=giver.staff_id,
            taker=None,
            news=self._desk.news("waits_again"),
            in_topic={
                each.number: self._desk.waits_in_topic(each.number, giver.name)
                for each in cases
                if each.group_channel
            },
            calls={each.number: await self._called(each, giver) for each in cases},
        )

    async def _change_to(
        self, giver: Colleague, cases: Sequence[Case], taker: Colleague
    ) -> HandOver:
        """The cases are a colleague's; those in a topic of the group on their messenger stay there."""
        stay = [each.number for each in cases if each.group_channel == taker.channel]
        go = [each.number for each in cases if each.number not in stay]
        rooms = {each: self._desk.room(each, taker.channel) for each in go}
        said = {each.number: await self._desk.casebook.entries(each.number) for each in cases}
        words = {
            **{
                number: "handed_over_room" if room else "handed_over"
                for number, room in rooms.items()
            },
            **dict.fromkeys(stay, "handed_over_topic"),
        }
        return HandOver(
            numbers=tuple(each.number for each in cases),
            giver=giver.staff_id,
            taker=taker.staff_id,
            news=self._desk.news("handed_over", name=taker.name),
            brief={
                number: self._desk.staff(
                    name,
                    who=self._desk.who(number),
                    case=str(number),
                    name=giver.name,
                    said=self._desk.told(said[number], number),
                )
                for number, name in words.items()
            },
            told={number: len(entries) for number, entries in said.items()},
            rooms={number: room for number, room in rooms.items() if room is not None},
            in_topic={
                number: self._desk.staff(
                    "goes_on_in_topic",
                    who=self._desk.who(number),
                    name=taker.name,
                    giver=giver.name,
                )
                for number in stay
            },
        )

    async def _called(self, case: Case, giver: Colleague) -> tuple[CallOut, ...]:
        team = await self._desk.team(case.team_id)
        calls = await self._desk.calls(None, case.number, team, Stage.FIRST, matter_of(case))
        return tuple(each for each in calls if each.staff_id != giver.staff_id)


class WriteFirst:
    """Come back to a learner who allowed it: `/anschreiben 12 Wie ging es aus?`."""

    name = "action_write_first"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat, now = call.situation.standing.seat, call.situation.now
        head, _, text = str(call.entity("argument") or "").strip().partition(" ")
        if seat is None or not head.isdecimal() or not text.strip():
            return ActionResult(says=[Say("utter_staff_write_first_how")])
        case = await self._desk.allowed(seat, "write_first", int(head))
        if case is None or case.closed_at is None:
            return not_allowed()
        values = {"who": self._desk.who(case.number)}
        if not case.may_write_first or now - case.closed_at > BACK_WITHIN:
            return ActionResult(says=[Say("utter_staff_may_not_write_first", values)])
        if _is_night(call):
            return ActionResult(says=[Say("utter_staff_not_at_night", values)])
        me = await self._desk.colleague(seat.team_id, seat.staff_id)
        if me is None:
            return not_allowed()
        room = self._desk.room(case.number, me.channel)
        news = self._desk.news("reopened", name=seat.name)
        written = RelayMessage(
            case.number, Side.COACH, Said(text.strip()), "", staff_id=seat.staff_id
        )
        return ActionResult(
            says=[Say("utter_staff_written_first", values)],
            changes=[ReopenCase(case.number, seat.staff_id, news, room), written],
            owner=Owner.ASSISTANT if room else Owner.HUMAN,
        )


class BlockChat:
    """Ask a colleague for the second word that blocks an abusive chat."""

    name = "action_block_chat"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        case = await self._desk.allowed(seat, "block_chat", number_of(call))
        if case is None or seat is None:
            return not_allowed()
        colleagues = await self._desk.casebook.colleagues(seat.team_id)
        others = [each for each in colleagues if each.staff_id != seat.staff_id]
        values = {"who": self._desk.who(case.number)}
        if not others:
            return ActionResult(says=[Say("utter_staff_nobody_to_block", values)])
        question = self._desk.staff(
            "asked_block",
            offer(self._desk.label("block"), "confirm_block", case=case.number, block=True),
            offer(self._desk.label("keep"), "confirm_block", case=case.number, block=False),
            name=seat.name,
            who=self._desk.who(case.number),
        )
        leads = [each for each in others if each.role == LEAD]
        asked = tuple(CallOut(each.staff_id, question) for each in leads or others)
        change = AskBlock(case.number, seat.staff_id, asked)
        return ActionResult(says=[Say("utter_staff_block_asked", values)], changes=[change])


class ConfirmBlocking:
    """The second word: block the chat, or not."""

    name = "action_confirm_block"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        case = await self._desk.allowed(seat, "confirm_block", number_of(call))
        if case is None or seat is None:
            return not_allowed()
        values = {"who": self._desk.who(case.number)}
        if not call.entity("block"):
            return ActionResult(says=[Say("utter_staff_not_blocked", values)])
        change = ConfirmBlock(
            number=case.number,
            staff_id=seat.staff_id,
            until=call.situation.now + BLOCKED_FOR,
            to_learner=self._desk.news("blocked"),
            to_coach=self._desk.staff("was_blocked", who=values["who"]),
        )
        return ActionResult(says=[Say("utter_staff_blocked", values)], changes=[change])


def actions(desk: CoachDesk) -> list[Action]:
    """All actions with which a case changes hands or ends."""
    return [
        EndAsCoach(desk),
        GiveCase(desk),
        WriteFirst(desk),
        BlockChat(desk),
        ConfirmBlocking(desk),
    ]


def _is_night(call: ActionCall) -> bool:
    """Whether the quiet hours that hold for everybody of unknown age hold now; a coach's own word waits, too."""
    there = call.situation.now.astimezone(ZoneInfo(HOME))
    quiet = default_quiet(None)
    return quiet is not None and quiet.contains(there.hour * 60 + there.minute)
