"""The diary on the web chat in real Chromium: words, buttons, files to save, the year as a picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page
from playwright.async_api import TimeoutError as NotSeenError

from tests.conversations.play import FOLDER, load_conversation
from tests.diary.channels import Client, Shown, checked, chosen, play
from tests.telegram.play import plain
from tests.web.screen import bubbles, write
from tests.web.test_whole_conversations import open_page

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]

GREETING = 1
"""So many bubbles are there before anybody says anything."""
PATIENCE_MILLISECONDS = 10_000
LINES = """bubble => [...bubble.querySelectorAll(":scope > p, :scope > ul")].flatMap(block =>
    block.tagName === "UL"
        ? [...block.children].map(item => `• ${item.innerText}`)
        : block.innerText.split("\\n"))"""
"""What stands in a bubble, line by line."""


@dataclass(frozen=True, slots=True)
class WebClient:
    """See `tests.diary.channels.Client`."""

    page: Page
    seen: list[Shown] = field(default_factory=list)

    async def writes(self, text: str) -> None:
        await write(self.page, text)

    async def presses(self, label: str) -> bool:
        log = self.page.get_by_role("log")
        buttons = log.get_by_role("button", name=label, exact=True, disabled=False)
        is_there = await buttons.count() > 0
        if is_there:
            await buttons.last.click()
        return is_there

    async def sees(self, count: int) -> list[Shown]:
        theirs = bubbles(self.page, "theirs")
        with suppress(NotSeenError):
            await theirs.nth(GREETING + count - 1).wait_for(timeout=PATIENCE_MILLISECONDS)
        for bubble in (await theirs.all())[GREETING + len(self.seen) :]:
            self.seen.append(await shown(bubble))
        return list(self.seen)


async def shown(bubble: Locator) -> Shown:
    if await bubble.locator("a.file").count():
        return await file_in(bubble)
    lines: list[str] = await bubble.evaluate(LINES)
    choices = bubble.locator("xpath=following-sibling::*[1][contains(@class, 'choices')]/button")
    labels = await choices.all_inner_texts()
    return {"text": "\n".join(lines), **({"choices": labels} if labels else {})}


async def file_in(bubble: Locator) -> Shown:
    async with bubble.page.expect_download() as download:
        await bubble.locator("a.file").click()
    saved = await download.value
    data = await asyncio.to_thread((await saved.path()).read_bytes)
    name = checked(saved.suggested_filename, data)
    picture = bubble.locator("img")
    if await picture.count() == 0:
        return {"file": name}
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    return {"picture": Path(name).suffix}


def visible(text: str) -> str:
    """Paragraphs are set apart by space, not by empty lines."""
    return "\n".join(line.strip() for line in plain(text).splitlines() if line.strip())


@asynccontextmanager
async def played(browser: Browser, folder: Path, name: str) -> AsyncIterator[Page]:
    """The page of the first person after a conversation that went as accepted."""
    async with open_page(browser, folder) as page, AsyncExitStack() as others:

        async def opened(who: str) -> Client:
            if who == "someone":
                return WebClient(page)
            context = await others.enter_async_context(await browser.new_context())
            own = await context.new_page()
            await own.goto(page.url)
            return WebClient(own)

        heard, expected = await play(load_conversation(FOLDER / f"{name}.yml"), opened, visible)
        assert heard == expected
        yield page


@pytest.mark.parametrize("name", chosen())
async def test_a_conversation(browser: Browser, tmp_path: Path, name: str) -> None:
    async with played(browser, tmp_path, name):
        pass


@pytest.mark.node
async def test_axe_finds_nothing(browser: Browser, tmp_path: Path, axe: str) -> None:
    async with played(browser, tmp_path, "diary_year_and_import") as page:
        await page.evaluate(axe)
        found = await page.evaluate("async () => (await axe.run()).violations.map(v => v.id)")

    assert found == []
