"""A conversation through the web chat with both ports on a living Rasa, which is killed and comes back.

Needs Rasa's environment and the model of `make rasa`: `make rasa-live`.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from playwright.async_api import Browser, Page

from bot.settings import ROOT
from tests.web.test_whole_conversations import open_page, say

RASA = os.environ.get("RASA_PYTHON", "")
MODEL = ROOT / "build" / "rasa" / "models" / "lernallianz.tar.gz"
PORT = 5055
URL = f"http://127.0.0.1:{PORT}"
SAID = (
    "hallo",
    "/menu",
    "/frage",
    "Was gilt in Liechtenstein?",
    "/datenschutz",
    "1",
    "danke",
    "/hilfe",
)

pytestmark = [
    pytest.mark.skipif(not RASA, reason="talks with a living Rasa: make rasa-live"),
    pytest.mark.chromium,
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_rasa_is_killed_and_comes_back_and_nobody_notices(
    browser: Browser, tmp_path: Path
) -> None:
    expected = await talk(browser, tmp_path / "embedded", kills=False)

    values = {"parser": "rasa", "policy": "rasa", "rasa_url": URL}
    actual = await talk(browser, tmp_path / "rasa", kills=True, values=values)

    assert actual == expected


async def talk(
    browser: Browser, folder: Path, *, kills: bool, values: Mapping[str, str] | None = None
) -> list[str]:
    """What the web chat shows; with `kills` Rasa dies after the third message and is back for the sixth."""
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(living()) if kills else None
        page = await stack.enter_async_context(open_page(browser, folder, values=values))
        for number, text in enumerate(SAID):
            if server and number == 3:
                server.kill()
                server.wait()
            if server and number == 5:
                assert (await policy(page)).startswith("embedded")
                server = await stack.enter_async_context(living())
                await asyncio.sleep(6)
            await say(page, text)
            await page.wait_for_timeout(500)
        if server:
            assert await policy(page) == "rasa"
        return await page.locator("#log .theirs").all_inner_texts()


async def policy(page: Page) -> str:
    """Who decides just now, as `/health` says."""
    answer = await page.request.get(urljoin(page.url, "/health"))
    return str((await answer.json())["engine"]["policy"])


@contextlib.asynccontextmanager
async def living() -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A Rasa server that answers."""
    arguments = ["-m", "rasa", "run", "--enable-api", "-i", "127.0.0.1", "-p", str(PORT)]
    process = subprocess.Popen(  # noqa: ASYNC220 - a server of its own
        [RASA, *arguments, "--model", str(MODEL)],
        cwd=MODEL.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(120), httpx.AsyncClient() as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(f"{URL}/status")).status_code == 200:
                        break
                await asyncio.sleep(0.5)
        yield process
    finally:
        process.kill()
        process.wait()
