"""Invitations of the operator in the database: the only way to become a member of staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.tables import team
from bot.people.codes import INVITATION, PURPOSES, new_code
from bot.people.redeeming import code_hash
from bot.people.tables import code
from bot.storage.database import Database

KEY_LENGTH = 6
"""So much of the hash of a code names its invitation to the operator; it says nothing of the code (hexadecimal digits)."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that nobody has taken yet, for the operator's list.

    Attributes:
        key: what it is called by.
        team: the name of the team.
        region: the team's, a state's key; None for everywhere.
        role: `coach` or `lead`.
        name: what learners will see.
        expires_at: from then on it is worth nothing (UTC).
    """

    key: str
    team: str
    region: str | None
    role: str
    name: str
    expires_at: datetime


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


async def open_invitations(connection: AsyncConnection, now: datetime) -> Sequence[OpenInvitation]:
    """The invitations that somebody may still take, those that expire first first."""
    rows = await connection.execute(
        select(code.c.hash, code.c.about, code.c.expires_at)
        .where(code.c.purpose == INVITATION, code.c.expires_at > now)
        .order_by(code.c.expires_at, code.c.hash)
    )
    found = rows.all()
    teams = {row.id: row for row in await connection.execute(select(team))}
    return [
        OpenInvitation(
            key=row.hash[:KEY_LENGTH],
            team=teams[row.about["team"]].name,
            region=teams[row.about["team"]].rules["region"],
            role=row.about["role"],
            name=row.about["name"],
            expires_at=row.expires_at,
        )
        for row in found
    ]


async def withdraw(connection: AsyncConnection, key: str) -> None:
    """Delete an invitation by its key: its code is worth nothing from now on."""
    await connection.execute(
        delete(code).where(code.c.purpose == INVITATION, code.c.hash.startswith(key))
    )


async def forget_invitations(connection: AsyncConnection, team_id: int) -> None:
    """Delete the invitations into a team that is deleted: another one may get its number."""
    rows = await connection.execute(
        select(code.c.hash, code.c.about).where(code.c.purpose == INVITATION)
    )
    hashes = [row.hash for row in rows if row.about["team"] == team_id]
    await connection.execute(delete(code).where(code.c.hash.in_(hashes)))
