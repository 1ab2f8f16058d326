"""The Ausbildungsnachweis, and people under 16 who wait for a parent's consent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("person", sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "consent",
        sa.Column("given_by", sa.String(length=16), nullable=False, server_default="self"),
    )
    _table_of_person("ausbildung")
    op.create_table(
        "diary_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _goes_with_person("diary_entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entry")),
    )
    op.create_index(
        op.f("ix_diary_entry_person_day"), "diary_entry", ["person_id", "day"], unique=False
    )
    op.create_table(
        "diary_week",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _goes_with_person("diary_week"),
        sa.PrimaryKeyConstraint("person_id", "monday", name=op.f("pk_diary_week")),
    )
    _table_of_person("diary_undo", sa.Column("made_at", sa.DateTime(timezone=True), nullable=False))


def _table_of_person(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("person_id", sa.String(length=32), nullable=False),
        *columns,
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _goes_with_person(name),
        sa.PrimaryKeyConstraint("person_id", name=op.f(f"pk_{name}")),
    )


def _goes_with_person(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"],
        ["person.id"],
        name=op.f(f"fk_{name}_person_id_person"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for name in ("diary_undo", "diary_week", "diary_entry", "ausbildung"):
        op.drop_table(name)
    op.drop_column("consent", "given_by")
    op.drop_column("person", "warned_at")
    op.drop_column("person", "waits_until")
