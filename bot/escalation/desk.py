"""What relay and actions share: the casebook, the words, the teams and how people are called. Draws texts; writes nothing."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.action import offer
from bot.answers.present import places_of
from bot.escalation.authority import CaseFacts, may
from bot.escalation.casebook import Casebook
from bot.escalation.hours import is_open, opens_next, said_opening
from bot.escalation.pseudonyms import pseudonym
from bot.escalation.routing import Member, Role, Stage, Team, called, team_for
from bot.escalation.values import CallOut, Case, Colleague, Entry
from bot.escalation.waiting import said_wait
from bot.turn import Offer, Reply, RoomReply, Seat, Situation
from knowledge.loader import Library

HOLD = timedelta(minutes=15)
"""So long after their last word what a learner writes is for the coach, while nobody has taken over."""
TOKEN_BYTES = 15
"""Of a room's token: 120 bits, as hexadecimal."""


@dataclass(frozen=True, slots=True)
class CoachDesk:
    """The words and rules of the hand-over.

    Attributes:
        casebook: reads cases, teams and staff.
        texts: `bot/texts/escalation.yml`.
        names: pseudonyms.
        opens_rooms: whether on a channel a room is opened for each case.
        knowledge: the articles and places as they stand now.
        topics: what a topic is called, by its key.
        own_card: the operator's words for when a young person is in danger; empty for none.
    """

    casebook: Casebook
    texts: Mapping[str, Any]
    names: Sequence[str]
    opens_rooms: Callable[[str], bool]
    knowledge: Callable[[], Library]
    topics: Mapping[str, str]
    own_card: Callable[[], str]

    # --- words ---------------------------------------------------------------------------------

    def who(self, number: int) -> str:
        """What coaches call the learner of a case."""
        return pseudonym(number, self.names)

    def news(self, name: str, /, *offers: Offer, **values: str) -> Reply:
        """What a learner hears, outside a dialogue."""
        return Reply(str(self.texts["news"][name]).format(**values), offers)

    def staff(self, name: str, /, *offers: Offer, **values: str) -> Reply:
        """What somebody of the staff hears, outside a dialogue."""
        return Reply(str(self.texts["staff"][name]).format(**values), offers)

    def label(self, name: str, /, **values: str) -> str:
        """What a button says."""
        return str(self.texts["labels"][name]).format(**values)

    def told(self, entries: Iterable[Entry], number: int) -> str:
        """What was said in a case, a line each."""
        lines = []
        for each in entries:
            side = str(self.texts["sides"][each.side]).format(
                who=self.who(number), name=each.author
            )
            words = " ".join(filter(None, (each.said.text, self._file(each))))
            lines.append(f"• {side}: {words}")
        return "\n".join(lines)

    async def history(self, number: int) -> str:
        """What was passed on in a case so far, for who takes it over."""
        entries = await self.casebook.entries(number)
        told = self.told((each for each in entries if each.is_passed_on), number)
        return told or str(self.texts["nothing_said"])

    def _file(self, entry: Entry) -> str:
        return str(self.texts["file"]) if entry.said.file else ""

    def places(self, state: str | None) -> str:
        """Where else a learner finds a human, a line each."""
        return places_of(state, self.knowledge())

    def card(self) -> str:
        """What to do when a young person is in danger: the operator's own words, else ours."""
        return self.own_card() or str(self.texts["card"])

    # --- who is there --------------------------------------------------------------------------

    async def team_for(self, state: str | None, topic: str | None) -> Team | None:
        """The team for a learner; None when nobody is there for them."""
        team = team_for(await self.casebook.teams(), region=state, topic=topic)
        if team is None or not await self.casebook.colleagues(team.team_id):
            return None
        return team

    async def team(self, team_id: int) -> Team:
        """A team by its id.

        Raises:
            KeyError: there is none.
        """
        return {each.team_id: each for each in await self.casebook.teams()}[team_id]

    async def opening(self, team: Team, now: datetime) -> str | None:
        """When a team reads again, in words; None while it is there."""
        if is_open(team.hours, now):
            return None
        opens = opens_next(team.hours, now)
        return said_opening(opens, now) if opens else ""

    async def wait(self, team: Team, now: datetime) -> timedelta | None:
        """How long it takes now until somebody is there; None when nothing can be promised."""
        waits = await self.casebook.recent_waits(team.team_id)
        return said_wait(waits, is_open(team.hours, now))

    async def calls(
        self, case: Case | None, number: int, team: Team, stage: Stage, about: "Matter"
    ) -> tuple[CallOut, ...]:
        """Who is called at a stage, and what they read.

        Args:
            case: when it is open already.
            number: of the case.
            team: whose it is.
            stage: how far the calling goes.
            about: what it is about.
        """
        colleagues = await self.casebook.colleagues(team.team_id)
        is_anew = case is None or stage <= case.stage
        before = frozenset() if is_anew else await self.casebook.called(number)
        chosen = called(_members(colleagues), stage, is_acute=about.is_acute, before=before)
        reply = self.call(number, about)
        return tuple(CallOut(each, reply) for each in chosen)

    def call(self, number: int, about: "Matter") -> Reply:
        """What is read by who is called."""
        topic = self.topics.get(about.topic or "")
        words = self.texts["staff"]
        said = words["about_topic"].format(topic=topic) if topic else words["about_nothing"]
        return self.staff(
            "call_acute" if about.is_acute else "call",
            offer(self.label("claim"), "claim_case", case=number),
            who=self.who(number),
            about=said,
            waits=words["written" if about.has_written else "silent"],
        )

    def call_in_topic(self, number: int, about: "Matter") -> Reply:
        """What the group reads of a case that waits in its topic."""
        call = self.call(number, about)
        return replace(call, offers=_settling(call.offers))

    def waits_in_topic(self, number: int, name: str) -> Reply:
        """What the group reads of a case in a topic that somebody gave back."""
        claim = offer(self.label("claim"), "claim_case", case=number)
        return self.staff("back_in_topic", *_settling([claim]), who=self.who(number), name=name)

    async def colleague(self, team_id: int, staff_id: int) -> Colleague | None:
        """A member of a team."""
        found = [
            each for each in await self.casebook.colleagues(team_id) if each.staff_id == staff_id
        ]
        return found[0] if found else None

    def room(self, number: int, channel: str) -> RoomReply | None:
        """A room of its own for a case of a coach; None where their own chat is the place."""
        if not self.opens_rooms(channel):
            return None
        return self._room(number, "room")

    def topic_room(self, number: int) -> RoomReply:
        """A topic of a team's group for a case."""
        return self._room(number, "topic_room")

    def _room(self, number: int, name: str) -> RoomReply:
        pinned = str(self.texts["staff"][name]).format(who=self.who(number))
        return RoomReply(secrets.token_hex(TOKEN_BYTES), self.who(number), pinned)

    # --- what one may do -----------------------------------------------------------------------

    async def allowed(self, seat: Seat | None, what: str, number: int | None) -> Case | None:
        """The case, when this member of staff may do this with it; None when there is none, or they may not."""
        case = await self.casebook.case(number) if number is not None else None
        if case is None or seat is None:
            return None
        asked = await self.casebook.who_asked_block(case.number)
        facts = CaseFacts(case.team_id, case.state, case.staff_id, asked)
        return case if may(seat, what, facts) else None


