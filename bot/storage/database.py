"""Opens the database and gives out transactions.

SQLite runs in WAL mode with `synchronous=FULL`; a write transaction begins with `BEGIN IMMEDIATE`,
because a read-then-write transaction in WAL fails at once with "database is locked", and the writes
of one process wait for each other here rather than in SQLite's busy loop.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import ConfigurationError, DecryptionError, StorageUnavailable
from bot.storage.keys import KeyRing
from bot.storage.sqlite import begin_immediate, open_sqlite
from bot.storage.types import bind_key_ring

_CANARY = "lernallianz"
PATIENCE = 5.0
"""Seconds that who uses a connection gets to end, when the database is closed."""


class Database:
    """The database as an async context manager; entering opens it and checks the key.

    Args:
        url: SQLAlchemy address, `sqlite+aiosqlite:///…` or `postgresql+psycopg://…`.
        ring: the key ring.
    """

    def __init__(self, url: str, ring: KeyRing) -> None:
        self.url = url
        self.ring = ring
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._writing = asyncio.Lock() if self.is_sqlite else nullcontext()
        self._engine: AsyncEngine | None = None
        self._users = 0
        self._unused = asyncio.Event()
        self._unused.set()

    async def __aenter__(self) -> Self:
        """Open the database.

        Raises:
            ConfigurationError: the database was written with other keys.
            StorageUnavailable: it cannot be reached.
        """
        self._engine = (
            open_sqlite(self.url)
            if self.is_sqlite
            else create_async_engine(self.url, pool_pre_ping=True)
        )
        bind_key_ring(self._engine.sync_engine.dialect, self.ring)
        try:
            await self._check_key()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection; what has begun ends first, what comes later finds nothing open."""
        engine, self._engine = self._engine, None
        if engine is not None:
            # An engine that is let go of forgets the connections that are in use, and nobody would close them.
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._unused.wait()
            await engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for short reads.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with _failures():
            async with self._connection() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a write transaction; it commits at the end or rolls back on an error.

        Raises:
            StorageUnavailable: nothing was stored.
        """
        with _failures():
            async with self._writing, self._connection() as connection:
                if self.is_sqlite:
                    await begin_immediate(connection)
                yield connection
                await connection.commit()

    async def forget_deleted(self) -> None:
        """Make sure that no file holds deleted rows any more (SQLite's write-ahead log)."""
        if self.is_sqlite:
            async with self._writing, self._connection() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        if self._engine is None:
            raise StorageUnavailable("the database is not open")
        self._users += 1
        self._unused.clear()
        try:
            async with self._engine.connect() as connection:
                yield connection
        finally:
            self._users -= 1
            if not self._users:
                self._unused.set()

    async def _check_key(self) -> None:
        async with self.write() as connection:
            found = (await connection.execute(text("SELECT sealed FROM key_canary"))).scalar()
            if found is None:
                sealed = self.ring.seal(_CANARY.encode(), "key_canary.sealed")
                await connection.execute(
                    text("INSERT INTO key_canary (id, sealed) VALUES (1, :sealed)"),
                    {"sealed": sealed},
                )
                return
        try:
            self.ring.open(bytes(found), "key_canary.sealed")
        except DecryptionError as error:
            raise ConfigurationError(
                "the database was written with another key; put that key back into the key file"
            ) from error


class _failures:
    """Turns the driver's trouble into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        is_trouble = isinstance(error, OperationalError | OSError) or (
            isinstance(error, DBAPIError)
            and not isinstance(error, IntegrityError)
            and error.connection_invalidated
        )
        if is_trouble:
            reason = getattr(error, "orig", error)
            raise StorageUnavailable(
                f"the database cannot be reached or written: {reason}"
            ) from error
