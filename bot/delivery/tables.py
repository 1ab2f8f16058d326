"""Conversations, the rows on their way in and out, and what connectors remember."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedJson, EncryptedText, UtcDateTime

conversation = Table(
    "conversation",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", String(16), nullable=False, default="assistant"),
    Column("state", EncryptedJson("conversation.state")),
    Column("version", Integer, nullable=False, default=0),
    Column("expires_at", UtcDateTime, index=True),
    # One lease for the turn, one for delivering: both go on at the same time.
    Column("turn_holder", String(32)),
    Column("turn_until", UtcDateTime),
    Column("delivery_holder", String(32)),
    Column("delivery_until", UtcDateTime),
    Column("delivery_not_before", UtcDateTime),
    Column("last_number", Integer, nullable=False, default=0),
    # The last delivered message that had choices: a typed "1" picks from it.
    Column("offered_by", BigId),
)

incoming = Table(
    "incoming",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("external_key", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", EncryptedJson("incoming.payload")),
    # What an answered text was taken for: an edit of it with the same meaning needs no answer.
    Column("meaning", EncryptedText("incoming.meaning")),
    Column("is_urgent", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("starts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "external_key", name="uq_incoming_channel_external_key"),
    Index("ix_incoming_state_chat", "state", "chat_id"),
    sqlite_autoincrement=True,
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", String(32), nullable=False, unique=True),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", EncryptedJson("outgoing.payload")),
    Column("is_urgent", Boolean, nullable=False),
    Column("on_unknowable", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("number", Integer),
    Column("tries", Integer, nullable=False, default=0),
    Column("external_id", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    # It may be answered, changed or taken back as long as its case is known.
    Column("is_kept", Boolean, nullable=False, default=False, server_default=false()),
    Index("ix_outgoing_chat_external", "chat_id", "external_id"),
    Index("ix_outgoing_state_chat", "state", "chat_id"),
    Index("ix_outgoing_chat_number", "chat_id", "number"),
    sqlite_autoincrement=True,
)

choice = Table(
    "choice",
    metadata,
    Column("token", String(32), primary_key=True),
    Column(
        "outgoing_id",
        ForeignKey("outgoing.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("offer", EncryptedJson("choice.offer"), nullable=False),
    Column("taken_at", UtcDateTime),
)

connector_state = Table(
    "connector_state",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", EncryptedJson("connector_state.value"), nullable=False),
)
