"""Fixtures of the stand-in for the Bot API: its server, a person and a client."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.servers.botapi import BotApi, Person
from tests.telegram.botapi.clients import MORNING, Ask


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(clock=lambda: MORNING) as opened:
        yield opened


@pytest.fixture
def mia(api: BotApi) -> Person:
    return api.person("Mia", language_code="de")


@pytest.fixture
async def ask(api: BotApi) -> AsyncIterator[Ask]:
    async with httpx.AsyncClient(timeout=10, trust_env=False, verify=False) as http:  # noqa: S501
        yield Ask(api, http)
