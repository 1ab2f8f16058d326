"""The page in a real browser: by mouse, by keyboard, offline, in a crisis."""

import pytest
from playwright.async_api import Browser, Route, expect

from tests.web.screen import bubbles, opened, picture, write
from tests.web.site import TEXTS, Site

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]


async def test_ask_press_a_button_and_come_back(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await picture(page, "1-start")
        await page.get_by_role("button", name=TEXTS.page.starters[0]).click()
        await expect(bubbles(page, "theirs").last).to_contain_text("höchstens 8 Stunden")
        await expect(page.get_by_role("link", name="Jugendarbeitsschutzgesetz")).to_be_visible()
        await expect(page.locator("#typing")).to_be_hidden()
        await picture(page, "2-answer")
        await write(page, "Knöpfe")
        await page.get_by_role("button", name="Ja, gern").click()
        await expect(bubbles(page, "theirs").last).to_have_text(
            "Lernallianz: Echo: gewählt token-ja"
        )
        used = page.get_by_role("button", name="✓ Ja, gern")
        await expect(used).to_be_disabled()
        await expect(page.get_by_role("button", name="Nein, danke")).to_be_disabled()
        await picture(page, "3-pressed")
        before = await page.locator("#log").inner_text()
        await page.reload()
        await expect(bubbles(page, "theirs").last).to_contain_text("gewählt token-ja")
        assert await page.locator("#log").inner_text() == before
        await expect(used).to_be_disabled()
    assert len(house.inbox.received) == 3


async def test_what_was_shown_is_acknowledged(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        async with page.expect_response("**/chat/acknowledge") as answered:
            await write(page, "Hallo")
        assert (await answered.value).status == 204
    assert list(house.outbox.acknowledged.values()) == [1]


async def test_keyboard_only(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text(TEXTS.page.skip_link)
        await page.keyboard.press("Enter")
        await page.keyboard.type("Knöpfe")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("bitte")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Ja, gern")).to_be_visible()
        await expect(bubbles(page, "mine").last).to_contain_text("Knöpfe\nbitte")
        await expect(page.locator("#input")).to_be_focused()
        for _ in range(2):
            await page.keyboard.press("Shift+Tab")
        await expect(page.get_by_role("button", name="Ja, gern")).to_be_focused()
        await picture(page, "4-keyboard")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "theirs").last).to_contain_text("gewählt token-ja")
        await expect(page.locator("#input")).to_be_focused()


async def test_the_menu_by_keyboard(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        menu = page.locator("#menu summary")
        await menu.focus()
        await page.keyboard.press("Enter")
        await picture(page, "5-menu")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name=TEXTS.page.end_entry)).to_be_hidden()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "theirs").last).to_contain_text("Befehl code")


async def test_ending_forgets_everything(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await write(page, "Geheim")
        await expect(bubbles(page, "theirs").last).to_contain_text("Echo: Geheim")
        [before] = await page.context.cookies()
        await page.locator("#menu summary").click()
        await page.get_by_role("button", name=TEXTS.page.end_entry).click()
        await picture(page, "6-end")
        await page.get_by_role("button", name=TEXTS.page.cancel).first.click()
        assert house.sessions.ended == []
        await page.locator("#menu summary").click()
        await page.get_by_role("button", name=TEXTS.page.end_entry).click()
        async with page.expect_navigation():
            await page.get_by_role("button", name=TEXTS.page.end_confirm).click()
        await expect(page.get_by_role("button", name=TEXTS.page.starters[0])).to_be_visible()
        assert "Geheim" not in await page.evaluate("JSON.stringify(sessionStorage)")
        [after] = await page.context.cookies()
    assert len(house.sessions.ended) == 1
    assert before["value"] != after["value"]


async def test_a_recovery_code(browser: Browser, house: Site) -> None:
    async with house.visitor() as (_, address), opened(browser, house) as page:
        house.sessions.codes["ACDE-3467"] = address
        house.outbox._numbers[address] = 7
        await write(page, "Neu hier")
        await expect(bubbles(page, "theirs").last).to_contain_text("Neu hier")
        await page.locator("#menu summary").click()
        await page.get_by_role("button", name=TEXTS.page.recover_entry).click()
        await page.get_by_label(TEXTS.page.recover_label).fill("falsch")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text(TEXTS.errors.wrong_code)
        await picture(page, "7-code")
        await page.get_by_label(TEXTS.page.recover_label).fill("ACDE-3467")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(TEXTS.script.recovered)).to_be_visible()
        await write(page, "Wieder da")
        await expect(bubbles(page, "theirs").last).to_contain_text("Wieder da")
    assert house.inbox.received[-1].address == address


