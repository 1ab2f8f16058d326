"""A plugin of pytest: its last line counts what passed and what failed (`make simulate`)."""

from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Say it below everything that pytest itself says."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None
    passed, failed, errors = (
        len(reporter.getreports(name)) for name in ("passed", "failed", "error")
    )
    reporter.write_line(f"{passed} passed, {failed + errors} failed")
