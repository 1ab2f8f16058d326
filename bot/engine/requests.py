"""What a turn asks of its driver."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.tracker import Tracker

Result = TypeVar("Result")


class ActionFailed(Exception):
    """Thrown into the turn by its driver: the action could not run; the dialogue goes on without."""


@dataclass(frozen=True, slots=True)
class RunAction:
    """Run this action, response or `validate_<form>`; answer with its events, in their order."""

    name: str
    tracker: Tracker


@dataclass(frozen=True, slots=True)
class Predict:
    """Say what comes next; answer with a `Prediction`."""

    tracker: Tracker


Steps = Generator[RunAction | Predict, Any, Result]
"""A part of a turn: yields requests, returns a result."""
