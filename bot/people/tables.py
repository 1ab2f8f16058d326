"""Chats, people, what they agreed to, and one-time codes."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedJson, UtcDateTime

chat = Table(
    "chat",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("address", String(255), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "address", name="uq_chat_channel_address"),
)

person = Table(
    "person",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("profile", EncryptedJson("person.profile"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Under 16, until a parent agrees: then everything goes (Art. 8 DSGVO).
    Column("waits_until", UtcDateTime),
    Column("warned_at", UtcDateTime),
)

link = Table(
    "link",
    metadata,
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("linked_at", UtcDateTime, nullable=False),
)

consent = Table(
    "consent",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scope", String(32), nullable=False),
    Column("version", String(32), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("given_by", String(16), nullable=False, server_default="self"),
)

code = Table(
    "code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("purpose", String(32), nullable=False),
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

code_try = Table(
    "code_try",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("purpose", String(32), nullable=False),
    # A keyed hash of the address that guessed; a guess alone makes no chat.
    Column("address_key", String(64), nullable=False),
    Column("tried_at", UtcDateTime, nullable=False, index=True),
)
