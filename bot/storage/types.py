"""Column types: aware UTC times, and encrypted text and JSON.

An encrypted column knows its own name, which is the value's context: a value that is moved to
another column does not open. The key ring is bound to the engine's dialect by `Database`.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from bot.clock import require_aware
from bot.errors import ConfigurationError
from bot.storage.keys import KeyRing

_RING = "_lernallianz_key_ring"


def bind_key_ring(dialect: Dialect, ring: KeyRing) -> None:
    """Let the encrypted columns of an engine use this ring."""
    setattr(dialect, _RING, ring)


def _ring_of(dialect: Dialect) -> KeyRing:
    ring = getattr(dialect, _RING, None)
    if not isinstance(ring, KeyRing):
        raise ConfigurationError("encrypted columns need a key ring; open the database by Database")
    return ring


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC; SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else require_aware(value)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EncryptedJson(TypeDecorator[Any]):
    """JSON values, sealed by the key ring.

    Args:
        context: `table.column`; a value opens only in the column that it was written to.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _ring_of(dialect).seal(plain.encode("utf-8", "surrogatepass"), self.context)

    @override
    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        plain = _ring_of(dialect).open(bytes(value), self.context)
        return json.loads(plain.decode("utf-8", "surrogatepass"))


class EncryptedText(EncryptedJson):
    """A text, sealed by the key ring."""

    cache_ok = True
