"""A reminder set in the web chat in real Chromium: the honest word, and the calendar entry to save."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.test_whole_conversations import open_page, say, shoot

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]


async def press(page: Page, label: str) -> None:
    theirs = page.locator("#log .theirs")
    before = await theirs.count()
    await page.get_by_role("button", name=label, exact=True).last.click()
    await expect(theirs).not_to_have_count(before)


async def test_a_calendar_entry_where_nobody_can_be_reached(
    browser: Browser, tmp_path: Path
) -> None:
    async with open_page(browser, tmp_path) as page:
        await say(page, "erinner mich jeden zweiten montag um halb vier ans berichtsheft")
        question = page.locator("#log .theirs").last
        await expect(question).to_contain_text("jede zweite Woche montags um 15:30 Uhr")
        await press(page, "Ja, passt")
        await press(page, "Ja, ich bin 18 oder älter")
        link = page.locator("#log .theirs a.file")
        await expect(link).to_be_visible()
        *_, saved, honest, _ = await page.locator("#log .theirs").all_inner_texts()
        await link.scroll_into_view_if_needed()
        await shoot(page, "reminder_on_the_web")
        async with page.expect_download() as download:
            await link.click()
        path = await (await download.value).path()
        saved_file = path.read_bytes().decode()

    assert "Das nächste Mal: Mo, 23.11. um 15:30 Uhr" in saved
    assert "Ist der Web-Chat zu, kann ich dich hier nicht anstupsen" in honest
    assert (await download.value).suggested_filename == "berichtsheft.ics"
    assert "SUMMARY:Berichtsheft schreiben" in saved_file
    assert "DTSTART;TZID=Europe/Berlin:20261123T153000" in saved_file
    assert "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO" in saved_file
