"""The topics that were opened for cases, so that they go with what was said there."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "escalation_topic",
        sa.Column("case_number", BIG_ID, nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"],
            ["escalation_case.number"],
            name=op.f("fk_escalation_topic_case_number_escalation_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chat.id"],
            name=op.f("fk_escalation_topic_chat_id_chat"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_number", "chat_id", name=op.f("pk_escalation_topic")),
    )
    op.create_index("ix_escalation_topic_chat_id", "escalation_topic", ["chat_id"])


def downgrade() -> None:
    op.drop_table("escalation_topic")
