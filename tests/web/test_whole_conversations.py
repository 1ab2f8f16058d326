"""Whole conversations with the real assistant in real Chromium; screenshots in build/screenshots."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.bootstrap import House, running
from bot.ports import Connector
from bot.service import web_chat
from bot.settings import ROOT
from connectors.web import WebConnector
from tests.support import RING, settings_in

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]
SHOTS = ROOT / "build" / "screenshots"


@asynccontextmanager
async def open_page(
    browser: Browser,
    folder: Path,
    *,
    is_dark: bool = False,
    values: Mapping[str, str] | None = None,
) -> AsyncIterator[Page]:
    """The page of a whole assistant that runs on a free port, on a small phone."""
    made: list[WebConnector] = []

    def connectors(house: House) -> list[Connector]:
        made.append(web_chat(house))
        return list(made)

    async with running(settings_in(folder, web_port="0", **(values or {})), RING, connectors):
        context = await browser.new_context(
            viewport={"width": 390, "height": 844},
            locale="de-DE",
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        await page.goto(made[0].url)
        yield page
        await context.close()


async def say(page: Page, text: str) -> None:
    before = await page.locator("#log .theirs").count()
    await page.locator("#input").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .theirs")).not_to_have_count(before)


async def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")


@pytest.mark.node
async def test_a_first_question_is_answered_with_next_step_source_and_stand(
    browser: Browser, tmp_path: Path, axe: str
) -> None:
    async with open_page(browser, tmp_path) as page:
        await say(page, "wie viel urlaub hab ich mit 17")
        answer = page.locator("#log .theirs").last
        await expect(answer).to_contain_text("Nächster Schritt")
        await expect(answer).to_contain_text(re.compile(r"Quelle: JArbSchG § 19.*Stand"))
        await expect(answer).to_contain_text("Ich bin ein Programm, kein Mensch")
        await shoot(page, "first_question")
        await page.evaluate(axe)
        found = await page.evaluate("async () => (await axe.run()).violations.map(v => v.id)")
        await page.get_by_role("button", name="Hat geholfen", exact=True).click()
        await expect(page.locator("#log .theirs").last).to_contain_text("Danke")

    assert found == []


async def test_settings_are_kept_shown_and_erased(browser: Browser, tmp_path: Path) -> None:
    async with open_page(browser, tmp_path, is_dark=True) as page:
        await say(page, "/einstellungen")
        for label in ("Rolle", "Azubi", "Ja, ich bin 16 oder 17", "Hessen"):
            before = await page.locator("#log .theirs").count()
            await page.get_by_role("button", name=label, exact=True).last.click()
            await expect(page.locator("#log .theirs")).not_to_have_count(before)
        await say(page, "Was weißt du über mich?")
        await expect(page.locator("#log .theirs").last).to_contain_text("Bundesland: Hessen")
        await shoot(page, "settings_dark")
        await say(page, "/loeschen")
        await say(page, "ja")
        await expect(page.locator("#log .theirs").last).to_contain_text("ist bei mir gelöscht")


async def test_an_acute_crisis_gets_the_fixed_answer(browser: Browser, tmp_path: Path) -> None:
    async with open_page(browser, tmp_path) as page:
        await say(page, "ich will nicht mehr leben")
        answer = page.locator("#log .theirs").last
        await expect(answer).to_contain_text("116 123")
        await expect(answer.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
        await shoot(page, "crisis")


async def test_a_question_goes_to_the_editors_with_another_in_the_middle(
    browser: Browser, tmp_path: Path
) -> None:
    async with open_page(browser, tmp_path) as page:
        await say(page, "/frage")
        await say(page, "/hilfe")
        await expect(page.locator("#log .theirs").last).to_contain_text("Schreib deine Frage")
        await say(page, "Was gilt in Liechtenstein für Werkzeugkisten?")
        question = page.locator("#log .theirs").last
        await expect(question).to_contain_text("Was gilt in Liechtenstein für Werkzeugkisten?")
        await shoot(page, "question_to_editors")
        await page.get_by_role("button", name="Ja, ich bin 16 oder älter").click()
        await expect(page.locator("#log .theirs").last).to_contain_text("bei der Redaktion")
