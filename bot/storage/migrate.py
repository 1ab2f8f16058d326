"""Brings a database to the present tables, by Alembic, from inside the process."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.errors import StorageUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "head"


def migrate(url: str, revision: str = HEAD) -> None:
    """Upgrade, or downgrade with `revision="base"`. Safe to call at every start.

    Raises:
        StorageUnavailable: the database cannot be reached.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        address = address.set(drivername="sqlite")
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address)
    if address.get_backend_name() == "sqlite":
        # The driver would end its transaction before each CREATE TABLE: a process killed between
        # two of them would leave half a database that no later start could mend.
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            if revision == HEAD:
                command.upgrade(config, revision)
            else:
                command.downgrade(config, revision)
    except OperationalError as error:
        raise StorageUnavailable("the database cannot be reached") from error
    finally:
        engine.dispose()


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
