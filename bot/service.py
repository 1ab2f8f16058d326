"""Runs the assistant as a process: with the web chat, or in the terminal."""

import asyncio
import fcntl
import logging
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import typer
from starlette.routing import BaseRoute

from bot.bootstrap import House, open_keys, running
from bot.errors import ConfigurationError
from bot.health import health
from bot.ports import Connector
from bot.settings import Settings
from bot.storage.keys import KeyRing, fresh_ring
from bot.texts import load_texts
from connectors.console import ConsoleConnector, standard_lines
from connectors.web import LegalLinks, WebConnector, WebPlace, web_texts

if TYPE_CHECKING:
    from connectors.matrix import MatrixConnector
    from connectors.telegram import TelegramConnector

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C.

    Raises:
        LernallianzError: it cannot start.
    """
    log_as_json(settings.log_level)
    ring = _keys(settings)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with only_process(settings):
        made: list[WebConnector | TelegramConnector | MatrixConnector] = []

        def connectors(house: House) -> list[Connector]:
            made.extend(messengers(house))
            return list(made)

        async with running(settings, ring, connectors):
            for each in made:
                typer.echo(f"Lernallianz: {each.url or each.trouble or each.channel}", err=True)
            await stop.wait()


async def talk(settings: Settings) -> None:
    """Talk in the terminal; what was said is gone when it ends.

    Raises:
        LernallianzError: it cannot start.
    """
    log_as_json("error")
    texts = load_texts("terminal")
    is_person = sys.stdin.isatty()
    made: list[ConsoleConnector] = []

    def connectors(house: House) -> list[Connector]:
        made.append(
            ConsoleConnector(
                inbox=house.inbox,
                clock=house.clock,
                lines=standard_lines(),
                show=_print,
                apology=texts["not_taken"],
                prompt=texts["prompt"] if is_person else "",
            )
        )
        return list(made)

    if is_person:
        _print(f"{texts['welcome']}\n\n")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/terminal.sqlite3"
        own = settings.model_copy(update={"database_url": url})
        async with running(own, fresh_ring(), connectors):
            await made[0].finished()


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def messengers(house: House) -> "list[WebConnector | TelegramConnector | MatrixConnector]":
    """The web chat, and every messenger whose settings are there."""
    settings = house.settings
    bots: list[TelegramConnector | MatrixConnector] = []
    routes: Sequence[BaseRoute] = ()
    if settings.telegram_token.get_secret_value():
        bot = telegram(house)
        routes = bot.routes
        bots.append(bot)
    if settings.matrix_homeserver:
        bots.append(matrix(house))
    return [web_chat(house, routes), *bots]


def matrix(house: House) -> "MatrixConnector":
    """The Matrix bot of a house."""
    from connectors.matrix import MatrixConnector, MatrixPlace, matrix_texts

    settings = house.settings
    return MatrixConnector(
        inbox=house.inbox,
        outbox=house.outbox,
        store=house.remembered(MatrixConnector.channel),
        clock=house.clock,
        texts=matrix_texts(load_texts("matrix")),
        place=MatrixPlace(
            homeserver=settings.matrix_homeserver,
            user=settings.matrix_user,
            password=settings.matrix_password.get_secret_value(),
            token=settings.matrix_token.get_secret_value(),
            device=settings.matrix_device_id,
            folder=settings.matrix_keys,
            pickle_key=house.database.ring.keyed_hash("matrix keys", "store"),
            allowed_servers=settings.allowed_servers,
        ),
    )


def telegram(house: House) -> "TelegramConnector":
    """The Telegram bot of a house."""
    from connectors.telegram import TelegramConnector, TelegramPlace, telegram_texts

    settings = house.settings
    is_webhook = settings.telegram_mode == "webhook"
    return TelegramConnector(
        inbox=house.inbox,
        outbox=house.outbox,
        groups=house.groups,
        clock=house.clock,
        texts=telegram_texts(load_texts("telegram")),
        menu=[(row.name, row.help) for row in house.assistant.commands.for_roles(())],
        place=TelegramPlace(
            token=settings.telegram_token.get_secret_value(),
            api_url=settings.telegram_api_url,
            webhook_url=settings.public_url if is_webhook else "",
            webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        ),
    )


def web_chat(house: House, more: Sequence[BaseRoute] = ()) -> WebConnector:
    """The web chat of a house.

    Args:
        house: the running assistant.
        more: what its server offers to other connectors.
    """
    settings = house.settings
    return WebConnector(
        inbox=house.inbox,
        outbox=house.outbox,
        sessions=house.sessions,
        hash_session=lambda name: house.database.ring.keyed_hash("web session", name),
        texts=web_texts(load_texts("web")),
        health=lambda: health(house),
        clock=house.clock,
        more=more,
        place=WebPlace(
            host=settings.web_host,
            port=settings.web_port,
            public_url=settings.public_url,
            links=LegalLinks(
                imprint=settings.imprint_url,
                privacy=settings.privacy_url,
                accessibility=settings.accessibility_url,
            ),
        ),
    )


def log_as_json(level: str) -> None:
    """Structured log records on standard error; never with texts, names or tokens."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


@contextmanager
def only_process(settings: Settings) -> Iterator[None]:
    """SQLite means one process: a second one is refused with a clear word.

    Raises:
        ConfigurationError: another process uses the database.
    """
    if not settings.database.startswith("sqlite"):
        yield
        return
    path = Path(settings.database.partition("///")[2] + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(
                "another process runs on this database; stop it first, or use PostgreSQL"
            ) from error
        yield


def _keys(settings: Settings) -> KeyRing:
    ring, is_new = open_keys(settings)
    if is_new:
        typer.echo(
            f"Made a new key file: {settings.keys}\n"
            "Keep a copy in a safe place: without it all stored data are lost.",
            err=True,
        )
    return ring
