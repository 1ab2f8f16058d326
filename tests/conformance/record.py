"""Lets Rasa 3.6.21 play the cases and writes down what it did: the judge of our engine.

Runs in Rasa's own environment, never in ours: `make rasa-record` builds it from requirements/rasa.txt
(Python 3.10) and calls this file. One process trains and plays all cases; what is recorded already and
unchanged is left alone, unless `--all` is given.
"""

import argparse
import asyncio
import hashlib
import json
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any, ClassVar

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("RASA_MAX_CACHE_SIZE", "0")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.conformance import scripted  # noqa: E402

DEFAULT_CONFIG = {"policies": [{"name": "RulePolicy"}]}
_REAL_TIME = time.time
_OFFSET = 0.0


def main() -> None:
    """Record all cases, or those whose file names are given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--serve", action="store_true", help="cases as JSON lines on stdin")
    parser.add_argument("--out", type=Path, default=HERE / "recorded")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    time.time = lambda: _REAL_TIME() + _OFFSET
    if options.serve:
        serve()
        return
    files = options.files or sorted((HERE / "cases").glob("*.yml"))
    for path in files:
        cases = scripted.load_cases(path)
        out = options.out / f"{path.stem}.json"
        known = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
        recorded = {}
        for case in cases:
            digest = digest_of(case)
            before = known.get(case["name"])
            if before and before["digest"] == digest and not options.all:
                recorded[case["name"]] = before
                continue
            recorded[case["name"]] = {"digest": digest, **asyncio.run(recorded_case(case))}
            sys.stdout.write(f"{path.stem}: {case['name']}\n")
            sys.stdout.flush()
        out.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def serve() -> None:
    """Play one case for each line of standard input, and answer with one line."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Rasa prints must not stand between the answers
    for line in sys.stdin:
        out.write(json.dumps(asyncio.run(recorded_case(json.loads(line)))) + "\n")
        out.flush()


