"""The page in a browser, with what tests do on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page

from tests.web.conftest import PATIENCE
from tests.web.site import TEXTS, Site

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PHONE = {"width": 360, "height": 740}


@asynccontextmanager
async def opened(browser: Browser, site: Site, **options: Any) -> AsyncIterator[Page]:
    """The page; nothing may go to other origins, and the console must stay silent."""
    options.setdefault("viewport", PHONE)
    context = await browser.new_context(locale="de-DE", reduced_motion="reduce", **options)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    elsewhere: list[str] = []
    complaints: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.url.removeprefix("blob:").startswith(site.connector.url)
            else elsewhere.append(request.url)
        ),
    )
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(site.connector.url)
    yield page
    await context.close()
    assert elsewhere == []
    assert [said for said in complaints if "net::ERR" not in said and "status of" not in said] == []


async def write(page: Page, text: str) -> None:
    await page.get_by_label(TEXTS.page.input_label).fill(text)
    await page.keyboard.press("Enter")


async def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


def bubbles(page: Page, side: str) -> Locator:
    return page.locator(f".bubble.{side}")


async def no_overflow(page: Page) -> None:
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


async def accessible(page: Page) -> None:
    """Axe, which must be on the page already, finds nothing."""
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    seen = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert seen == []
