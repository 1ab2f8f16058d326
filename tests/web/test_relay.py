"""What people write and send through us, on the page: their names, their words, changes, replies, files."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.messages import (
    Address,
    File,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingFile,
    OutgoingText,
)
from connectors.web.uploads import LARGEST_FILE
from tests.web.screen import accessible, bubbles, no_overflow, opened, picture, write
from tests.web.site import TEXTS, Site

pytestmark = [pytest.mark.chromium, pytest.mark.asyncio(loop_scope="module")]
COACH = "Samira (Coach)"
WORDS = "**nicht fett** [kein Link](https://beispiel.test)\n• <b>kein Punkt</b>  zwei Leerzeichen"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000010000000100802000000909168360000001649444154789c63"
    "3811a041126218d530aa61f86a0000bfc64010074505b70000000049454e44ae426082"
)


def here(house: Site) -> Address:
    return house.inbox.received[-1].address


@pytest.fixture
def chosen(tmp_path: Path) -> Path:
    """A picture on the device."""
    picture_file = tmp_path / "bild.png"
    picture_file.write_bytes(PNG)
    return picture_file


async def hello(page: Page) -> None:
    await write(page, "Hallo")
    await expect(bubbles(page, "theirs").last).to_contain_text("Echo: Hallo")


async def test_what_a_person_wrote_stands_below_their_name_as_they_wrote_it(
    browser: Browser, house: Site
) -> None:
    async with opened(browser, house) as page:
        await hello(page)
        house.outbox.say(here(house), OutgoingText(WORDS, author=COACH))
        said = bubbles(page, "theirs").last
        await expect(said).to_contain_text("kein Punkt")
        assert await said.locator("p").last.inner_text() == WORDS
        assert await said.locator("strong, a, li, b").count() == 0
        await expect(page.locator(".author")).to_have_text(COACH)
        assert (await said.text_content() or "").startswith(f"{COACH}: ")
        colours = "each => getComputedStyle(each).backgroundColor"
        theirs = bubbles(page, "theirs")
        assert await said.evaluate(colours) != await theirs.nth(1).evaluate(colours)
        await picture(page, "20-person")
        await page.reload()
        await expect(page.locator(".author")).to_have_text(COACH)
        assert await bubbles(page, "theirs").last.locator("p").last.inner_text() == WORDS


async def test_that_somebody_is_writing_is_told_to_a_human_only(
    browser: Browser, house: Site
) -> None:
    async with opened(browser, house) as page:
        await hello(page)
        told = len(house.inbox.typing_in)
        await page.locator("#input").press_sequentially("an das Programm")
        await page.locator("#input").fill("")
        house.outbox.say(here(house), OutgoingText("Hallo, ich bin da.", author=COACH))
        await expect(page.locator(".author")).to_have_text(COACH)
        assert house.inbox.typing_in[told:] == []
        async with page.expect_response("**/chat/typing") as answered:
            await page.locator("#input").press_sequentially("still")
        assert (await answered.value).status == 204
        async with page.expect_response("**/chat/messages"):
            await page.locator("#input").press("Enter")
        await page.evaluate("() => new Promise(requestAnimationFrame)")
        await expect(page.locator("#typing")).to_be_hidden()

    assert house.inbox.typing_in[told:] == [here(house)]


async def test_a_change_takes_the_place_of_what_was_said(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await hello(page)
        say = house.outbox.say
        sent = say(here(house), OutgoingText("Um 3", author=COACH))
        say(here(house), OutgoingEdit(sent, "Um 4", author=COACH))
        await expect(bubbles(page, "theirs").last.locator("p").last).to_have_text("Um 4")
        await expect(bubbles(page, "theirs")).to_have_count(3)
        await expect(page.locator(".author")).to_have_count(1)
        await page.reload()
        await expect(bubbles(page, "theirs").last.locator("p").last).to_have_text("Um 4")
        say(here(house), OutgoingEdit("not here", "Neu", author=COACH))
        say(here(house), OutgoingEdit("not here", "Neuer", author=COACH))
        await expect(bubbles(page, "theirs").last.locator("p").last).to_have_text("Neuer")
        await expect(bubbles(page, "theirs")).to_have_count(4)


async def test_what_is_taken_back_is_nowhere_any_more(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await hello(page)
        sent = house.outbox.say(here(house), OutgoingText("Falscher Chat", author=COACH))
        house.outbox.say(here(house), OutgoingText("Dazu noch", author=COACH), quotes=sent)
        quote = page.locator(".quote")
        await expect(quote).to_have_text(f"{TEXTS.script.quotes}: Falscher Chat")
        house.outbox.say(here(house), OutgoingDeletion(sent))
        await expect(bubbles(page, "theirs").nth(2)).to_contain_text(TEXTS.script.deleted)
        await expect(quote).to_have_text(f"{TEXTS.script.quotes}: {TEXTS.script.deleted}")
        house.outbox.say(here(house), OutgoingDeletion("not here"))
        await picture(page, "21-deleted")
        assert "Falscher Chat" not in await page.content()
        assert "Falscher Chat" not in await page.evaluate("JSON.stringify(sessionStorage)")
        await page.reload()
        await expect(bubbles(page, "theirs").nth(2)).to_contain_text(TEXTS.script.deleted)
        async with asyncio.timeout(5):
            while house.outbox.sent[here(house)]:  # noqa: ASYNC110 - the page acknowledges when it can
                await asyncio.sleep(0.02)


async def test_a_reply_shows_the_first_line_of_what_it_answers(
    browser: Browser, house: Site
) -> None:
    async with opened(browser, house) as page:
        await write(page, "Wie lange darf ich arbeiten?\nUnd warum?")
        await expect(bubbles(page, "theirs").last).to_contain_text("8 Stunden")
        mine = house.inbox.received[-1].external_id
        house.outbox.say(here(house), OutgoingText("Kommt drauf an", author=COACH), quotes=mine)
        quote = page.locator(".quote")
        await expect(quote.last).to_have_text(
            f"{TEXTS.script.quotes}: Wie lange darf ich arbeiten?"
        )
        shown = await page.evaluate("JSON.parse(sessionStorage.chat).entries[1].message_id")
        house.outbox.say(here(house), OutgoingText("Genau so"), quotes=shown)
        await expect(quote.last).to_have_text(
            f"{TEXTS.script.quotes}: Unter 18 darfst du höchstens 8 Stunden am Tag arbeiten."
        )
        house.outbox.say(here(house), OutgoingText("Ohne Bezug"), quotes="gone")
        await expect(bubbles(page, "theirs").last).to_contain_text("Ohne Bezug")
        await expect(quote).to_have_count(2)
        await picture(page, "22-replies")


async def test_a_picture_of_a_person_is_shown(browser: Browser, house: Site) -> None:
    async with opened(browser, house) as page:
        await hello(page)
        file = OutgoingFile("bild.png", "image/png", PNG, "*So* sieht es aus", author=COACH)
        house.outbox.say(here(house), file)
        shown = bubbles(page, "theirs").last.locator("img")
        await expect(shown).to_be_visible()
        assert await shown.evaluate("each => each.naturalWidth") == 16
        await expect(bubbles(page, "theirs").last).to_contain_text("*So* sieht es aus")
        await expect(page.get_by_role("link", name="bild.png speichern")).to_be_visible()


async def test_a_file_is_attached_by_keyboard_and_sent_with_the_words(
    browser: Browser, house: Site, tmp_path: Path
) -> None:
    chosen = tmp_path / "Zeugnis für Mia.png"
    chosen.write_bytes(PNG)
    async with opened(browser, house) as page:
        # Playwright begins to catch choosers some time after the first listener is there.
        page.on("filechooser", lambda _: None)
        attach = page.get_by_role("button", name=TEXTS.page.attach)
        await page.locator("#input").focus()
        await page.keyboard.press("Tab")
        await expect(attach).to_be_focused()
        async with page.expect_file_chooser() as choosing:
            await page.keyboard.press("Enter")
        await (await choosing.value).set_files(chosen)
        await expect(page.locator("#attached")).to_have_text(f"Angehängt: {chosen.name}")
        await expect(page.locator("#input")).to_be_focused()
        await picture(page, "23-attached")
        assert house.inbox.received == []
        await page.keyboard.type("Ist das gut so?")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "mine").first.locator("img")).to_be_visible()
        await expect(page.locator("#attached")).to_be_empty()
        await expect(bubbles(page, "theirs")).to_have_count(3)
        files = [each.content for each in house.inbox.received if isinstance(each.content, File)]
        [file] = files
        assert (file.name, file.media_type, file.size) == (chosen.name, "image/png", len(PNG))
        assert await house.connector.fetch(file.reference) == PNG
        await picture(page, "24-sent")
        await page.reload()
        await expect(bubbles(page, "mine").first).to_contain_text(chosen.name)
        await expect(page.locator(".unsent")).to_have_count(0)


async def test_a_file_can_be_left_out_again_and_a_large_one_is_not_taken(
    browser: Browser, house: Site, tmp_path: Path
) -> None:
    small, large = tmp_path / "klein.pdf", tmp_path / "gross.pdf"
    small.write_bytes(b"%PDF-1.7")
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    async with opened(browser, house) as page:
        await page.set_input_files("#file", small)
        await page.get_by_role("button", name=TEXTS.page.detach).click()
        await expect(page.locator("#attached")).to_be_empty()
        await expect(page.get_by_role("button", name=TEXTS.page.detach)).to_be_hidden()
        await page.set_input_files("#file", large)
        await expect(page.locator("#status")).to_have_text(TEXTS.errors.file_too_large)
        await picture(page, "25-too-large")
        await page.set_input_files("#file", small)
        await expect(page.locator("#status")).to_be_empty()
        await page.get_by_role("button", name=TEXTS.page.detach).click()
        await hello(page)
    assert len(house.inbox.received) == 1


async def test_a_file_that_is_still_being_read_is_sent_along(
    browser: Browser, house: Site, chosen: Path
) -> None:
    async with opened(browser, house) as page:
        await page.evaluate("Blob.prototype.arrayBuffer = () => new Promise(() => {}); null")
        await page.set_input_files("#file", chosen)
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "theirs").first).to_be_visible()
    [received] = house.inbox.received
    assert isinstance(received.content, File)
    assert await house.connector.fetch(received.content.reference) == PNG


async def test_a_file_that_cannot_be_read_is_said(
    browser: Browser, house: Site, chosen: Path
) -> None:
    async with opened(browser, house) as page:
        await page.evaluate("Blob.prototype.arrayBuffer = () => Promise.reject(new Error()); null")
        await page.set_input_files("#file", chosen)
        await expect(page.locator("#status")).to_have_text(TEXTS.script.file_unreadable)
        await expect(page.locator("#attached")).to_be_empty()
        await hello(page)
    assert len(house.inbox.received) == 1


async def test_no_word_waits_for_a_file(browser: Browser, house: Site, chosen: Path) -> None:
    async with opened(browser, house) as page:
        await page.route("**/chat/files", lambda route: route.abort())
        await page.set_input_files("#file", chosen)
        await write(page, "Krise")
        await expect(page.locator(".urgent")).to_be_visible()
        await expect(page.locator(".unsent")).to_have_count(1)
        await page.unroute("**/chat/files")
        await expect(page.locator(".unsent")).to_have_count(0, timeout=30_000)
    assert isinstance(house.inbox.received[-1].content, File)


async def test_a_file_that_a_reload_lost_is_not_sent(
    browser: Browser, house: Site, chosen: Path
) -> None:
    async with opened(browser, house) as page:
        await page.route("**/chat/files", lambda route: route.abort())
        await page.set_input_files("#file", chosen)
        await page.keyboard.press("Enter")
        await expect(page.locator(".unsent")).to_have_count(1)
        await page.reload()
        await expect(bubbles(page, "mine")).to_contain_text(TEXTS.script.failed)
        await hello(page)
    assert len(house.inbox.received) == 1


@pytest.mark.node
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_of_it_is_accessible_on_the_smallest_screen(
    browser: Browser, house: Site, axe: str, tmp_path: Path, scheme: str
) -> None:
    chosen = tmp_path / ("Abschlusszeugnis" * 6 + ".png")
    chosen.write_bytes(PNG)
    viewport = {"width": 320, "height": 640}
    dark = scheme == "dark"
    async with opened(
        browser, house, viewport=viewport, color_scheme="dark" if dark else "light"
    ) as page:
        await page.evaluate(axe)
        await hello(page)
        mine = house.inbox.received[-1].external_id
        say = house.outbox.say
        long = OutgoingText("Donaudampfschifffahrt" * 6, author="Samira Beispiel-Mustermann " * 4)
        sent = say(here(house), long, quotes=mine)
        say(here(house), OutgoingFile("bild.png", "image/png", PNG, author=COACH), quotes=sent)
        gone = say(here(house), OutgoingText("weg", author=COACH))
        say(here(house), OutgoingDeletion(gone))
        await expect(page.locator(".deleted")).to_be_visible()
        await page.set_input_files("#file", chosen)
        await expect(page.locator("#attached")).not_to_be_empty()
        await no_overflow(page)
        await accessible(page)
        await picture(page, f"26-{scheme}-attached")
        await page.keyboard.press("Enter")
        await expect(bubbles(page, "mine").last.locator("img")).to_be_visible()
        await no_overflow(page)
        await accessible(page)
        await picture(page, f"27-{scheme}-relay")
