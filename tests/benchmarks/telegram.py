"""Delivery to many chats: ours beside python-telegram-bot's own rate limiter, on the same stand-in.

`python -m tests.benchmarks.telegram [SECONDS]`. Each delivers as many messages as 30 a second allow, one
to each chat; the stand-in refuses what is faster. Printed: messages a second from the first to the last
one that Telegram took, and how many it had to refuse. Ours is durable: each message is a row that is
claimed, sent and marked.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import insert
from telegram.ext import AIORateLimiter, Application

from bot.delivery.rows import Destination, write_replies
from bot.delivery.tables import conversation
from bot.people.tables import chat
from bot.turn import Owner, Reply
from tests.servers.botapi import BotApi, Person
from tests.telegram.stage import TelegramStage, on_telegram, until

PER_SECOND = 30
SECONDS = 60
TEXT = "Erinnerung: Dein **Berichtsheft** für diese Woche ist noch leer."


async def measured(
    messages: int, deliver: Callable[[BotApi, Sequence[Person]], Awaitable[None]]
) -> tuple[float, int]:
    """Messages a second, and refusals."""
    async with BotApi() as api:
        people = [api.person(f"P{number}") for number in range(messages)]
        await deliver(api, people)
        taken = [each.at for each in api.log if each.method == "sendMessage" and each.had_effect]
        refused = sum(each.status == 429 for each in api.log)
    assert len(taken) == messages
    return (len(taken) - 1) / (taken[-1] - taken[0]), refused


async def ours(api: BotApi, people: Sequence[Person]) -> None:
    """Everything waits in the outbox, then goes."""
    with tempfile.TemporaryDirectory() as folder:
        async with on_telegram(Path(folder), api) as stage:
            await until(lambda: api.is_polled)
            await fill(stage, people)
            await delivered(api, len(people))


async def fill(stage: TelegramStage, people: Sequence[Person]) -> None:
    """One row for each person, in one transaction."""
    now = stage.clock()
    async with stage.house.database.write() as connection:
        for person in people:
            chat_id = await connection.scalar(
                insert(chat)
                .values(channel="telegram", address=str(person.id), created_at=now)
                .returning(chat.c.id)
            )
            assert chat_id is not None
            row = {"chat_id": chat_id, "owner": Owner.ASSISTANT, "version": 0, "last_number": 0}
            await connection.execute(insert(conversation).values(row))
            to = Destination(chat_id, None, now, 4096)
            await write_replies(connection, to, [Reply(TEXT)])


async def peers(api: BotApi, people: Sequence[Person]) -> None:
    """python-telegram-bot with its rate limiter, which keeps messages in memory."""
    application = (
        Application.builder()
        .token(api.token)
        .base_url(api.base_url)
        .rate_limiter(AIORateLimiter(max_retries=20))
        .connection_pool_size(16)
        .pool_timeout(600)
        .updater(None)
        .build()
    )
    async with application:
        sends = (application.bot.send_message(each.id, TEXT) for each in people)
        await asyncio.gather(*sends)


async def delivered(api: BotApi, messages: int) -> None:
    """Wait until Telegram took so many."""
    await until(
        lambda: (
            sum(each.method == "sendMessage" and each.had_effect for each in api.log) >= messages
        ),
        within=600,
    )


def main() -> None:
    """Print a line for each."""
    messages = PER_SECOND * int(sys.argv[1] if len(sys.argv) > 1 else SECONDS)
    rates = {}
    for name, deliver in (("ours", ours), ("python-telegram-bot, AIORateLimiter", peers)):
        rate, refused = asyncio.run(measured(messages, deliver))
        rates[name] = rate
        sys.stdout.write(
            f"{name:40} {messages} messages  {rate:6.2f} a second  {refused} refused (429)\n"
        )
    first, second = rates.values()
    sys.stdout.write(f"{'ratio':40} {first / second:.2f}\n")


if __name__ == "__main__":
    main()
