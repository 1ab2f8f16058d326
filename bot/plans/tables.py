"""Plans with their next moment, and what became of each ringing."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedJson, UtcDateTime

plan = Table(
    "plan",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    # Where it speaks.
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("content", EncryptedJson("plan.content"), nullable=False),
    # None: it never rings again.
    Column("next_due_at", UtcDateTime),
    # The ringing that `next_due_at` goes on with, when one waits or was put off; else None.
    Column("ringing_id", BigId),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_plan_next_due_at", "next_due_at"),
    sqlite_autoincrement=True,
)

ringing = Table(
    "ringing",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("plan_id", ForeignKey("plan.id", ondelete="CASCADE"), nullable=False),
    # The person's local day; `number` counts what they put off themselves ("in einer Stunde").
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False, default=0),
    Column("tries", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False),
    Column("reason", String(32)),
    Column("changed_at", UtcDateTime, nullable=False),
    # At most one for a plan and local day.
    UniqueConstraint("plan_id", "day", "number", name="uq_ringing_plan_day_number"),
    sqlite_autoincrement=True,
)
