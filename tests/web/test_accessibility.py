"""The page for everybody: small, enlarged, dark, with a screen reader."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.web.screen import (
    PHONE,
    accessible,
    bubbles,
    no_overflow,
    opened,
    picture,
    write,
)
from tests.web.site import TEXTS, Site

NARROW = {"width": 320, "height": 640}
DESK = {"width": 1100, "height": 800}

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize("viewport", [NARROW, PHONE, {"width": 320, "height": 256}, DESK])
async def test_nothing_needs_sideways_scrolling(
    browser: Browser, house: Site, viewport: dict[str, int]
) -> None:
    """320 by 256 is what 1280 by 1024 leaves at 400 %."""
    async with opened(browser, house, viewport=viewport) as page:
        await no_overflow(page)
        await write(page, "Wie lange darf ich arbeiten? " + "Donaudampfschifffahrt" * 6)
        await expect(bubbles(page, "theirs").last).to_contain_text("8 Stunden")
        await no_overflow(page)
        await picture(page, f"10-{viewport['width']}x{viewport['height']}")
        await page.locator("#menu summary").click()
        await no_overflow(page)


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, house: Site, axe: str, scheme: Any) -> None:
    async with opened(browser, house, color_scheme=scheme) as page:
        await page.evaluate(axe)
        await accessible(page)
        await write(page, "Wie lange darf ich arbeiten?")
        await page.get_by_role("button", name="Pausen").click()
        await expect(bubbles(page, "theirs").last).to_contain_text("gewählt")
        await write(page, "Krise")
        await expect(page.locator(".urgent")).to_be_visible()
        await write(page, "Datei")
        await expect(page.get_by_role("link", name="daten.json speichern")).to_be_visible()
        await accessible(page)
        await picture(page, f"11-{scheme}")
        await page.locator("#menu summary").click()
        await accessible(page)
        await page.get_by_role("button", name=TEXTS.page.recover_entry).click()
        await accessible(page)
        await picture(page, f"12-{scheme}-dialog")
