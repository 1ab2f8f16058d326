"""What the dialogues ask and take: known dates are offered, buttons and questions are no answers."""

from datetime import UTC, datetime

import pytest

from bot.action import Action, ActionCall, ActionResult, Say
from bot.calculators.actions import actions
from bot.calculators.mindestverguetung import load_table
from bot.events import Event, FollowupAction, Parse, Ranked, SlotSet
from bot.messages import Address, IncomingMessage, Text
from bot.models import open_library
from bot.settings import load
from bot.texts import load_texts
from bot.tracker import REQUESTED_SLOT, Tracker, apply
from bot.turn import Owner, Situation
from connectors.memory import MemoryConnector
from knowledge.loader import Library

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(load()).current


@pytest.fixture(scope="module")
def known(library: Library) -> dict[str, Action]:
    found = actions(lambda: library, load_texts("calculators"), load_table())
    return {action.name: action for action in found}


async def ran(action: Action, *events: Event, parse: Parse | None = None) -> ActionResult:
    tracker = apply(Tracker(latest_message=parse), events)
    address = Address("memory", "someone")
    message = IncomingMessage(address, "1", Text(parse.text if parse else ""), NOW)
    situation = Situation(
        message, NOW, tracker, Owner.ASSISTANT, None, (), None, MemoryConnector.capabilities
    )
    return await action.run(ActionCall(tracker, situation))


def said(result: ActionResult) -> list[Say]:
    return [say for say in result.says if isinstance(say, Say)]


async def test_a_known_beginning_is_offered(known: dict[str, Action]) -> None:
    result = await ran(
        known["action_ask_teilzeit_beginn"], SlotSet("ausbildung_beginn", "2026-09-01")
    )

    (offer,) = said(result)[0].offers
    assert offer.label == "1.9.2026"
    assert offer.payload == '/calculator_choice{"teilzeit_beginn": "2026-09-01"}'


@pytest.mark.parametrize("told", [None, "", "bald", "2026-09-31"])
async def test_what_is_no_day_is_not_offered(known: dict[str, Action], told: str | None) -> None:
    result = await ran(known["action_ask_teilzeit_beginn"], SlotSet("ausbildung_beginn", told))

    assert said(result)[0].offers == ()


async def test_years_with_a_checked_figure_are_offered(known: dict[str, Action]) -> None:
    result = await ran(known["action_ask_mindestverguetung_beginn"])

    assert [offer.label for offer in said(result)[0].offers] == ["2024", "2025", "2026"]


@pytest.mark.parametrize(
    ("parse", "is_taken"),
    [
        (Parse("30", "faq/urlaub.u18", 0.9), True),
        (Parse("15 stunden", "faq/teilzeit.umfang", 0.9), True),
        (Parse("ziemlich viel", "nlu_fallback", 0.1), True),
        (Parse("ziemlich viel?", "nlu_fallback", 0.1), False),
        (Parse("muss ich zur schule", "faq/berufsschule.freistellung", 0.9), False),
        (Parse("was speicherst du", "ask_privacy", 0.9), False),
        # A button: nothing else could have been meant.
        (Parse("40 Stunden", "calculator_choice", 1.0), False),
    ],
)
async def test_only_an_answer_is_taken(
    known: dict[str, Action], parse: Parse, is_taken: bool
) -> None:
    others = (Ranked("greet", 0.05),) if parse.confidence < 1 else ()
    understood = Parse(parse.text, parse.intent, parse.confidence, others)

    result = await ran(
        known["action_take_calculator_answer"],
        SlotSet("teilzeit_vollzeit", "40"),
        SlotSet(REQUESTED_SLOT, "teilzeit_stunden"),
        parse=understood,
    )

    assert bool(result.events) == is_taken


async def test_a_draft_that_became_too_old_is_asked_for_again(known: dict[str, Action]) -> None:
    # The leave of a year that is over by now.
    filled = {
        "urlaub_beginn": "2024-09-01",
        "urlaub_ende": "2025-07-31",
        "urlaub_alter": "17",
        "urlaub_tage": "5",
    }
    result = await ran(
        known["action_urlaub_result"], *(SlotSet(name, value) for name, value in filled.items())
    )

    assert result.says == ()
    assert result.events == [SlotSet("urlaub_ende", None), FollowupAction("urlaub_form")]
