"""The Ausbildungsnachweis in the database: all that a person wrote is encrypted, and goes with the person."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedJson, UtcDateTime

ausbildung = Table(
    "ausbildung",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("content", EncryptedJson("ausbildung.content"), nullable=False),
)

entry = Table(
    "diary_entry",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("position", Integer, nullable=False),
    # The type of a day is in it: days of sickness are nobody's business.
    Column("content", EncryptedJson("diary_entry.content"), nullable=False),
    Index("ix_diary_entry_person_day", "person_id", "day"),
)

week = Table(
    "diary_week",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("monday", Date, primary_key=True),
    Column("content", EncryptedJson("diary_week.content"), nullable=False),
)

undo = Table(
    "diary_undo",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    # By day, what stood there before the last writing.
    Column("content", EncryptedJson("diary_undo.content"), nullable=False),
)

other = Table(
    "diary_other",
    metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("monday", Date, primary_key=True),
    # Two records became one: what the other told of the same week, until the person picks.
    Column("content", EncryptedJson("diary_other.content"), nullable=False),
)
