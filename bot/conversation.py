"""One turn: what was said, what it means, what to say and change. Reads freely, writes nothing.

The gates stand in the order of `gates`: crisis, stop, buttons and numbers, commands, kinds that
cannot be read; what passes them all is parsed. Then the policy and the actions take turns until the
policy listens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.action import Action, ActionCall, ActionResult, Say
from bot.commands import Commands
from bot.engine.responses import Responses
from bot.gates import CrisisGate, Meaning, understood
from bot.messages import Gone
from bot.ports import Parser, Policy
from bot.tracker import (
    ACTION_LISTEN,
    ActionExecuted,
    BotUttered,
    SlotSet,
    Tracker,
    UserUttered,
    apply,
)
from bot.turn import Change, FileReply, Offer, Outcome, Owner, Reply, Situation

MAX_ACTIONS = 10
"""So many actions at most answer one message; more means that the rules run in a circle."""

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
        parser: understands what passed the gates.
        policy: decides the next action.
        actions: by name, what is more than saying a response.
        responses: the domain's texts.
        commands: the registry.
        crisis: recognises and answers crises.
        values: placeholders that every response may use, such as `{privacy}`.
    """

    def __init__(
        self,
        *,
        parser: Parser,
        policy: Policy,
        actions: Mapping[str, Action],
        responses: Responses,
        commands: Commands,
        crisis: CrisisGate,
        values: Mapping[str, str],
    ) -> None:
        self._parser = parser
        self._policy = policy
        self._actions = actions
        self._responses = responses
        self._commands = commands
        self._crisis = crisis
        self._values = values

    def missing(self, rules: Mapping[str, Sequence[str]]) -> list[str]:
        """The names in these rules that are neither an action nor a response."""
        named = {name for actions in rules.values() for name in actions}
        return sorted(named - set(self._actions) - self._responses.names)

    async def turn(self, situation: Situation) -> Outcome:
        """Run one turn; see `bot.ports.TurnTaker`."""
        if isinstance(situation.message.content, Gone):
            return Outcome(tracker=situation.tracker, owner=Owner.CLOSED)
        crisis = self._crisis.check(situation)
        if crisis.is_acute:
            return Outcome(
                tracker=situation.tracker,
                replies=(crisis.reply,) if crisis.reply else (),
                owner=_awake(situation.owner),
                findings=crisis.findings,
            )
        meaning = understood(situation, self._commands)
        if meaning is None:
            return Outcome(tracker=situation.tracker, owner=situation.owner)
        if situation.owner is Owner.HUMAN and not meaning.works_while_human:
            return Outcome(tracker=situation.tracker, owner=Owner.HUMAN)
        outcome = await self._dialogue(situation, meaning, is_distress=crisis.reply is not None)
        if crisis.reply is None:
            return outcome
        return replace(
            outcome,
            replies=_with_lead(crisis.reply, outcome.replies),
            findings={**outcome.findings, **crisis.findings},
        )

    async def _dialogue(
        self, situation: Situation, meaning: Meaning, *, is_distress: bool
    ) -> Outcome:
        parse = meaning.parse or await self._parser.parse(meaning.text)
        if is_distress:
            parse = replace(parse, entities={**parse.entities, "is_distress": True})
        tracker = apply(situation.tracker, [UserUttered(parse)])
        said = _Said(owner=_awake(situation.owner))
        for _ in range(MAX_ACTIONS):
            name = await self._policy.next_action(tracker)
            if name == ACTION_LISTEN:
                break
            result = await self._run(name, ActionCall(tracker=tracker, situation=situation))
            events = [ActionExecuted(name), *result.events]
            events += [BotUttered(say.response) for say in result.says if isinstance(say, Say)]
            tracker = apply(tracker, events)
            self._gather(said, result, ActionCall(tracker=tracker, situation=situation))
        else:
            log.error("rules run in a circle", intent=parse.intent)
        tracker = self._introduce(said, tracker, situation)
        return Outcome(
            tracker=tracker,
            replies=tuple(said.replies),
            changes=tuple(said.changes),
            owner=said.owner,
            findings={"outcome": "dialogue", **said.findings},
        )

    def _introduce(self, said: _Said, tracker: Tracker, situation: Situation) -> Tracker:
        """The first reply says that this is a program (Art. 50 KI-VO) and what is stored."""
        if tracker.slot("is_introduced") or not said.replies:
            return tracker
        line = self._drawn(Say("utter_introduction"), ActionCall(tracker, situation))
        for position, reply in enumerate(said.replies):
            if isinstance(reply, Reply):
                said.replies[position] = replace(reply, text=f"{reply.text}\n\n{line.text}")
                break
        return apply(tracker, [SlotSet("is_introduced", True)])

    async def _run(self, name: str, call: ActionCall) -> ActionResult:
        if name in self._actions:
            return await self._actions[name].run(call)
        return ActionResult(says=(Say(name),))

    def _gather(self, said: _Said, result: ActionResult, call: ActionCall) -> None:
        for say in result.says:
            said.replies.append(say if isinstance(say, FileReply) else self._drawn(say, call))
        said.changes += result.changes
        said.findings |= result.findings
        said.owner = result.owner or said.owner

    def _drawn(self, say: Say, call: ActionCall) -> Reply:
        variation = self._responses.draw(
            say.response,
            slots=call.tracker.slots,
            values={**self._values, **say.values},
            channel=call.situation.message.address.channel,
            turn=len(call.tracker.events),
        )
        own = (Offer(button.title, button.payload) for button in variation.buttons)
        return Reply(text=variation.text, offers=(*say.offers, *own))


def _awake(owner: Owner) -> Owner:
    """Who writes again opens a closed chat."""
    return Owner.ASSISTANT if owner is Owner.CLOSED else owner


def _with_lead(lead: Reply, replies: Sequence[Reply | FileReply]) -> tuple[Reply | FileReply, ...]:
    """One kind sentence above the normal answer, in the same message where there is a text."""
    if replies and isinstance(replies[0], Reply):
        first = replace(replies[0], text=f"{lead.text}\n\n{replies[0].text}")
        return (first, *replies[1:])
    return (lead, *replies)
