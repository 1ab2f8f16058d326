"""What an answered text meant, for its edits; when a button was pressed, for double taps."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("incoming", sa.Column("meaning", sa.LargeBinary(), nullable=True))
    op.add_column("choice", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("choice", "taken_at")
    op.drop_column("incoming", "meaning")
