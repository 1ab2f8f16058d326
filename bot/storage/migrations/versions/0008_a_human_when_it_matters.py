"""A human when it matters: teams, staff, cases, calls, what was said, who looked, blocked chats."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("code") as code:
        code.alter_column("chat_id", existing_type=BIG_ID, nullable=True)
        code.add_column(sa.Column("about", sa.LargeBinary()))
    op.add_column(
        "outgoing", sa.Column("is_kept", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_outgoing_chat_external", "outgoing", ["chat_id", "external_id"])
    _people()
    _cases()
    _said()


def _people() -> None:
    op.create_table(
        "team",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("group_channel", sa.String(length=32), nullable=False),
        sa.Column("group_address", sa.String(length=255), nullable=False),
        sa.Column("rules", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "staff",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("team_id", BIG_ID, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("is_on_duty", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("substitute_id", BIG_ID),
        sa.Column("turned_to", BIG_ID),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        _of("staff", "team_id", "team"),
        _of("staff", "person_id", "person"),
        _of("staff", "chat_id", "chat"),
        _of("staff", "substitute_id", "staff", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("person_id", name=op.f("uq_staff_person_id")),
    )
    _index("staff", "team_id", "chat_id")


def _cases() -> None:
    op.create_table(
        "escalation_case",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("team_id", BIG_ID, nullable=False),
        sa.Column("topic", sa.String(length=40)),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("staff_id", BIG_ID),
        sa.Column("place_chat_id", BIG_ID),
        sa.Column("room_token", sa.String(length=32)),
        sa.Column("is_acute", sa.Boolean(), nullable=False),
        sa.Column("holds_until", MOMENT),
        sa.Column("may_write_first", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("called_at", MOMENT, nullable=False),
        *(
            sa.Column(name, MOMENT)
            for name in (
                "claimed_at",
                "closed_at",
                "last_learner_at",
                "asked_at",
                "last_coach_at",
                "reminded_at",
                "told_at",
                "warned_at",
                "next_at",
            )
        ),
        sa.Column("outcome", sa.String(length=16)),
        sa.Column("did_help", sa.String(length=8)),
        _of("escalation_case", "chat_id", "chat"),
        _of("escalation_case", "team_id", "team"),
        _of("escalation_case", "staff_id", "staff", "SET NULL"),
        _of("escalation_case", "place_chat_id", "chat", "SET NULL"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_escalation_case")),
        sa.UniqueConstraint("room_token", name=op.f("uq_escalation_case_room_token")),
    )
    _index("escalation_case", "chat_id", "team_id", "state", "staff_id", "place_chat_id", "next_at")
    op.create_table(
        "escalation_call",
        sa.Column("case_number", BIG_ID, nullable=False),
        sa.Column("staff_id", BIG_ID, nullable=False),
        sa.Column("outgoing_id", BIG_ID),
        _of("escalation_call", "case_number", "escalation_case"),
        _of("escalation_call", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("case_number", "staff_id", name=op.f("pk_escalation_call")),
    )


def _said() -> None:
    op.create_table(
        "escalation_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_number", BIG_ID, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("staff_id", BIG_ID),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("chat_id", BIG_ID),
        sa.Column("external_key", sa.String(length=64)),
        sa.Column("outgoing_id", BIG_ID),
        _of("escalation_entry", "case_number", "escalation_case"),
        _of("escalation_entry", "staff_id", "staff", "SET NULL"),
        _of("escalation_entry", "chat_id", "chat", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_entry")),
        sqlite_autoincrement=True,
    )
    _index("escalation_entry", "case_number", "external_key", "outgoing_id")
    op.create_index("ix_escalation_entry_case_side", "escalation_entry", ["case_number", "side"])
    op.create_table(
        "escalation_look",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_number", BIG_ID, nullable=False),
        sa.Column("staff_id", BIG_ID, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_look")),
        sqlite_autoincrement=True,
    )
    _index("escalation_look", "case_number")
    op.create_table(
        "escalation_block",
        sa.Column("chat_id", BIG_ID, nullable=False),
        sa.Column("case_number", BIG_ID, nullable=False),
        sa.Column("asked_by", BIG_ID, nullable=False),
        sa.Column("confirmed_by", BIG_ID),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        _of("escalation_block", "chat_id", "chat"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_escalation_block")),
        sa.UniqueConstraint("case_number", name=op.f("uq_escalation_block_case_number")),
    )


def _of(table: str, column: str, other: str, ends: str = "CASCADE") -> sa.ForeignKeyConstraint:
    key = "number" if other == "escalation_case" else "id"
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.{key}"],
        name=op.f(f"fk_{table}_{column}_{other}"),
        ondelete=ends,
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in (
        "escalation_block",
        "escalation_look",
        "escalation_entry",
        "escalation_call",
        "escalation_case",
        "staff",
        "team",
    ):
        op.drop_table(table)
    op.drop_index("ix_outgoing_chat_external", "outgoing")
    op.drop_column("outgoing", "is_kept")
    op.execute(sa.text("DELETE FROM code WHERE chat_id IS NULL"))
    with op.batch_alter_table("code") as code:
        code.drop_column("about")
        code.alter_column("chat_id", existing_type=BIG_ID, nullable=False)
