"""Brings a database to the present tables, by Alembic, from inside the process."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
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
