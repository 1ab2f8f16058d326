"""Fixtures of the web chat: a running site, a browser, axe-core."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.needs import AXE
from tests.web.site import Site

PATIENCE = 20_000
"""Milliseconds until what should be seen must be seen."""
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
    # A machine that runs several browsers at once is slow.
    expect.set_options(timeout=PATIENCE)
    executable = shutil.which("chromium")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return AXE.read_text(encoding="utf-8")
