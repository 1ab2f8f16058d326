"""Questions for the editors: encrypted, without a person."""

from sqlalchemy import Column, Table

from bot.storage.base import BigId, metadata
from bot.storage.types import EncryptedText, UtcDateTime

question = Table(
    "editors_question",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("text", EncryptedText("editors_question.text"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
)
