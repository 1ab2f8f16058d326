"""What is due when: plans and their ringings."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ringing_id", BIG_ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _goes_with("plan", "person_id", "person"),
        _goes_with("plan", "chat_id", "chat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sqlite_autoincrement=True,
    )
    for column in ("chat_id", "next_due_at", "person_id"):
        op.create_index(op.f(f"ix_plan_{column}"), "plan", [column], unique=False)
    op.create_table(
        "ringing",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _goes_with("ringing", "plan_id", "plan"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringing")),
        sa.UniqueConstraint("plan_id", "day", "number", name="uq_ringing_plan_day_number"),
        sqlite_autoincrement=True,
    )


def _goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.id"],
        name=op.f(f"fk_{table}_{column}_{other}"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("ringing")
    op.drop_table("plan")
