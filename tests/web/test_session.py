"""Sessions, the page's headers, and what stands around the chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigurationError
from bot.messages import Address
from bot.texts import load_texts
from connectors.web import LegalLinks, web_texts
from connectors.web.page import render_page
from connectors.web.server import WebServer
from connectors.web.session import SessionCookies
from tests.web.site import LINKS, TEXTS, Site, events, seal

COOKIES = SessionCookies(seal, is_secure=False)


async def test_the_page_begins_a_session_and_keeps_it(site: Site) -> None:
    async with site.client() as client:
        first = await client.get("/")
        second = await client.get("/")
    cookie = first.headers["set-cookie"]
    assert second.headers["set-cookie"].partition(";")[0] == cookie.partition(";")[0]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "max-age=7776000", "path=/", "samesite=strict"}


async def test_https_makes_the_cookie_secure() -> None:
    site = Site(public_url="https://chat.beispiel.test")
    async with site.connector, site.client() as client:
        cookie = (await client.get("/")).headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "secure" in cookie.lower()


async def test_a_link_on_another_site_does_not_overwrite_a_session(site: Site) -> None:
    """A strict cookie stays at home then; the page asks again from its own origin."""
    async with site.client() as client:
        answer = await client.get("/", headers={"sec-fetch-site": "cross-site"})
    assert "set-cookie" not in answer.headers


async def test_every_response_is_guarded(site: Site) -> None:
    async with site.visitor() as (client, _):
        answers = [
            await client.get(path) for path in ("/", "/static/app.js", "/health", "/nirgends")
        ]
        answers.append(await client.post("/chat/messages"))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "geolocation=()" in answer.headers["permissions-policy"]
        assert "server" not in answer.headers
    assert [answer.headers["cache-control"] for answer in answers[:2]] == ["no-store", "no-cache"]


async def test_static_files_have_their_type_and_are_not_sent_twice(site: Site) -> None:
    types = {
        "app.js": "javascript",
        "style.css": "text/css",
        "icon.svg": "image/svg+xml",
    }
    async with site.client() as client:
        for name, media_type in types.items():
            first = await client.get(f"/static/{name}")
            assert media_type in first.headers["content-type"]
            again = await client.get(
                f"/static/{name}", headers={"if-none-match": first.headers["etag"]}
            )
            assert again.status_code == 304


async def test_health(site: Site) -> None:
    async with site.client() as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        site.health.is_well = False
        assert (await client.get("/health")).status_code == 503


async def test_ending_a_session_closes_its_pages_and_takes_the_cookie(site: Site) -> None:
    async with site.visitor() as (client, address), events(client) as stream:
        answer = await client.post("/chat/session/end", json={})
        assert answer.status_code == 204
        assert [event async for event in stream] == []
        assert site.sessions.ended == [address]
        assert (await client.get("/chat/events")).status_code == 401


async def test_a_recovery_code_opens_the_old_chat_in_a_new_browser(site: Site) -> None:
    async with site.visitor() as (old, address), site.visitor() as (new, _):
        site.sessions.codes["ACDE-3467"] = address
        wrong = await new.post("/chat/session/recover", json={"code": "nein"})
        right = await new.post("/chat/session/recover", json={"code": "ACDE-3467"})
        async with events(new) as stream:
            body = {"id": "3f2b1c9e-0f5d-4a57-8a4e-2f6f4f2f9b11", "text": "Hallo"}
            await old.post("/chat/messages", json=body)
            assert (await anext(stream))["text"] == "Echo: Hallo"
    assert (wrong.status_code, wrong.json()["error"]) == (403, TEXTS.errors.wrong_code)
    assert (right.status_code, right.json()) == (200, {"status": "recovered"})


def test_a_cookie_opens_its_chat_only() -> None:
    address = COOKIES.fresh()
    value = COOKIES.value_for(address)
    assert COOKIES.address_in(value) == address
    assert COOKIES.address_in(value.replace(".", "x.")) is None
    assert COOKIES.tag(address) not in value
    assert COOKIES.fresh() != address


def test_the_tag_is_no_seal() -> None:
    address = Address("web", "chat")
    assert not COOKIES.value_for(address).endswith(COOKIES.tag(address))
    assert COOKIES.address_in(f"chat.{COOKIES.tag(address)}") is None


@given(st.none() | st.text())
def test_no_other_text_is_a_session(value: str | None) -> None:
    assert COOKIES.address_in(value) is None


def test_the_page_says_what_it_is_and_links_what_is_set() -> None:
    page = render_page(TEXTS, LINKS)
    assert "Ich bin ein Programm, kein Mensch." in page
    assert 'href="https://beispiel.test/impressum"' in page
    assert "tel:116111" in page
    assert page.count('class="choice"') == 4
    bare = render_page(TEXTS, LegalLinks())
    assert "Impressum" not in bare


def test_texts_that_are_missing_are_named() -> None:
    raw = {**load_texts("web")}
    raw["errors"] = {name: text for name, text in raw["errors"].items() if name != "broken"}
    with pytest.raises(ConfigurationError, match=r"errors\.broken"):
        web_texts(raw)


async def test_a_port_in_use_is_named(site: Site) -> None:
    port = int(site.connector.url.rpartition(":")[2])
    with pytest.raises(ConfigurationError, match=f"port {port}"):
        async with WebServer(site.connector.app, "127.0.0.1", port):
            pass
