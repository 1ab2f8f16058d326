"""Invitations of the operator in the database: the only way to become a member of staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.codes import INVITATION, PURPOSES, new_code
from bot.people.redeeming import code_hash
from bot.people.tables import code
from bot.storage.database import Database


async def invite(
    connection: AsyncConnection, database: Database, about: Mapping[str, Any], now: datetime
) -> str:
    """Make an invitation.

    Args:
        connection: a transaction.
        database: for the hash.
        about: `team` (its id), `role` (`coach`, `lead`) and `name` (what learners see).
        now: the moment (UTC).

    Returns:
        The code, to be shown once; only its hash is kept.
    """
    made = new_code(INVITATION)
    values = {
        "hash": code_hash(database, INVITATION, made),
        "purpose": INVITATION,
        "chat_id": None,
        "about": dict(about),
        "created_at": now,
        "expires_at": now + PURPOSES[INVITATION].lifetime,
    }
    await connection.execute(insert(code).values(values))
    return made


async def forget_invitations(connection: AsyncConnection, team_id: int) -> None:
    """Delete the invitations into a team that is deleted: another one may get its number."""
    rows = await connection.execute(
        select(code.c.hash, code.c.about).where(code.c.purpose == INVITATION)
    )
    hashes = [row.hash for row in rows if row.about["team"] == team_id]
    await connection.execute(delete(code).where(code.c.hash.in_(hashes)))
