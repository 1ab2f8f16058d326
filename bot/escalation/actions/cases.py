"""What coaches do with cases: see them, take one over, turn to one, note, use a template, send what was held."""

from dataclasses import replace
from datetime import datetime

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.escalation.authority import LEAD, may
from bot.escalation.changes import AddNote, Claim, NoteLook, RelayMessage, TurnTo
from bot.escalation.desk import CoachDesk
from bot.escalation.digest import said_since
from bot.escalation.relay import HELD
from bot.escalation.values import Case, Said, Side, State
from bot.events import SlotSet
from bot.turn import Offer, Owner, Seat

MOST_TOLD = 12
"""So many of the last entries are shown."""


class ShowCases:
    """The cases of the coach, and those of the team that wait, with waiting times."""

    name = "action_show_cases"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        if seat is None or not may(seat, "show_cases"):
            return not_allowed()
        cases = await self._desk.casebook.cases(team_id=seat.team_id)
        mine = [each for each in cases if each.staff_id == seat.staff_id]
        waiting = [each for each in cases if each.state is State.WAITING]
        of_others = [each for each in cases if each not in mine and each not in waiting]
        theirs = of_others if LEAD in seat.roles else []
        listed = {"mine": mine, "waiting": waiting, "theirs": theirs}
        if not any(listed.values()):
            return ActionResult(says=[Say("utter_staff_no_cases")])
        now, words = call.situation.now, self._desk.texts["lists"]
        shown = [
            f"{words[name]}\n{self._listed(some, now)}" for name, some in listed.items() if some
        ]
        values = {"cases": "\n\n".join(shown)}
        offers = (*(self._turn(each) for each in mine), *(self._claim(each) for each in waiting))
        return ActionResult(says=[Say("utter_staff_cases", values, offers)])

    def _listed(self, cases: list[Case], now: datetime) -> str:
        return "\n".join(f"• {self._line(each, now)}" for each in cases)

    def _line(self, case: Case, now: datetime) -> str:
        words = self._desk.texts["digest"]
        topic = self._desk.topics.get(case.topic or "", "")
        since = waits_since(case)
        if since is None:
            waits = str(words["answered"])
        else:
            waits = str(words["waits"]).format(since=said_since(words, now - since))
        who = f"**{self._desk.who(case.number)}**"
        return ", ".join(filter(None, (who, topic, waits)))

    def _turn(self, case: Case) -> Offer:
        label = self._desk.label("turn_to", who=self._desk.who(case.number))
        return offer(label, "turn_to_case", case=case.number)

    def _claim(self, case: Case) -> Offer:
        label = self._desk.label("claim_this", who=self._desk.who(case.number))
        return offer(label, "claim_case", case=case.number)


class ClaimCase:
    """Take a case over; who is a moment late hears kindly who was faster."""

    name = "action_claim_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat, number = call.situation.standing.seat, number_of(call)
        case = await self._desk.allowed(seat, "claim_case", number)
        if case is None or seat is None:
            return await self._too_late(seat, number)
        me = await self._desk.colleague(seat.team_id, seat.staff_id)
        if me is None:
            return not_allowed()
        who = self._desk.who(case.number)
        stays = case.group_channel == me.channel
        room = None if stays else self._desk.room(case.number, me.channel)
        intro = "claimed_topic" if stays else "claimed_room" if room else "claimed"
        first = self._desk.staff(intro, who=who, name=seat.name, case=str(case.number))
        if case.claimed_at is not None:
            said = self._desk.staff("so_far", said=await self._desk.history(case.number))
            first = replace(first, text=f"{first.text}\n\n{said.text}")
        claim = Claim(
            number=case.number,
            staff_id=seat.staff_id,
            news=self._desk.news("claimed", name=seat.name),
            intro=first,
            taken=self._desk.staff("taken", who=seat.name, name=who).text,
            room=room,
            stays=stays,
        )
        look = NoteLook(case.number, seat.staff_id, "claim")
        return ActionResult(changes=[claim, look])

    async def _too_late(self, seat: Seat | None, number: int | None) -> ActionResult:
        case = await self._desk.casebook.case(number) if number is not None else None
        if seat is None or case is None or case.team_id != seat.team_id:
            return not_allowed()
        values = {"who": self._desk.who(case.number), "name": case.staff_name}
        if case.state is State.CLOSED:
            return ActionResult(says=[Say("utter_staff_closed_before", values)])
        if case.staff_id == seat.staff_id:
            return ActionResult(says=[Say("utter_staff_yours_already", values)])
        return ActionResult(says=[Say("utter_staff_too_late", values)])


