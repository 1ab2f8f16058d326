"""Files that are sent on the page: each once, guarded as a message is, in memory and for a short while."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

from bot.errors import Refused
from bot.messages import Address, File
from connectors.web.problems import Problem, Rejected
from connectors.web.uploads import LARGEST_FILE, Uploads
from tests.web.site import TEXTS, Site

ID = "3f2b1c9e-0f5d-4a57-8a4e-2f6f4f2f9b11"
PICTURE = b"\xff\xd8\xff picture \xff\xd9"
HEAD = {"content-type": "image/jpeg", "file-name": quote("Mein Zeugnis ä.jpg"), "message-id": ID}
NO_OTHERS: Mapping[str, str] = {}


async def post(
    client: httpx.AsyncClient, data: bytes = PICTURE, head: Mapping[str, str] = NO_OTHERS
) -> httpx.Response:
    headers = {name: value for name, value in {**HEAD, **head}.items() if value}
    return await client.post("/chat/files", content=data, headers=headers)


async def test_a_file_posted_three_times_is_one_message_and_can_be_fetched(site: Site) -> None:
    async with site.visitor() as (client, address):
        answers = [
            await post(client, head={"message-id": each}) for each in (ID, ID.upper(), f"{{{ID}}}")
        ]
        [received] = site.inbox.received
        reference = f"{address.chat}:{ID}"
        assert [answer.json()["status"] for answer in answers] == ["new", "known", "known"]
        assert (received.address, received.external_id) == (address, reference)
        assert received.content == File(
            reference, "Mein Zeugnis ä.jpg", "image/jpeg", len(PICTURE), caption=""
        )
        assert await site.connector.fetch(reference) == PICTURE


async def test_what_came_first_under_an_id_stays(site: Site) -> None:
    async with site.visitor() as (client, address):
        await post(client)
        await post(client, b"something else")
        assert await site.connector.fetch(f"{address.chat}:{ID}") == PICTURE


async def test_two_chats_may_use_the_same_id_and_each_has_its_own_file(site: Site) -> None:
    async with site.visitor() as (first, here), site.visitor() as (second, there):
        await post(first, b"one")
        await post(second, b"two")
        fetched = [await site.connector.fetch(f"{each.chat}:{ID}") for each in (here, there)]
    assert fetched == [b"one", b"two"]


BAD: dict[str, tuple[dict[str, str], int, Problem]] = {
    "no media type": ({"content-type": ""}, 9, Problem.WRONG_KIND),
    "another kind": ({"content-type": "text/html"}, 9, Problem.WRONG_KIND),
    "a form": ({"content-type": "multipart/form-data"}, 9, Problem.WRONG_KIND),
    "no name": ({"file-name": ""}, 9, Problem.BROKEN),
    "a name without letters": ({"file-name": "%00%0A"}, 9, Problem.BROKEN),
    "no id": ({"message-id": ""}, 9, Problem.BROKEN),
    "no uuid": ({"message-id": "1"}, 9, Problem.BROKEN),
    "empty": ({}, 0, Problem.BROKEN),
    "too large": ({}, LARGEST_FILE + 1, Problem.FILE_TOO_LARGE),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_wrong_is_refused_with_a_kind_text(site: Site, name: str) -> None:
    head, size, problem = BAD[name]
    async with site.visitor() as (client, _):
        answer = await post(client, bytes(size), head)
    assert answer.status_code == problem.status
    assert answer.json() == {"error": getattr(TEXTS.errors, problem.text)}
    assert site.inbox.received == []


async def test_the_largest_file_is_taken(site: Site) -> None:
    async with site.visitor() as (client, address):
        assert (await post(client, bytes(LARGEST_FILE))).status_code == 202
        assert len(await site.connector.fetch(f"{address.chat}:{ID}")) == LARGEST_FILE


async def test_a_stream_that_does_not_say_its_length_is_refused_at_the_limit(site: Site) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_FILE // 65536 + 2):
            yield bytes(65536)

    async with site.visitor() as (client, _):
        answer = await client.post("/chat/files", content=large(), headers=HEAD)
    assert answer.status_code == 413
    assert site.inbox.received == []


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://boese.test"}]
)
async def test_only_the_own_page_may_post(site: Site, headers: dict[str, str]) -> None:
    async with site.visitor() as (client, _):
        assert (await post(client, head=headers)).status_code == 403


async def test_without_a_session_nothing_is_taken(site: Site) -> None:
    async with site.client() as client:
        assert (await post(client)).status_code == 401
        assert (await post(client, head={"cookie": "session=chat.seal"})).status_code == 401


async def test_what_cannot_be_taken_now_is_asked_for_again(site: Site) -> None:
    async with site.visitor() as (client, _):
        site.inbox.is_down = True
        down = await post(client)
        site.inbox.is_down, site.inbox.is_full = False, True
        full = await post(client)
    assert (down.status_code, down.headers["retry-after"]) == (503, "2")
    assert (full.status_code, full.headers["retry-after"]) == (429, "5")


async def test_the_file_goes_with_the_session(site: Site) -> None:
    async with site.visitor() as (client, address), site.visitor() as (other, elsewhere):
        await post(client)
        await post(other)
        await client.post("/chat/session/end", json={})
        with pytest.raises(Refused):
            await site.connector.fetch(f"{address.chat}:{ID}")
        assert await site.connector.fetch(f"{elsewhere.chat}:{ID}") == PICTURE


async def test_a_file_that_never_came_is_gone(site: Site) -> None:
    with pytest.raises(Refused):
        await site.connector.fetch(f"{Address('web', 'nobody').chat}:{uuid.uuid4()}")


async def test_a_file_stays_for_its_time() -> None:
    uploads = Uploads(lifetime=timedelta(milliseconds=20))
    uploads.keep("a", b"a")
    assert uploads.get("a") == b"a"
    await asyncio.sleep(0.05)
    assert uploads.get("a") is None


async def test_the_oldest_go_when_there_is_no_room() -> None:
    uploads = Uploads(room=10)
    for name in "abc":
        uploads.keep(name, bytes(4))
    assert [uploads.get(name) for name in "abc"] == [None, bytes(4), bytes(4)]
    uploads.forget()
    assert [uploads.get(name) for name in "abc"] == [None, None, None]


def test_only_so_many_files_arrive_at_once() -> None:
    uploads = Uploads()
    arriving = [uploads.arriving() for _ in range(7)]
    for each in arriving[:6]:
        each.__enter__()
    with pytest.raises(Rejected):
        arriving[6].__enter__()
    arriving[0].__exit__(None, None, None)
    with uploads.arriving():
        pass
