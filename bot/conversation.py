"""One turn: what was said, what it means, what to say and change. Reads freely, writes nothing.

The gates stand in the order of `gates`: crisis, stop, buttons and numbers, commands, kinds that
cannot be read; what passes them all is parsed. Then the policy and the actions take turns until the
policy listens.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.action import Action, ActionCall, ActionResult, Say
from bot.commands import Commands
from bot.drafts import IS_INTRODUCED, draft, is_time_to_offer
from bot.engine.dialogue import Dialogue
from bot.engine.requests import Predict, RunAction, Steps
from bot.engine.turn import Turned, hear
from bot.events import (
    ActionExecuted,
    BotUttered,
    Entity,
    Event,
    Parse,
    Prediction,
    SlotSet,
    entities,
)
from bot.gates import CrisisCheck, CrisisGate, Meaning, understood
from bot.messages import Choice, Due, Gone, Text, spoken_text
from bot.ports import HumanTurns, Policy, ReadsMessages
from bot.proactive import Speak
from bot.tracker import ACTION_LISTEN, IS_IN_CRISIS, LAST_WORDS, Tracker, apply
from bot.turn import (
    AnyReply,
    Change,
    EditReply,
    FileReply,
    Offer,
    Outcome,
    Owner,
    Reply,
    Situation,
)
from bot.unasked import silenced, unasked, verdict, without_form, without_old_ring
from knowledge.text import normalise

ASK_HUMAN = "ask_human"
MOST_WORDS = 3
"""So many of the last things that a person said can be passed on to a human."""
QUESTION = "utter_ask_"
"""How responses are called that ask something: choosing an answer settles them."""

log = structlog.get_logger(__name__)


@dataclass
class _Said:
    """What the actions of one turn have gathered so far."""

    replies: list[Reply | FileReply] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    findings: dict[str, Any] = field(default_factory=dict)
    owner: Owner = Owner.ASSISTANT


class Conversation:
    """The `TurnTaker`: our dialogues over a parser and a policy.

    Args:
        parser: understands what passed the gates, in its conversation.
        policy: decides the next action.
        dialogue: the project: its domain, forms and texts.
        actions: by name, what is more than saying a response.
        commands: the registry.
        crisis: recognises and answers crises.
        values: placeholders that every response may use, such as `{privacy}`.
        forms: by form, how it is called when it waits to be finished.
        humans: what becomes of messages while a human is spoken with.
    """

    def __init__(
        self,
        *,
        parser: ReadsMessages,
        policy: Policy,
        dialogue: Dialogue,
        actions: Mapping[str, Action],
        commands: Commands,
        crisis: CrisisGate,
        values: Mapping[str, str],
        forms: Mapping[str, str],
        humans: HumanTurns,
    ) -> None:
        self._parser = parser
        self._policy = policy
        self._dialogue = dialogue
        self._actions = actions
        self._commands = commands
        self._crisis = crisis
        self._values = values
        self._forms = forms
        self._humans = humans

    def missing(self) -> list[str]:
        """The actions that the domain names and nothing here can run, and forms without a text."""
        forms = {
            f"a text for {name}" for name in set(self._dialogue.domain.forms) - set(self._forms)
        }
        return sorted({*self._dialogue.domain.actions, *forms} - set(self._actions))

    async def turn(self, situation: Situation) -> Outcome:
        """Run one turn; see `bot.ports.TurnTaker`."""
        content = situation.message.content
        if isinstance(content, Gone):
            changes = tuple(await self._humans.left(situation))
            return Outcome(tracker=situation.tracker, owner=Owner.CLOSED, changes=changes)
        if self._humans.takes(situation):
            return await self._humans.event(situation)
        if isinstance(content, Due):
            return await self._unasked(situation, content)
        # What a coach writes to a learner is no cry for help of theirs.
        is_coach = situation.standing.seat is not None and situation.owner is Owner.HUMAN
        crisis = CrisisCheck() if is_coach else self._crisis.check(situation)
        if crisis.is_acute:
            return await self._in_crisis(situation, crisis)
        meaning = understood(situation, self._commands)
        if situation.owner is Owner.HUMAN and not self._is_for_us(situation, meaning):
            outcome = await self._humans.relayed(situation)
            is_heard = situation.standing.seat is not None or outcome.changes
            return outcome if is_heard else _led(crisis, outcome)
        if meaning is None:
            return Outcome(tracker=situation.tracker, owner=situation.owner)
        outcome = await self._answer(situation, meaning, is_distress=crisis.reply is not None)
        if outcome.owner is Owner.CLOSED:
            left = tuple(await self._humans.left(situation))
            outcome = replace(outcome, changes=(*outcome.changes, *left))
        return await self._humans.offered(situation, _led(crisis, outcome))

    def _is_for_us(self, situation: Situation, meaning: Meaning | None) -> bool:
        """Whether a message is meant for the assistant although a human is spoken with.

        Words are for the human, also those that would pick a choice; of a coach only a number picks one.
        """
        if meaning is None or meaning.parse is None:
            return False
        works = meaning.works_while_human or self._humans.works(meaning.parse.intent)
        content = situation.message.content
        if not isinstance(content, Text):
            return works
        if situation.standing.seat is not None:
            return works and content.text.strip().isdecimal()
        return meaning.works_while_human

    async def _in_crisis(self, situation: Situation, crisis: CrisisCheck) -> Outcome:
        """The fixed answer alone; who is spoken with, too, reads what was written."""
        # It may have been the first word of all: what comes next must find somebody who listens.
        heard: list[Event] = [SlotSet(IS_IN_CRISIS, True), ActionExecuted(ACTION_LISTEN)]
        outcome = Outcome(
            tracker=apply(situation.tracker, heard),
            replies=(crisis.reply,) if crisis.reply else (),
            owner=_awake(situation.owner),
            findings=crisis.findings,
            meaning="crisis",
        )
        if situation.owner is Owner.HUMAN:
            relayed = await self._humans.relayed(situation, is_acute=True)
            return replace(outcome, changes=relayed.changes)
        return await self._humans.offered(situation, outcome)

    async def _unasked(self, situation: Situation, due: Due) -> Outcome:
        """What starts by itself: it speaks, waits, or is let be."""
        told = verdict(situation, due)
        if not isinstance(told, Speak):
            change = silenced(due, told)
            return Outcome(situation.tracker, owner=situation.owner, changes=(change,))
        tracker = without_form(situation.tracker)
        meaning = Meaning(parse=Parse("", due.event, 1.0, entities=entities(due.entities)))
        outcome = await self._answer(
            replace(situation, tracker=tracker), meaning, is_distress=False
        )
        # Nobody wrote: how long ago they did stays as it was.
        tracker = replace(outcome.tracker, said_at=situation.tracker.said_at)
        replies = unasked(outcome.replies, situation, due)
        return replace(outcome, tracker=tracker, replies=replies, owner=situation.owner)

    async def _answer(
        self, situation: Situation, meaning: Meaning, *, is_distress: bool
    ) -> Outcome:
        tracker = without_old_ring(situation.tracker, situation.now)
        situation = replace(situation, tracker=tracker)
        parse = meaning.parse or await self._parser.parse(meaning.text, tracker)
        if is_distress:
            parse = replace(parse, entities=(*parse.entities, Entity("is_distress", True)))
        if situation.meant_before is not None and situation.tracker.loop is not None:
            # What the form asks for now is not what this message once answered.
            parse = Parse(text="", intent="edited_in_form", confidence=1.0)
        said = _Said(owner=_awake(situation.owner))
        turned = await self._turned(
            hear(
                self._dialogue,
                situation.tracker,
                parse,
                situation.now,
                # What starts by itself begins no session, unless none is remembered.
                is_external=isinstance(situation.message.content, Due)
                and situation.tracker.latest_action is not None,
            ),
            said,
            situation,
        )
        if turned.is_endless:
            log.error("rules run in a circle", intent=parse.intent)
        taken_for = meaning_of(situation, parse.intent, said.findings)
        if situation.meant_before is not None and situation.meant_before == taken_for:
            return Outcome(situation.tracker, owner=situation.owner, meaning=taken_for)
        tracker = self._introduce(said, turned.tracker, situation)
        if not situation.tracker.active_loop and parse.intent != ASK_HUMAN:
            tracker = with_last_words(tracker, meaning.text)
        self._offer_draft(said, turned, situation)
        return Outcome(
            tracker=tracker,
            replies=(*settled(situation, meaning.picked), *said.replies),
            changes=tuple(said.changes),
            owner=said.owner,
            findings={"outcome": "dialogue", **said.findings},
            meaning=taken_for,
        )

    async def _turned(self, turn: Steps[Turned], said: _Said, situation: Situation) -> Turned:
        """Do what the turn asks for until it is over."""
        answer: Prediction | Sequence[Event] | None = None
        while True:
            try:
                request = turn.send(answer)
            except StopIteration as over:
                turned: Turned = over.value
                return turned
            if isinstance(request, Predict):
                answer = await self._policy.predict(request.tracker)
            else:
                answer = await self._run(request, said, situation)

    async def _run(self, request: RunAction, said: _Said, situation: Situation) -> Sequence[Event]:
        call = ActionCall(tracker=request.tracker, situation=situation)
        if request.name not in self._actions:
            said.replies.append(self._drawn(Say(request.name), call))
            return [BotUttered(request.name)]
        result = await self._actions[request.name].run(call)
        self._gather(said, result, ActionCall(apply(request.tracker, result.events), situation))
        uttered = (BotUttered(say.response) for say in result.says if isinstance(say, Say))
        return [*result.events, *uttered]

    def _introduce(self, said: _Said, tracker: Tracker, situation: Situation) -> Tracker:
        """The first reply says that this is a program (Art. 50 KI-VO) and what is stored."""
        if tracker.slot(IS_INTRODUCED) or not said.replies or situation.standing.is_shared:
            return tracker
        line = self._drawn(Say("utter_introduction"), ActionCall(tracker, situation))
        for position, reply in enumerate(said.replies):
            if isinstance(reply, Reply):
                said.replies[position] = replace(reply, text=f"{reply.text}\n\n{line.text}")
                break
        return apply(tracker, [SlotSet(IS_INTRODUCED, True)])

    def _offer_draft(self, said: _Said, turned: Turned, situation: Situation) -> None:
        """Ask whether to go on with a form that was begun before."""
        forms = self._dialogue.domain.forms
        name = draft(turned.tracker, forms)
        if name and is_time_to_offer(turned.tracker, turned.new_events):
            values = {"draft": self._forms[name], "form": name}
            call = ActionCall(turned.tracker, situation)
            said.replies.append(self._drawn(Say("utter_ask_resume_form", values), call))

    def _gather(self, said: _Said, result: ActionResult, call: ActionCall) -> None:
        for say in result.says:
            said.replies.append(say if isinstance(say, FileReply) else self._drawn(say, call))
        said.changes += result.changes
        said.findings |= result.findings
        said.owner = result.owner or said.owner

    def _drawn(self, say: Say, call: ActionCall) -> Reply:
        variation = self._dialogue.responses.draw(
            say.response,
            slots=call.tracker.slots,
            values={**self._values, **say.values},
            channel=call.situation.message.address.channel,
            turn=len(call.tracker.events),
        )
        is_question = say.response.startswith(QUESTION)
        own = (Offer(button.title, button.payload) for button in variation.buttons)
        offers = (replace(offer, settles=is_question) for offer in (*say.offers, *own))
        return Reply(text=variation.text, offers=tuple(offers))


def with_last_words(tracker: Tracker, text: str) -> Tracker:
    """The conversation with what the person just said kept, so that they can pass it on to a human."""
    if not text:
        return tracker
    before = tracker.slot(LAST_WORDS)
    words = [*(before if isinstance(before, list) else []), text][-MOST_WORDS:]
    return replace(tracker, slots={**tracker.slots, LAST_WORDS: words})


def settled(situation: Situation, picked: Offer | None) -> tuple[EditReply, ...]:
    """The question that was answered, without its buttons; a pressed one stands below it now."""
    if picked is None or not picked.settles or not situation.capabilities.edits:
        return ()
    content = situation.message.content
    if not isinstance(content, Choice):
        return (EditReply(situation.offered_by),) if situation.offered_by else ()
    text = f"{content.question}\n\n✓ {picked.label}" if content.question else None
    return (EditReply(content.target, text),) if content.target else ()


def meaning_of(situation: Situation, intent: str, findings: Mapping[str, Any]) -> str:
    """What a text was taken for; empty on channels where nobody can change what they wrote.

    An answer is named by its articles. Where the words themselves count (in a form, or when nothing was
    understood), other words are another meaning.
    """
    if not situation.capabilities.edits:
        return ""
    if situation.tracker.loop is not None or findings.get("outcome") == "fallback":
        return json.dumps(["said", normalise(spoken_text(situation.message.content))])
    if "outcome" in findings:
        shown = findings.get("article") or findings.get("alternatives")
        return json.dumps([findings["outcome"], shown])
    return json.dumps(["dialogue", intent])


def _awake(owner: Owner) -> Owner:
    """Who writes again opens a closed chat."""
    return Owner.ASSISTANT if owner is Owner.CLOSED else owner


def _led(crisis: CrisisCheck, outcome: Outcome) -> Outcome:
    """The outcome below one kind sentence, when the message spoke of distress."""
    if crisis.reply is None:
        return outcome
    return replace(
        outcome,
        replies=_with_lead(crisis.reply, outcome.replies),
        findings={**outcome.findings, **crisis.findings},
    )


def _with_lead(lead: Reply, replies: Sequence[AnyReply]) -> tuple[AnyReply, ...]:
    """One kind sentence above the normal answer, in the same message where there is a text."""
    if replies and isinstance(replies[0], Reply):
        first = replace(replies[0], text=f"{lead.text}\n\n{replies[0].text}")
        return (first, *replies[1:])
    return (lead, *replies)