@dataclass(frozen=True, slots=True)
class Matter:
    """What those who are called read of a case.

    Attributes:
        topic: of the articles, or None.
        is_acute: whether it began with an acute crisis.
        has_written: whether the learner has written something for them.
    """

    topic: str | None
    is_acute: bool = False
    has_written: bool = False


def matter_of(case: Case) -> Matter:
    """What those who are called later read."""
    return Matter(case.topic, case.is_acute, case.last_learner_at is not None)


def rating_offers(desk: CoachDesk, number: int) -> tuple[Offer, ...]:
    """The one question at the end, as choices."""
    return _settling(
        offer(label, "rate_case", case=number, helped=key)
        for key, label in desk.texts["rating"].items()
    )


def _settling(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Choices that go when one of them is taken."""
    return tuple(replace(each, settles=True) for each in offers)


def state_of(situation: Situation) -> str | None:
    """The learner's federal state: said in this conversation, else kept; None when it is not known."""
    said = situation.tracker.slot("state")
    kept = situation.person.profile.get("state") if situation.person else None
    return str(said) if said else kept


def _members(colleagues: Sequence[Colleague]) -> list[Member]:
    """What routing needs to know of colleagues."""
    return [
        Member(
            staff_id=each.staff_id,
            team_id=each.team_id,
            role=Role(each.role),
            is_on_duty=each.is_on_duty,
            open_cases=each.open_cases,
            substitute=each.substitute_id,
        )
        for each in colleagues
    ]
