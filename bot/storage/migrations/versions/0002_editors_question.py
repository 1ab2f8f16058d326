"""Questions that people sent to the editors."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "editors_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editors_question")),
    )
    op.create_index(
        op.f("ix_editors_question_asked_at"), "editors_question", ["asked_at"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_editors_question_asked_at"), table_name="editors_question")
    op.drop_table("editors_question")
