"""reminders of certifications: when they go out, what was told, which days were walked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    _plans()
    _reminders()
    op.create_table(
        "reminder_walk",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reminder_walk")),
    )


def _plans() -> None:
    op.create_table(
        "reminder_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "distances", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_reminder_plan_number_positive")),
        _to("reminder_plan", "scheme_id", "certification_scheme", "CASCADE"),
        _to("reminder_plan", "made_by_id", "person", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_plan")),
        sa.UniqueConstraint("scheme_id", "number", name=op.f("uq_reminder_plan_scheme_id_number")),
    )


def _reminders() -> None:
    table = "certification_reminder"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column(
            "occasion",
            sa.Enum(
                "due",
                "expiring",
                "overdue",
                "grace",
                name="occasion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_certification_reminder_days_counted")),
        _to(table, "recipient_id", "person", "CASCADE"),
        _to(table, "person_id", "person", "CASCADE"),
        _to(table, "scheme_id", "certification_scheme", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_reminder")),
        sa.UniqueConstraint(
            "recipient_id",
            "person_id",
            "scheme_id",
            "occasion",
            "about_on",
            "days",
            name="uq_certification_reminder_once",
        ),
    )
    op.create_index("ix_certification_reminder_person_id", table, ["person_id"])


def downgrade() -> None:
    for table in ("reminder_walk", "certification_reminder", "reminder_plan"):
        op.drop_table(table)
