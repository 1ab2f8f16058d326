"""Teams and their staff, cases with what was said in them, calls, who looked, and chats that were blocked."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    true,
)

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedJson, EncryptedText, UtcDateTime

team = Table(
    "team",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    # A group chat with topics, as `channel` and address; empty where everybody has their own chat.
    Column("group_channel", String(32), nullable=False, default=""),
    Column("group_address", String(255), nullable=False, default=""),
    # region, topics, hours, state, minutes: see `bot.escalation.office`.
    Column("rules", EncryptedJson("team.rules"), nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), nullable=False, index=True),
    # One person holds one seat; the record of the person may be theirs as a parent, too.
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, unique=True),
    # Where they are called, and speak where there is no room for the case.
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(8), nullable=False),
    Column("name", EncryptedText("staff.name"), nullable=False),
    Column("is_on_duty", Boolean, nullable=False, default=True, server_default=true()),
    Column("substitute_id", ForeignKey("staff.id", ondelete="SET NULL")),
    # The case that plain messages in their own chat go to.
    Column("turned_to", BigId),
    Column("since", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

case = Table(
    "escalation_case",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("team_id", ForeignKey("team.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("topic", String(40)),
    Column("state", String(8), nullable=False, index=True),
    Column("stage", Integer, nullable=False),
    Column("staff_id", ForeignKey("staff.id", ondelete="SET NULL"), index=True),
    # Where the coach speaks; none while a room is being opened.
    Column("place_chat_id", ForeignKey("chat.id", ondelete="SET NULL"), index=True),
    # A room of its own that was asked for: by this token the platform's answer finds its case.
    Column("room_token", String(32), unique=True),
    Column("is_acute", Boolean, nullable=False),
    # Waiting: so long what the learner writes is for the coach, and the assistant is silent.
    Column("holds_until", UtcDateTime),
    Column("may_write_first", Boolean, nullable=False, default=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("called_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("last_learner_at", UtcDateTime),
    Column("asked_at", UtcDateTime),
    Column("last_coach_at", UtcDateTime),
    Column("reminded_at", UtcDateTime),
    Column("told_at", UtcDateTime),
    Column("warned_at", UtcDateTime),
    Column("next_at", UtcDateTime, index=True),
    Column("outcome", String(16)),
    Column("did_help", String(8)),
)

case_topic = Table(
    # The topics of a group that were opened for a case, also those that it left: they go with what was said there.
    "escalation_topic",
    metadata,
    Column(
        "case_number", ForeignKey("escalation_case.number", ondelete="CASCADE"), primary_key=True
    ),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True, index=True),
)

call = Table(
    "escalation_call",
    metadata,
    Column(
        "case_number", ForeignKey("escalation_case.number", ondelete="CASCADE"), primary_key=True
    ),
    Column("staff_id", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    # Our row in their chat, so that its buttons go when somebody else was faster.
    Column("outgoing_id", BigId),
)

entry = Table(
    "escalation_entry",
    metadata,
    Column("id", BigId, primary_key=True),
    Column(
        "case_number",
        ForeignKey("escalation_case.number", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("side", String(8), nullable=False),
    Column("staff_id", ForeignKey("staff.id", ondelete="SET NULL")),
    Column("content", EncryptedJson("escalation_entry.content"), nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    # Where and under which id it was written, and our row on the other side.
    Column("chat_id", ForeignKey("chat.id", ondelete="SET NULL")),
    Column("external_key", String(64), index=True),
    Column("outgoing_id", BigId, index=True),
    Index("ix_escalation_entry_case_side", "case_number", "side"),
    sqlite_autoincrement=True,
)

look = Table(
    "escalation_look",
    metadata,
    Column("id", BigId, primary_key=True),
    # Numbers only: it outlives what it tells of.
    Column("case_number", BigId, nullable=False, index=True),
    Column("staff_id", BigId, nullable=False),
    Column("what", String(16), nullable=False),
    Column("looked_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

block = Table(
    "escalation_block",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("case_number", BigId, nullable=False),
    Column("asked_by", BigId, nullable=False),
    Column("confirmed_by", BigId),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    UniqueConstraint("case_number", name="uq_escalation_block_case_number"),
)