def digest_of(case: dict[str, Any]) -> str:
    """A fingerprint of a case."""
    text = json.dumps(case, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


async def recorded_case(case: dict[str, Any]) -> dict[str, Any]:
    """What Rasa does with a case: an error while training, or what happened in each turn."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            model = trained(case, Path(folder))
        except Exception as error:
            return {"error": type(error).__name__, "says": str(error)[:400]}
        return {
            "conversations": [await played(case, model, turns) for turns in case["conversations"]]
        }


def trained(case: dict[str, Any], folder: Path) -> str:
    """Train a case and give the model's path; raises what Rasa raises."""
    import rasa.model_training
    import yaml

    (folder / "data").mkdir()
    domain = {"version": "3.1", **case["domain"]}
    domain["intents"] = [*domain.get("intents", []), "keyword"]
    config = {
        "recipe": "default.v1",
        "language": "de",
        "assistant_id": "conformance",
        "pipeline": [],
        **DEFAULT_CONFIG,
        **case.get("config", {}),
    }
    config["pipeline"] = [{"name": "KeywordIntentClassifier"}]
    parts = {
        "domain.yml": domain,
        "config.yml": config,
        "data/rules.yml": {"version": "3.1", "rules": case.get("rules", [])},
        "data/stories.yml": {"version": "3.1", "stories": case.get("stories", [])},
        "data/nlu.yml": {"version": "3.1", "nlu": examples(domain)},
    }
    for name, content in parts.items():
        (folder / name).write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    result = rasa.model_training.train(
        domain=str(folder / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(folder / "data")],
        output=str(folder / "models"),
        force_training=True,
    )
    if result.code != 0 or result.model is None:
        raise RuntimeError(f"training ended with {result.code}")
    return str(result.model)


def examples(domain: dict[str, Any]) -> list[dict[str, str]]:
    """One example for each retrieval intent, which Rasa knows by its examples only, and one to train on."""
    keys = [name.removeprefix("utter_") for name in domain.get("responses", {}) if "/" in name]
    return [{"intent": name, "examples": f"- {name}\n"} for name in ("keyword", *keys)]


class ScriptedEndpoint:
    """Stands where Rasa expects the address of an action server."""

    url = "scripted"
    kwargs: ClassVar[dict[str, Any]] = {}

    def __init__(self, scripts: dict[str, Any]) -> None:
        self._scripts = scripts

    async def request(self, json: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Run one action as the action server would."""
        tracker = json["tracker"]
        found = scripted.run(
            self._scripts.get(json["next_action"], []),
            slots=tracker["slots"],
            intent=tracker["latest_message"]["intent"].get("name"),
            text=tracker["latest_message"].get("text"),
            candidates=candidates(tracker["events"], json["next_action"]),
        )
        events = [
            rasa_event(list(event), json["next_action"], tracker)
            for event in found
            if event[0] != "bot"
        ]
        return {
            "events": events,
            "responses": [{"text": event[1]} for event in found if event[0] == "bot"],
        }


def candidates(events: list[dict[str, Any]], action: str) -> dict[str, Any]:
    """The slots that a validation looks at: filled since the form ran, or since the message."""
    ends = "user" if action == "action_validate_slot_mappings" else "action"
    found: dict[str, Any] = {}
    for event in reversed(events):
        if event["event"] == ends:
            break
        if event["event"] == "slot" and event["name"] != "requested_slot":
            found.setdefault(event["name"], event["value"])
    return dict(reversed(list(found.items())))


def rasa_event(event: list[Any], action: str, tracker: dict[str, Any]) -> dict[str, Any]:
    """A scripted event as Rasa writes it."""
    match event:
        case ["slot", name, value]:
            return {"event": "slot", "name": name, "value": value, "timestamp": None}
        case ["loop", name]:
            return {"event": "active_loop", "name": name, "timestamp": None}
        case ["reject"]:
            name = action.removeprefix("validate_")
            return {
                "event": "action_execution_rejected",
                "name": name,
                "policy": None,
                "confidence": None,
            }
        case ["followup", name]:
            return {"event": "followup", "name": name, "timestamp": None}
        case ["restart"]:
            return {"event": "restart", "timestamp": None}
    raise ValueError(event)


async def played(case: dict[str, Any], model: str, turns: list[Any]) -> list[Any]:
    """What happened in each turn of one conversation."""
    global _OFFSET
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    agent = Agent.load(model, action_endpoint=ScriptedEndpoint(case.get("actions", {})))
    channel = CollectingOutputChannel()
    if case.get("channel"):
        channel.name = lambda: case["channel"]
    seen = 0.0
    happened = []
    for turn in turns:
        turn = turn if isinstance(turn, dict) else {"intent": turn}
        _OFFSET += 60.0 * turn.get("after", 0)
        if "external" in turn:
            tracker = await agent.tracker_store.get_or_create_tracker(
                "a", append_action_listen=False
            )
            rows = [
                {"entity": name, "value": value} for name, value in turn.get("entities", {}).items()
            ]
            await agent.processor.trigger_external_user_uttered(
                turn["external"], rows, tracker, channel
            )
        else:
            message = UserMessage(
                turn.get("text", f"/{turn.get('intent')}"), channel, sender_id="a"
            )
            message.parse_data = parsed(case, turn)
            await agent.handle_message(message)
        tracker = await agent.tracker_store.get_or_create_full_tracker("a", False)
        # The store forgets earlier sessions, so what is new is known by its time.
        events = [event.as_dict() for event in tracker.events if event.timestamp > seen]
        happened.append(
            {
                "events": [told for event in events if (told := plain(event))],
                "slots": {
                    k: v
                    for k, v in tracker.current_slot_values().items()
                    if k != "session_started_metadata"
                },
                "loop": tracker.active_loop_name,
            }
        )
        seen = max([seen, *(event.timestamp for event in tracker.events)])
    return happened


def parsed(case: dict[str, Any], turn: dict[str, Any]) -> dict[str, Any]:
    """What Rasa's understanding would say of a turn."""
    entities = turn.get("entities", {})
    rows = [
        {"entity": name, "value": each}
        for name, value in entities.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    intent = turn.get("intent")
    ranking = [{"name": n, "confidence": c} for n, c in turn.get("ranking", [[intent, 1.0]])]
    found: dict[str, Any] = {
        "text": turn.get("text", f"/{intent}"),
        "intent": dict(ranking[0]),
        "intent_ranking": ranking,
        "entities": rows,
    }
    if "ranking" in turn:
        found = fallen_back(case, found)
    if intent and "/" in intent:
        base = intent.partition("/")[0]
        found["intent"] = {"name": base, "confidence": 1.0}
        answer = {
            "responses": case["domain"]["responses"][f"utter_{intent}"],
            "confidence": 1.0,
            "intent_response_key": intent,
            "utter_action": f"utter_{intent}",
        }
        found["response_selector"] = {
            "all_retrieval_intents": [base],
            base: {
                "response": answer,
                "ranking": [{"confidence": 1.0, "intent_response_key": intent}],
            },
        }
    return found


def fallen_back(case: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What Rasa's FallbackClassifier makes of a ranking."""
    from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
    from rasa.shared.nlu.training_data.message import Message

    options = next(
        part for part in case["config"]["pipeline"] if part["name"] == "FallbackClassifier"
    )
    classifier = FallbackClassifier({**FallbackClassifier.get_default_config(), **options})
    message = Message(
        data={
            "text": found["text"],
            "intent": found["intent"],
            "intent_ranking": found["intent_ranking"],
        }
    )
    classifier.process([message])
    return {
        **found,
        "intent": message.get("intent"),
        "intent_ranking": message.get("intent_ranking"),
    }


def plain(event: dict[str, Any]) -> list[Any] | None:  # noqa: C901 - one arm for each event
    """An event of Rasa in few words; None for those that say nothing of the dialogue."""
    match event["event"]:
        case "action":
            return ["action", event["name"]]
        case "slot":
            return (
                None
                if event["name"] == "session_started_metadata"
                else ["slot", event["name"], event["value"]]
            )
        case "active_loop":
            return ["loop", event["name"]]
        case "loop_interrupted":
            return ["interrupted", event["is_interrupted"]]
        case "action_execution_rejected":
            return ["rejected", event["name"]]
        case "bot":
            data = event["data"]
            rest = {k: data[k] for k in ("buttons", "custom", "image") if data.get(k)}
            return ["bot", event["metadata"].get("utter_action"), event["text"], rest]
        case "session_started":
            return ["session"]
        case "restart":
            return ["restart"]
        case "followup":
            return ["followup", event["name"]]
        case "user":
            return ["user", event["parse_data"]["intent"].get("name")]
        case _:
            return None


if __name__ == "__main__":
    main()
