"""What the dialogues may ask of the calculators."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.action import Action, ActionCall, ActionResult, Say, offer
from bot.answers.actions import DEFAULT_PLACE, Knowledge
from bot.answers.present import article_offers, german_date, place_line
from bot.answers.rules import decide
from bot.calculators.forms import Calculator, calculators, leave_year
from bot.calculators.mindestverguetung import Row
from bot.calculators.present import lines, links, sources, stand
from bot.calculators.questions import SKIPPED, Asked, Question, Unclear
from bot.calculators.result import NotKnown, Result
from bot.calculators.values import ImpossibleDate, is_value, read_date, written
from bot.clock import day_in_germany
from bot.events import Event, FollowupAction, Parse, SlotSet, is_question
from bot.tracker import REQUESTED_SLOT
from bot.turn import Offer
from knowledge.article import Article

SURE = 0.5
"""From this confidence on a typed wish is not taken for an answer that we cannot read."""
CHOICE = "calculator_choice"
OFFICIAL = "verguetung.minimum.2025"
"""The fact whose page lists the minimum pay of all years."""
START_YEAR = "mindestverguetung_beginn"


class TakeAnswer:
    """Take what was typed as the answer, unless it surely is something else. Writes nothing."""

    name = "action_take_calculator_answer"

    def __init__(self, known: Mapping[str, tuple[Calculator, Question]]) -> None:
        self._known = known

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        slot = str(call.tracker.slot(REQUESTED_SLOT))
        parse = call.tracker.latest_message
        if parse is None or slot not in self._known or parse.is_chosen:
            return ActionResult()
        calculator, question = self._known[slot]
        is_answer = is_value(parse.text) or _is_readable(
            question, parse.text, asked(calculator, call)
        )
        if not is_answer and is_something_else(parse):
            return ActionResult()
        return ActionResult(events=[SlotSet(slot, parse.text)])


class AskQuestion:
    """Ask one question, with what we know already as a choice."""

    def __init__(
        self, question: Question, calculator: Calculator, table: Mapping[int, Row]
    ) -> None:
        self.name = f"action_ask_{question.slot}"
        self._question = question
        self._calculator = calculator
        self._years = sorted(table) if question.slot == START_YEAR else []

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        slot = self._question.slot
        here = asked(self._calculator, call)
        year = leave_year(here.answers.get("urlaub_beginn"), here.today)
        offers = [
            *(_offer(slot, day) for day in self._known_days(call)),
            *(offer(str(each), CHOICE, **{slot: str(each)}) for each in self._years),
        ]
        say = Say(f"utter_ask_{slot}", {"jahr": str(year)}, tuple(offers))
        return ActionResult(says=[say])

    def _known_days(self, call: ActionCall) -> list[str]:
        told = (call.tracker.slot(name) for name in self._question.known)
        return [str(each) for each in told if each and _is_day(str(each))]


class CheckAnswers:
    """Read what came; what cannot be read is asked again with an example."""

    def __init__(self, calculator: Calculator) -> None:
        self.name = f"validate_{calculator.form}"
        self._calculator = calculator
        self._questions = {question.slot: question for question in calculator.questions}

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        told = call.tracker.slots_to_validate()
        here = asked(self._calculator, call, but=told)
        events: list[Event] = []
        says: list[Say] = []
        # In the order of the questions: a later answer is read in the light of those before it.
        for slot, question in self._questions.items():
            if told.get(slot) is None:
                continue
            try:
                answer = question.answer(str(told[slot]), here)
            except (Unclear, ImpossibleDate) as error:
                says.append(_again(error))
                events.append(SlotSet(slot, None))
            except NotKnown as error:
                # Nothing more needs to be asked: the result says that no checked figure is there.
                known = [SlotSet(slot, str(error.value)), SlotSet(REQUESTED_SLOT, None)]
                return ActionResult(events=[*events, *known], says=says)
            else:
                here = Asked({**here.answers, slot: answer}, here.today)
                events.append(SlotSet(slot, SKIPPED if answer is None else written(answer)))
        return ActionResult(events=events, says=says)


class ShowResult:
    """All is known: compute, show with paragraphs and Stand, and forget the answers."""

    def __init__(
        self, calculator: Calculator, texts: Mapping[str, Mapping[str, str]], knowledge: Knowledge
    ) -> None:
        self.name = f"action_{calculator.name}_result"
        self._calculator = calculator
        self._texts = texts[calculator.name]
        self._knowledge = knowledge

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        try:
            here = asked(self._calculator, call)
        except NotKnown as error:
            return self._not_known(error.value, call)
        return self._computed(here, call)

    def _computed(self, here: Asked, call: ActionCall) -> ActionResult:
        library, calculator = self._knowledge(), self._calculator
        article = library.find(calculator.article)
        missing = [each.slot for each in calculator.questions if each.slot not in here.answers]
        if missing:
            emptied = [SlotSet(slot, None) for slot in missing]
            return ActionResult(events=[*emptied, FollowupAction(calculator.form)])
        result = calculator.compute(here.answers, here.today)
        values = {**self._result_values(result, article), "place": self._place(call)}
        if article is not None and not article.is_valid_on(here.today):
            values["valid_until"] = german_date(article.valid_until)
            return self._said("utter_calculator_expired", values)
        return self._said(f"utter_{calculator.name}_result", values)

    def _not_known(self, value: int, call: ActionCall) -> ActionResult:
        link = _official(self._knowledge)
        values = {"value": str(value), "link": link, "place": self._place(call)}
        return self._said(f"utter_{self._calculator.name}_unknown", values)

    def _said(self, response: str, values: Mapping[str, str]) -> ActionResult:
        offers = tuple(article_offers([self._calculator.article], self._knowledge()))
        emptied = _emptied(self._calculator)
        return ActionResult(events=emptied, says=[Say(response, values, offers)])

    def _result_values(self, result: Result, article: Article | None) -> dict[str, str]:
        facts = self._knowledge().facts
        return {
            "lines": lines(result, self._texts),
            "sources": sources(result.steps, facts),
            "stand": stand(result, facts, article.stand if article else ""),
        }

    def _place(self, call: ActionCall) -> str:
        library = self._knowledge()
        article = library.find(self._calculator.article)
        key = article.place if article else DEFAULT_PLACE
        found = library.place(key, call.profile("state")) or library.place(DEFAULT_PLACE)
        return place_line(found)


class DropCalculation:
    """The person does not want to go on."""

    def __init__(self, calculator: Calculator) -> None:
        self.name = f"action_drop_{calculator.name}"
        self._calculator = calculator

    async def run(self, call: ActionCall) -> ActionResult:
        """See `bot.action.Action`."""
        emptied = _emptied(self._calculator)
        return ActionResult(events=emptied, says=[Say("utter_calculation_dropped")])


def actions(
    knowledge: Knowledge, texts: Mapping[str, Mapping[str, str]], table: Mapping[int, Row]
) -> list[Action]:
    """All actions of this topic.

    Args:
        knowledge: gives articles, places and facts.
        texts: by calculator and step, its line (`bot/texts/calculators.yml`).
        table: the announced minimum pay (`load_table`).
    """
    known = calculators(table)
    by_slot = {
        each.slot: (calculator, each) for calculator in known for each in calculator.questions
    }
    return [
        TakeAnswer(by_slot),
        *(AskQuestion(question, calculator, table) for calculator, question in by_slot.values()),
        *(CheckAnswers(calculator) for calculator in known),
        *(ShowResult(calculator, texts, knowledge) for calculator in known),
        *(DropCalculation(calculator) for calculator in known),
    ]


def asked(calculator: Calculator, call: ActionCall, but: Mapping[str, Any] | None = None) -> Asked:
    """What is answered already, read from the slots.

    Args:
        calculator: whose questions.
        call: with the slots and the moment.
        but: slots whose values are new and not checked yet.
    """
    here = Asked({}, day_in_germany(call.situation.now))
    for question in calculator.questions:
        told = call.tracker.slot(question.slot)
        if told is not None and question.slot not in (but or ()):
            # A value of a draft may have become too old to be one; it is asked for again.
            with suppress(Unclear, ImpossibleDate):
                answers = {**here.answers, question.slot: question.answer(str(told), here)}
                here = Asked(answers, here.today)
    return here


def is_something_else(parse: Parse) -> bool:
    """Whether a text that gives no answer surely is a question or a wish, and no mistyped answer."""
    if is_question(parse.intent):
        return decide(parse.ranking).outcome == "answer" or parse.text.rstrip().endswith("?")
    return parse.confidence >= SURE


def _is_readable(question: Question, text: str, here: Asked) -> bool:
    try:
        question.answer(text, here)
    except Unclear:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        return read_date(text) is not None
    except ImpossibleDate:
        return False


def _offer(slot: str, day: str) -> Offer:
    known = read_date(day)
    return offer(german_date(known) if known else day, CHOICE, **{slot: day})


def _again(error: Unclear | ImpossibleDate) -> Say:
    if isinstance(error, ImpossibleDate):
        return Say("utter_calculator_impossible_date", {"day": error.text})
    return Say(error.response, error.values)


def _official(knowledge: Knowledge) -> str:
    """Where the minimum pay of a year that we do not know is announced."""
    fact = knowledge().facts.get(OFFICIAL)
    found = links(fact) if fact else []
    return found[0] if found else ""


def _emptied(calculator: Calculator) -> list[Event]:
    return [SlotSet(question.slot, None) for question in calculator.questions]
