"""Rasa as parser and policy: what it answers is used, and whatever goes wrong the embedded ones answer."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.events import (
    ActionExecuted,
    ActiveLoop,
    Entity,
    Event,
    LoopInterrupted,
    Parse,
    Prediction,
    Ranked,
    SlotSet,
    UserUttered,
)
from bot.rasa.client import MOST_FAILURES, REST, RasaClient
from bot.rasa.parser import RasaParser
from bot.rasa.policy import RasaPolicy, told
from bot.rasa.unavailable import RasaUnavailable
from bot.tracker import Tracker, apply, from_json, to_json

Answer = Callable[[httpx.Request], httpx.Response]
EMBEDDED_PARSE = Parse("x", "embedded", 0.5)
EMBEDDED_PREDICTION = Prediction("action_listen", events=(LoopInterrupted(True),))
TRACKER = apply(Tracker(), [ActionExecuted("action_listen"), UserUttered(EMBEDDED_PARSE)])


class Embedded:
    """Stands where the engine stands."""

    async def parse(self, text: str) -> Parse:
        return EMBEDDED_PARSE

    async def predict(self, tracker: Tracker) -> Prediction:
        return EMBEDDED_PREDICTION


class Seconds:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def client(answer: Answer, clock: Seconds | None = None) -> RasaClient:
    return RasaClient("http://rasa", clock or Seconds(), httpx.MockTransport(answer))


def says(body: Any) -> Answer:
    return lambda request: httpx.Response(200, json=body)


async def test_a_parse_is_read_with_retrieval_keys_and_entities() -> None:
    body = {
        "text": "wie viel urlaub",
        "intent": {"name": "faq", "confidence": 0.9},
        "intent_ranking": [
            {"name": "faq", "confidence": 0.9},
            {"name": "greet", "confidence": 0.1},
        ],
        "entities": [{"entity": "age", "value": "17", "start": 0}],
        "response_selector": {
            "all_retrieval_intents": ["faq"],
            "faq": {
                "ranking": [
                    {"intent_response_key": "faq/urlaub", "confidence": 0.8},
                    {"intent_response_key": "faq/geld", "confidence": 0.2},
                ]
            },
        },
    }
    async with client(says(body)) as rasa:
        parse = await RasaParser(rasa, Embedded()).parse("wie viel urlaub")

    assert parse.ranking == (
        Ranked("faq/urlaub", 0.9 * 0.8),
        Ranked("faq/geld", 0.9 * 0.2),
        Ranked("greet", 0.1),
    )
    assert parse.entities == (Entity("age", "17"),)


async def test_a_prediction_is_read_and_keeps_what_only_our_rules_say() -> None:
    scores = [{"action": "utter_a", "score": 0.1}, {"action": "f", "score": 1.0}]
    async with client(says({"scores": scores, "policy": "RulePolicy"})) as rasa:
        prediction = await RasaPolicy(rasa, Embedded()).predict(TRACKER)

    assert prediction.action == "f"
    assert prediction.events == (LoopInterrupted(True),)


def _slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def _dead(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        _slow,
        _dead,
        says({}),
        says([]),
        says(None),
        says({"intent": {"name": None}, "intent_ranking": []}),
        says({"intent": "x"}),
        says({"scores": []}),
        says({"scores": [{"action": "a", "score": 0.0}]}),
        says({"scores": "x"}),
        lambda request: httpx.Response(500),
        lambda request: httpx.Response(409, json={"status": "failure"}),
        lambda request: httpx.Response(200, content=b"\xff\xfe nonsense"),
    ],
)
async def test_whatever_goes_wrong_the_embedded_engine_answers(answer: Answer) -> None:
    async with client(answer) as rasa:
        assert await RasaParser(rasa, Embedded()).parse("x") == EMBEDDED_PARSE
        assert await RasaPolicy(rasa, Embedded()).predict(TRACKER) == EMBEDDED_PREDICTION
        assert not rasa.is_available


async def test_after_failures_rasa_rests_and_is_tried_again() -> None:
    asked: list[str] = []
    clock = Seconds()
    is_well = False

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"a": 1}) if is_well else httpx.Response(503)

    async with client(answer, clock) as rasa:
        for _ in range(MOST_FAILURES + 5):
            with pytest.raises(RasaUnavailable):
                await rasa.post("/model/parse", {})
        assert len(asked) == MOST_FAILURES
        clock.now += REST + 0.1
        is_well = True
        assert await rasa.post("/model/parse", {}) == {"a": 1}
        assert rasa.is_available


def test_rasa_is_told_what_decides_also_when_the_rest_was_cut_off() -> None:
    events: list[Event] = [
        SlotSet("name", "Ada"),
        ActiveLoop("f"),
        *(ActionExecuted(f"utter_{number}") for number in range(40)),
        ActionExecuted("action_listen"),
        UserUttered(Parse("hallo", "faq/x", 1.0, entities=(Entity("e", 1),))),
    ]

    rows = told(from_json(to_json(apply(Tracker(), events))))

    assert rows[0]["value"] == "Ada"
    assert rows[1] == {"event": "active_loop", "name": "f", "timestamp": 1.0}
    assert rows[-1]["parse_data"]["intent"]["name"] == "faq"
    assert rows[-1]["parse_data"]["entities"] == [{"entity": "e", "value": 1}]
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)