class TurnToCase:
    """Look at a case; plain messages go to it from now on, when it is one's own."""

    name = "action_turn_to_case"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat, number = call.situation.standing.seat, number_of(call)
        case = await self._desk.allowed(seat, "turn_to_case", number)
        if case is None or seat is None:
            return not_allowed()
        entries = (await self._desk.casebook.entries(case.number))[-MOST_TOLD:]
        values = {
            "who": self._desk.who(case.number),
            "said": self._desk.told(entries, case.number) or str(self._desk.texts["nothing_said"]),
        }
        look = NoteLook(case.number, seat.staff_id, "look")
        is_theirs = case.staff_id == seat.staff_id and case.state is State.CLAIMED
        standing = call.situation.standing
        if not is_theirs or (standing.is_shared and standing.case == case.number):
            return ActionResult(says=[Say("utter_staff_case", values)], changes=[look])
        if standing.is_shared or await self._has_room(case, seat):
            return ActionResult(says=[Say("utter_staff_case_elsewhere", values)], changes=[look])
        turn = TurnTo(seat.staff_id, case.number)
        return ActionResult(
            says=[Say("utter_staff_turned_to", values)], changes=[turn, look], owner=Owner.HUMAN
        )

    async def _has_room(self, case: Case, seat: Seat) -> bool:
        me = await self._desk.colleague(seat.team_id, seat.staff_id)
        return me is not None and case.place_chat_id not in (None, me.chat_id)


class TurnAway:
    """Plain messages of a coach go to the assistant again."""

    name = "action_turn_away"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat = call.situation.standing.seat
        if seat is None:
            return not_allowed()
        if call.situation.standing.is_shared:
            return ActionResult(says=[Say("utter_staff_room_stays")])
        return ActionResult(
            says=[Say("utter_staff_turned_away")],
            changes=[TurnTo(seat.staff_id, None)],
            owner=Owner.ASSISTANT,
        )


class TakeNote:
    """An internal note to a case."""

    name = "action_add_note"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        standing = call.situation.standing
        case = await self._desk.allowed(standing.seat, "add_note", standing.case)
        if case is None or standing.seat is None:
            return not_allowed()
        text = str(call.entity("argument") or "").strip()
        if not text:
            return ActionResult(says=[Say("utter_staff_note_how")])
        note = AddNote(case.number, standing.seat.staff_id, text)
        values = {"who": self._desk.who(case.number)}
        return ActionResult(says=[Say("utter_staff_noted", values)], changes=[note])


class UseTemplate:
    """Send one of the prepared sentences; without one, show them."""

    name = "action_use_template"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        standing = call.situation.standing
        number = number_of(call) or standing.case
        case = await self._desk.allowed(standing.seat, "use_template", number)
        if case is None or standing.seat is None:
            return not_allowed()
        templates = self._desk.texts["templates"]
        chosen = templates.get(str(call.entity("template") or ""))
        if chosen is None:
            offers = tuple(
                offer(each["label"], "use_template", template=key, case=case.number)
                for key, each in templates.items()
            )
            listed = "\n".join(f"• {each['label']}: {each['text']}" for each in templates.values())
            values = {"who": self._desk.who(case.number), "templates": listed}
            return ActionResult(says=[Say("utter_staff_templates", values, offers)])
        change = RelayMessage(
            case.number, Side.COACH, Said(chosen["text"]), "", staff_id=standing.seat.staff_id
        )
        values = {"text": chosen["text"]}
        return ActionResult(says=[Say("utter_staff_template_sent", values)], changes=[change])


class SendHeld:
    """Send what waited until it was known for whom it is."""

    name = "action_send_held"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        seat, held = call.situation.standing.seat, call.tracker.slot(HELD)
        case = await self._desk.allowed(seat, "send_held", number_of(call))
        if case is None or seat is None or not isinstance(held, dict):
            return ActionResult(says=[Say("utter_staff_nothing_held")])
        change = RelayMessage(
            case.number,
            Side.COACH,
            Said(str(held["text"])),
            str(held["external_id"]),
            staff_id=seat.staff_id,
        )
        values = {"who": self._desk.who(case.number)}
        return ActionResult(
            events=[SlotSet(HELD, None)],
            says=[Say("utter_staff_sent_to", values)],
            changes=[change, TurnTo(seat.staff_id, case.number)],
            owner=Owner.HUMAN,
        )


class ShowCard:
    """What to do when a minor is in danger."""

    name = "action_show_card"

    def __init__(self, desk: CoachDesk) -> None:
        self._desk = desk

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        if not may(call.situation.standing.seat, "show_card"):
            return not_allowed()
        return ActionResult(says=[Say("utter_staff_card", {"card": self._desk.card()})])


def actions(desk: CoachDesk) -> list[Action]:
    """All actions of coaches with cases."""
    return [
        ShowCases(desk),
        ClaimCase(desk),
        TurnToCase(desk),
        TurnAway(),
        TakeNote(desk),
        UseTemplate(desk),
        SendHeld(desk),
        ShowCard(desk),
    ]


def not_allowed() -> ActionResult:
    """What everybody hears who may not do this, or asks for a case that does not exist: the same."""
    return ActionResult(says=[Say("utter_staff_not_allowed")])


def number_of(call: ActionCall) -> int | None:
    """The case that a button or the figure behind a command names; else the one the message belongs to."""
    named = str(call.entity("case") or call.entity("argument") or "").split()
    if named and named[0].isdecimal():
        return int(named[0])
    return call.situation.standing.case if not named else None


def waits_since(case: Case) -> datetime | None:
    """Since when the learner waits for a word; None when they do not."""
    if case.state is State.WAITING:
        return case.opened_at
    asked, answered = case.asked_at, case.last_coach_at
    return asked if asked and (answered is None or answered < asked) else None
