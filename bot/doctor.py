"""`lernallianz doctor`: looks at everything that running needs and says how to mend it."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from typing_extensions import override

from bot.assistant import build_assistant
from bot.bootstrap import open_keys
from bot.errors import ConfigurationError, LernallianzError
from bot.models import stale
from bot.settings import Settings, clock_of, load, unknown_names
from bot.storage.database import Database
from bot.storage.keys import KeyRing
from bot.storage.migrate import migrate

GOOD, WARNING, FATAL = "ok", "warning", "error"
_BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""A clock before this moment is wrong: the software is younger."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, how it is, and what to do."""

    subject: str
    state: str
    says: str

    @property
    def is_fatal(self) -> bool:
        """Whether the assistant cannot run like this."""
        return self.state == FATAL

    @override
    def __str__(self) -> str:
        return f"{self.state:8} {self.subject:10} {self.says}"


async def examine() -> list[Finding]:
    """Look at everything, in the order in which it is needed."""
    try:
        settings = load()
    except ConfigurationError as error:
        return [Finding("settings", FATAL, str(error))]
    return [finding async for finding in _examined(settings)]


async def _examined(settings: Settings) -> AsyncIterator[Finding]:
    for name in unknown_names(os.environ):
        yield Finding("settings", WARNING, f"{name} is no setting; see .env.example")
    yield _legal(settings)
    yield _clock(settings)
    try:
        ring, is_new = open_keys(settings)
    except ConfigurationError as error:
        yield Finding("key", FATAL, str(error))
    else:
        made = "made just now; back it up: " if is_new else "in "
        yield Finding("key", GOOD, f"{made}{settings.keys}")
        yield await _database(settings, ring)
    if settings.telegram_token.get_secret_value():
        yield await _telegram(settings)
    if settings.matrix_homeserver:
        yield await _matrix(settings)
    yield _knowledge(settings)
    yield _model(settings)


def _legal(settings: Settings) -> Finding:
    if not settings.lacks_legal_links:
        return Finding("settings", GOOD, "legal links are set")
    needed = "set IMPRINT_URL, PRIVACY_URL and ACCESSIBILITY_URL before others use it"
    return Finding("settings", FATAL if settings.is_public else WARNING, needed)


def _clock(settings: Settings) -> Finding:
    now = clock_of(settings)()
    if settings.clock_start:
        return Finding("clock", WARNING, f"moved by CLOCK_START to {now:%Y-%m-%d %H:%M} UTC")
    if now < _BUILT:
        return Finding("clock", FATAL, f"says {now:%Y-%m-%d}; set this machine's clock (NTP)")
    return Finding("clock", GOOD, f"{now:%Y-%m-%d %H:%M} UTC")


async def _database(settings: Settings, ring: KeyRing) -> Finding:
    try:
        migrate(settings.database)
        async with Database(settings.database, ring) as database:
            kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    except LernallianzError as error:
        return Finding("database", FATAL, f"{error}; check DATABASE_URL and the key file")
    return Finding("database", GOOD, f"{kind}, tables are current, the key fits")


async def _telegram(settings: Settings) -> Finding:
    url = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}/getMe"
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(url)
            body = answer.json()
    except (httpx.HTTPError, ValueError):
        return Finding("telegram", WARNING, f"{settings.telegram_api_url} cannot be reached")
    if answer.status_code in (401, 404):
        return Finding("telegram", FATAL, "refuses TELEGRAM_TOKEN; copy it again from @BotFather")
    if not body.get("ok"):
        return Finding("telegram", WARNING, f"answers {answer.status_code}; try again")
    return Finding("telegram", GOOD, f"the token belongs to @{body['result'].get('username')}")


async def _matrix(settings: Settings) -> Finding:
    url = f"{settings.matrix_homeserver}/_matrix/client"
    token = settings.matrix_token.get_secret_value()
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            (await client.get(f"{url}/versions")).raise_for_status().json()["versions"]
            headers = {"Authorization": f"Bearer {token}"}
            who = await client.get(f"{url}/v3/account/whoami", headers=headers) if token else None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return Finding(
            "matrix", WARNING, f"{settings.matrix_homeserver} does not answer as a homeserver does"
        )
    if who is not None and who.status_code == 401:
        return Finding("matrix", FATAL, "refuses MATRIX_TOKEN; log in again and set the new one")
    has_keys = any(settings.matrix_keys.glob("*.db"))
    keys = "the keys of our device are there" if has_keys else "the first start makes a device"
    return Finding("matrix", GOOD, f"{settings.matrix_homeserver} answers; {keys}")


def _knowledge(settings: Settings) -> Finding:
    try:
        assistant = build_assistant(settings)
    except ConfigurationError as error:
        return Finding("knowledge", FATAL, str(error))
    library = assistant.library.current
    today = clock_of(settings)().date()
    old = sorted(key for key, each in library.articles.items() if not each.is_valid_on(today))
    if old:
        return Finding("knowledge", WARNING, f"out of date, not stated any more: {', '.join(old)}")
    return Finding("knowledge", GOOD, f"{len(library.articles)} articles")


def _model(settings: Settings) -> Finding:
    try:
        old = list(stale(settings))
    except ConfigurationError as error:
        return Finding("model", FATAL, str(error))
    if not old:
        return Finding("model", GOOD, "is current")
    return Finding("model", WARNING, f"not current: {', '.join(old)}; run: lernallianz train")
