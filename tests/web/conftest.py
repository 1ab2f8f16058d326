"""Fixtures of the web chat: a running site, a browser, axe-core."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.web.site import Site

HERE = Path(__file__).parent
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    async with made.connector:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def house() -> AsyncIterator[Site]:
    """A site on the event loop that the browser runs on."""
    site = Site()
    async with site.connector:
        yield site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    executable = _program("chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    source = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        subprocess.run([_program("node", "npm"), "ci", "--prefix", HERE], check=True)
    return source.read_text(encoding="utf-8")


def _program(marker: str, name: str = "") -> str:
    """The program's path; without it the test is skipped, unless `REQUIRE` names the marker."""
    found = shutil.which(name or marker)
    if found is None:
        if marker in os.environ.get("REQUIRE", "").split(","):
            pytest.fail(f"{name or marker} is required but not installed")
        pytest.skip(f"needs {name or marker}")
    return found
