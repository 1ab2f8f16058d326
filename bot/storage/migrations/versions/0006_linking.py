"""One person on several messengers: chats that are about to be joined, which one reminds, weeks written twice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "link",
        sa.Column("is_for_reminders", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "joining",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("first_chat_id", BIG_ID, nullable=False),
        sa.Column("second_chat_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _goes_with("joining", "first_chat_id", "chat"),
        _goes_with("joining", "second_chat_id", "chat"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_joining")),
    )
    for column in ("first_chat_id", "second_chat_id"):
        op.create_index(op.f(f"ix_joining_{column}"), "joining", [column], unique=False)
    op.create_table(
        "diary_other",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _goes_with("diary_other", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "monday", name=op.f("pk_diary_other")),
    )


def _goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.id"],
        name=op.f(f"fk_{table}_{column}_{other}"),
        ondelete="CASCADE",
    )


def downgrade() -> None:
    op.drop_table("diary_other")
    op.drop_table("joining")
    op.drop_column("link", "is_for_reminders")