async def test_without_a_connection_messages_wait(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await write(page, "Eins")
        await expect(bubbles(page, "theirs").last).to_contain_text("Eins")
        await page.context.set_offline(True)
        await write(page, "Zwei")
        await write(page, "Drei")
        await expect(page.locator("#status")).to_have_text(TEXTS.script.offline)
        await expect(page.locator(".unsent")).to_have_count(2)
        await picture(page, "8-offline")
        await page.context.set_offline(False)
        await expect(bubbles(page, "theirs").last).to_contain_text("Drei")
        await expect(page.locator("#status")).to_be_empty()
        await expect(page.locator(".unsent")).to_have_count(0)
        await expect(bubbles(page, "theirs")).to_have_count(4)
    assert len(house.inbox.received) == 3


async def test_a_lost_response_and_a_reload_send_nothing_twice(
    browser: Browser, house: Site
) -> None:
    async with opened(browser, house) as page:

        async def lose_the_response(route: Route) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/chat/messages", lose_the_response, times=1)
        await write(page, "Nur einmal")
        await expect(bubbles(page, "theirs").last).to_contain_text("Nur einmal")
        await page.reload()
        await expect(page.locator(".unsent")).to_have_count(0)
        await expect(bubbles(page, "theirs")).to_have_count(2)
    assert len(house.inbox.received) == 1


async def test_a_crisis_is_answered_even_when_nothing_can_be_stored(
    browser: Browser, house: Site
) -> None:
    house.inbox.is_down = True
    async with opened(browser, house) as page:
        await write(page, "Krise")
        alert = page.locator("#log [role=alert]")
        await expect(alert.first).to_contain_text("Du bist nicht allein.")
        await expect(page.get_by_text(TEXTS.errors.not_stored)).to_be_visible()
        await picture(page, "9-crisis")
        await page.reload()
        await expect(bubbles(page, "theirs").last).to_contain_text("Du bist nicht allein.")
        house.inbox.is_down = False
        await expect(page.get_by_text(TEXTS.errors.not_stored)).to_have_count(0)


async def test_a_lost_cookie_begins_anew_by_itself(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await write(page, "Vorher")
        await expect(bubbles(page, "theirs").last).to_contain_text("Vorher")
        await page.context.clear_cookies()
        await write(page, "Nachher")
        await page.reload()
        await expect(bubbles(page, "theirs").last).to_contain_text("Nachher")
    assert len({message.address for message in house.inbox.received}) == 2


async def test_a_file_can_be_saved(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await write(page, "Datei")
        async with page.expect_download() as saved:
            await page.get_by_role("link", name="daten.json speichern").click()
        path = await (await saved.value).path()
        assert path.read_bytes() == b'{"name": "Kim"}'
        await page.reload()
        await expect(bubbles(page, "theirs").last).to_contain_text("Frag mich einfach noch einmal")


async def test_two_tabs_hear_the_same(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as first:
        second = await first.context.new_page()
        await second.goto(house.connector.url)
        await write(first, "Hallo")
        for page in (first, second):
            await expect(bubbles(page, "theirs").last).to_contain_text("Echo: Hallo")
