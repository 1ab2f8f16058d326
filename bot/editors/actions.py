"""What the dialogues may ask of the editors' topic."""

from bot.action import Action, ActionCall, ActionResult, Say
from bot.answers.actions import AnswerQuestion, Knowledge
from bot.editors.changes import SendQuestion
from bot.editors.rules import is_aside, without_personal_data
from bot.events import Event, Ranked, SlotSet

QUESTION, CONSENT, RANKING = "editors_question", "editors_consent", "editors_ranking"
UNDER_16, YES = "unter16", "ja"


class TakeQuestion:
    """Take what was typed as the question, unless it surely is something else. Writes nothing."""

    name = "action_take_editors_question"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        parse = call.tracker.latest_message
        if parse is None or is_aside(parse):
            return ActionResult()
        text = without_personal_data(parse.text)
        if not text:
            return ActionResult()
        ranking = [[each.intent, each.confidence] for each in parse.ranking]
        return ActionResult(events=[SlotSet(QUESTION, text), SlotSet(RANKING, ranking)])


class AskConsent:
    """Show what would be sent, and ask whether it may be."""

    name = "action_ask_editors_consent"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        values = {"question": str(call.tracker.slot(QUESTION))}
        return ActionResult(says=[Say("utter_ask_editors_confirm", values)])


class SendToEditors:
    """The form is done: send the question, or let it go."""

    name = "action_send_editors_question"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        consent, text = call.tracker.slot(CONSENT), str(call.tracker.slot(QUESTION))
        if consent == YES:
            return ActionResult(
                events=_empty(), says=[Say("utter_editors_sent")], changes=[SendQuestion(text)]
            )
        kept = "utter_editors_under_16" if consent == UNDER_16 else "utter_editors_not_sent"
        return ActionResult(events=_empty(), says=[Say(kept)])


class DropQuestion:
    """The person does not want to go on."""

    name = "action_drop_editors_question"

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        return ActionResult(events=_empty(), says=[Say("utter_editors_dropped")])


class WasForUs:
    """The text was a question to the assistant: answer it, and ask for the question again."""

    name = "action_editors_was_question"

    def __init__(self, knowledge: Knowledge) -> None:
        self._answer = AnswerQuestion(knowledge)

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        ranking = [Ranked(*row) for row in call.tracker.slot(RANKING) or ()]
        answered = self._answer.answered(ranking, call)
        events: list[Event] = [*answered.events, SlotSet(QUESTION, None), SlotSet(RANKING, None)]
        return ActionResult(events=events, says=answered.says, findings=answered.findings)


def actions(knowledge: Knowledge) -> list[Action]:
    """All actions of this topic."""
    return [TakeQuestion(), AskConsent(), SendToEditors(), DropQuestion(), WasForUs(knowledge)]


def _empty() -> list[Event]:
    return [SlotSet(QUESTION, None), SlotSet(CONSENT, None), SlotSet(RANKING, None)]
