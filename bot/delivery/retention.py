"""How long things are kept, and the purge that holds it (ADR 0007)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.tables import conversation, incoming, outgoing
from bot.people.tables import chat, code, code_try, link
from bot.storage.database import Database
from bot.tracker import from_json, only_slots, to_json

KEPT_CONVERSATION = timedelta(hours=24)
"""How long a conversation is remembered after its last message."""
KEPT_DRAFT = timedelta(days=30)
"""How long what somebody who consented typed into a form waits to be finished."""
KEPT_PAYLOAD = timedelta(hours=24)
"""How long a message waits for a browser to acknowledge it."""
KEPT_MARK = timedelta(hours=24)
"""How long an answered message's keyed hash guards against duplicates."""


async def forget_chats(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    """Delete what was said in these chats; what answers the erasure is written afterwards."""
    await connection.execute(delete(outgoing).where(outgoing.c.chat_id.in_(chat_ids)))
    await connection.execute(
        update(incoming)
        .where(incoming.c.chat_id.in_(chat_ids), incoming.c.state == "waiting")
        .values(state="done", payload=None)
    )
    await connection.execute(
        update(conversation)
        .where(conversation.c.chat_id.in_(chat_ids))
        .values(state=None, offered_by=None)
    )


def still_kept(
    state: Mapping[str, Any] | None,
    expires_at: datetime | None,
    now: datetime,
    drafts: Collection[str],
) -> Mapping[str, Any]:
    """What is left of a stored conversation: all of it until it expires, then the drafts until they do.

    Args:
        state: as stored.
        expires_at: when it has outlived its time (UTC); None never.
        now: the present moment.
        drafts: the slots that outlive a conversation; none without a person.
    """
    if not state or expires_at is None or expires_at > now:
        return state or {}
    tracker = only_slots(from_json(state), drafts)
    is_old = tracker.said_at is None or tracker.said_at < now - KEPT_DRAFT
    return {} if is_old or not tracker.slots else to_json(tracker)


async def purge(
    database: Database,
    now: datetime,
    drafts: Collection[str] = (),
    needed: Select[tuple[int]] | None = None,
) -> int:
    """Delete what has outlived its time.

    Args:
        database: open.
        now: the present moment.
        drafts: the slots that outlive a conversation of a person.
        needed: the ids of chats that are still needed, though nobody's.

    Returns:
        The number of chats that were forgotten.
    """
    async with database.write() as connection:
        await connection.execute(
            update(outgoing)
            .where(outgoing.c.created_at < now - KEPT_PAYLOAD, outgoing.c.payload.is_not(None))
            .values(payload=None, state="dropped")
        )
        await connection.execute(
            delete(outgoing).where(
                outgoing.c.created_at < now - 2 * KEPT_PAYLOAD,
                outgoing.c.payload.is_(None),
                ~outgoing.c.is_kept,
            )
        )
        await connection.execute(
            delete(incoming).where(
                incoming.c.state != "waiting", incoming.c.received_at < now - KEPT_MARK
            )
        )
        await _forget_conversations(connection, now, drafts)
        await connection.execute(delete(code).where(code.c.expires_at < now))
        await connection.execute(delete(code_try).where(code_try.c.tried_at < now - KEPT_MARK))
        forgotten = await connection.execute(
            delete(chat).where(
                chat.c.id.in_(
                    select(conversation.c.chat_id).where(
                        or_(
                            conversation.c.expires_at < now,
                            conversation.c.expires_at.is_(None),
                        )
                    )
                ),
                ~exists().where(link.c.chat_id == chat.c.id),
                ~exists().where(incoming.c.chat_id == chat.c.id, incoming.c.state == "waiting"),
                ~exists().where(
                    outgoing.c.chat_id == chat.c.id, outgoing.c.state.in_(("waiting", "sending"))
                ),
                true() if needed is None else chat.c.id.not_in(needed),
            )
        )
    await database.forget_deleted()
    return forgotten.rowcount


async def _forget_conversations(
    connection: AsyncConnection, now: datetime, drafts: Collection[str]
) -> None:
    """Shorten the conversations whose time is over, and none that a turn holds just now."""
    is_over = (conversation.c.expires_at < now, conversation.c.turn_holder.is_(None))
    of_persons = await connection.execute(
        select(conversation.c.chat_id, conversation.c.state, conversation.c.expires_at)
        .join(link, link.c.chat_id == conversation.c.chat_id)
        .where(*is_over, conversation.c.state.is_not(None))
        .with_for_update(of=conversation)
    )
    for row in of_persons.all():
        left = still_kept(row.state, row.expires_at, now, drafts)
        values = {"state": left or None, "expires_at": now + KEPT_CONVERSATION}
        await connection.execute(
            update(conversation).where(conversation.c.chat_id == row.chat_id).values(values)
        )
    await connection.execute(
        update(conversation)
        .where(*is_over, ~exists().where(link.c.chat_id == conversation.c.chat_id))
        .values(state=None)
    )
