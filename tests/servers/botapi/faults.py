"""What goes wrong on the way: faults that a test puts on a method, counted or at random."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Literal, get_args

FaultKind = Literal[
    "500",
    "502",
    "429",
    "timeout_before_effect",
    "timeout_after_effect",
    "garbage_before_effect",
    "garbage_after_effect",
    "other_shape",
    "half_answer",
    "cut_before_effect",
    "cut_after_effect",
    "offline",
]
"""What happens to the request.

`500`, `502` (an HTML page, as a proxy answers), `429`: refused, no effect.
`timeout_…`: no answer until the client or the stand-in goes.
`garbage_…`: status 200 with broken JSON.
`other_shape`: status 200 with a result that no method gives; no effect.
`half_answer`: the connection ends in the middle of the body; the effect happened.
`cut_…`: the connection ends without an answer.
`offline`: open connections are cut at once, and every request from then on.
"""

_AFTER_EFFECT = {
    "timeout_after_effect",
    "garbage_after_effect",
    "half_answer",
    "cut_after_effect",
}


@dataclass(frozen=True, slots=True, eq=False)
class Fault:
    """One thing that goes wrong. Two equal faults are two faults.

    Raises:
        ValueError: there is no such kind.
    """

    kind: FaultKind
    method: str | None = None
    """The method it strikes, in any spelling of case; None strikes all. `download` is a file."""
    count: int | None = None
    """How many requests it strikes; None goes on until it is removed."""
    probability: float = 1.0
    """How likely it strikes a request, 0 to 1."""
    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - repeatable on purpose
    """Where the probability is drawn from."""
    retry_after: int = 1
    """Whole seconds, for `429`."""
    chat_id: int | None = None
    """The chat it strikes; None strikes all."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"no such fault: {self.kind}")

    @property
    def is_after_effect(self) -> bool:
        """Whether the request is carried out before it goes wrong."""
        return self.kind in _AFTER_EFFECT

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Draw whether this request is struck."""
        if self.method is not None and self.method.lower() != method.lower():
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return self.probability >= 1 or self.random.random() < self.probability


class Faults:
    """The faults at work, in the order in which they were added; the first that strikes counts.

    Args:
        cut_all: cuts every open connection, for `offline`.
    """

    def __init__(self, cut_all: Callable[[], None]) -> None:
        self._cut_all = cut_all
        self._left: dict[Fault, int | None] = {}

    def add(self, fault: Fault) -> Fault:
        """Put a fault to work; it is returned to be removed later."""
        self._left[fault] = fault.count
        if fault.kind == "offline":
            self._cut_all()
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault out; one that is used up already is no error."""
        self._left.pop(fault, None)

    def clear(self) -> None:
        """Take all faults out."""
        self._left.clear()

    @contextmanager
    def during(self, fault: Fault) -> Iterator[Fault]:
        """A fault that works inside a `with` block."""
        self.add(fault)
        try:
            yield fault
        finally:
            self.remove(fault)

    @property
    def is_offline(self) -> bool:
        """Whether nothing gets through."""
        return any(fault.kind == "offline" for fault in self._left)

    @property
    def are_used_up(self) -> bool:
        """Whether no fault is left to strike."""
        return not self._left

    def drawn(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this request, counted down."""
        for fault in list(self._left):
            if fault.strikes(method, chat_id):
                self._count_down(fault)
                return fault
        return None

    def _count_down(self, fault: Fault) -> None:
        left = self._left[fault]
        if left is None:
            return
        if left <= 1:
            del self._left[fault]
        else:
            self._left[fault] = left - 1
