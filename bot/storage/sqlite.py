"""How SQLite is driven: its settings, and one trip to its thread for each statement.

aiosqlite goes to its thread for each call: once for the cursor, once to execute, once for the rows, once to close. On a machine
whose cores are taken each trip waits for its turn. A statement of ours wants all its rows at once, so one trip does it all.
For it `_execute`, `_conn` and `_thread` of aiosqlite are used, which it does not promise to keep; its version is locked.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Self

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typing_extensions import override

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-4000",
)


def open_sqlite(url: str) -> AsyncEngine:
    """The engine of a SQLite database.

    Args:
        url: SQLAlchemy address, `sqlite+aiosqlite:///…`.
    """
    engine = create_async_engine(url, connect_args={"async_creator_fn": _connect})
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


async def begin_immediate(connection: AsyncConnection) -> None:
    """Begin to write; the driver's own BEGIN is deferred, and a reader that turns writer fails at once in WAL."""
    await connection.exec_driver_sql("BEGIN IMMEDIATE")


class _Cursor:
    """What SQLAlchemy asks of a cursor; it never leaves one open."""

    arraysize = 1

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def close(self) -> None:
        """Nothing is open."""

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Run a statement and take all its rows."""
        await self._connection.trip(self._all_of, sqlite3.Cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Any) -> Self:
        """Run a statement for each of several parameters."""
        await self._connection.trip(self._all_of, sqlite3.Cursor.executemany, statement, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows."""
        rows, self._rows = self._rows, ()
        return rows

    def _all_of(
        self, cursor: sqlite3.Cursor, run: Callable[..., object], statement: str, parameters: Any
    ) -> None:
        run(cursor, statement, parameters)
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else ()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid


class _Connection(aiosqlite.Connection):
    """A connection whose cursors are made, used and closed in one trip."""

    @override
    def cursor(self) -> _Cursor:  # type: ignore[override]
        """A cursor that costs nothing until it executes."""
        return _Cursor(self)

    async def trip(self, use: Callable[..., None], *given: Any) -> None:
        """Use a fresh cursor in the thread of the connection."""
        await self._execute(self._with_cursor, use, *given)  # type: ignore[no-untyped-call]

    def _with_cursor(self, use: Callable[..., None], *given: Any) -> None:
        cursor = self._conn.cursor()
        try:
            use(cursor, *given)
        finally:
            cursor.close()


def _connect(database: str, **options: Any) -> _Connection:
    connection = _Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    # As SQLAlchemy does it: a thread that waits for statements must not keep the process alive.
    connection._thread.daemon = True
    return connection


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
