"""Chats, people, what they agreed to, one-time codes, and chats that are about to be joined."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, UniqueConstraint, false

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
    # Chosen by the person: what starts by itself speaks here.
    Column("is_for_reminders", Boolean, nullable=False, default=False, server_default=false()),
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
    # None for an invitation: the operator gives it, in no chat.
    Column("chat_id", ForeignKey("chat.id", ondelete="CASCADE"), index=True),
    Column("about", EncryptedJson("code.about")),
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

joining = Table(
    "joining",
    metadata,
    # Of the code that was typed; so it is known as used until this is over.
    Column("hash", String(64), primary_key=True),
    Column("first_chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("second_chat_id", ForeignKey("chat.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
