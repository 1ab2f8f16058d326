"""Ratings of articles: counts without a person."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table

from bot.storage.base import metadata

rating = Table(
    "rating",
    metadata,
    Column("article", String(80), primary_key=True),
    Column("is_helpful", Boolean, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False),
)
