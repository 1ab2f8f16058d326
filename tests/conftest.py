"""Fixtures for all tests: each storage test runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.models import train
from bot.settings import load
from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.needs import NEEDS, required
from tests.once import read_once
from tests.servers.postgresql import fresh_database, postgresql_server
from tests.support import RING

# A busy machine is no finding.
settings.register_profile("unhurried", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("unhurried")

NEEDED = "needs {}"
"""Why a test is skipped."""


def pytest_configure(config: pytest.Config) -> None:
    unknown = required() - set(NEEDS)
    if unknown:
        raise pytest.UsageError(f"REQUIRE knows {', '.join(NEEDS)}, not {', '.join(unknown)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name, need in NEEDS.items():
            is_missing = item.get_closest_marker(name) and not need.is_there()
            if is_missing and name not in required():
                item.add_marker(pytest.mark.skip(reason=NEEDED.format(name)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    for name, need in sorted(NEEDS.items()):
        if any(NEEDED.format(name) in reason for reason in skipped):
            terminalreporter.write_line(f"missing: {name}. Install it by: {need.install}")


@pytest.fixture(scope="session", autouse=True)
def trained() -> Iterator[None]:
    """The model is built once, as `make test` does, and read once."""
    train(load({}))
    with read_once():
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A server for the whole run."""
    with postgresql_server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database with all tables."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite3'}"
        migrate(url)
        yield url
        return
    with fresh_database(request.getfixturevalue("postgresql")) as url:
        migrate(url)
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database."""
    async with Database(database_url, RING) as opened:
        yield opened
