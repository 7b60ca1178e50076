"""mailed lists: schedules, runs, recipients; files of messages; colleagues of a saved list."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_enclosed", sa.Boolean(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_message_file_size_counted")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_message_file_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_file_public_id")),
    )
    op.create_index(
        op.f("ix_message_file_kept"),
        "message_file",
        ["kept_until"],
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(op.f("ix_message_file_message_id"), "message_file", ["message_id"])
    op.create_table(
        "saved_list_person",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "is_shared OR is_mailed", name=op.f("ck_saved_list_person_named_for_something")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["saved_list.id"],
            name=op.f("fk_saved_list_person_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_saved_list_person_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "person_id", name=op.f("pk_saved_list_person")),
    )
    op.create_index(op.f("ix_saved_list_person_person_id"), "saved_list_person", ["person_id"])
    op.create_table(
        "list_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("rhythm", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("file_kind", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("to_owner", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "condition IN ('always', 'rows', 'changes')",
            name=op.f("ck_list_schedule_condition"),
        ),
        sa.CheckConstraint(
            "(rhythm = 'weekly') = (weekday IS NOT NULL)",
            name=op.f("ck_list_schedule_weekday_if_weekly"),
        ),
        sa.CheckConstraint(
            "file_kind IN ('xlsx', 'csv', 'pdf')",
            name=op.f("ck_list_schedule_filekind"),
        ),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_list_schedule_weekday_of_week")
        ),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_list_schedule_hour_of_day")),
        sa.CheckConstraint(
            "due_at IS NULL OR paused_at IS NULL",
            name=op.f("ck_list_schedule_not_due_while_paused"),
        ),
        sa.CheckConstraint(
            "rhythm IN ('on_request', 'working_days', 'weekly', 'monthly')",
            name=op.f("ck_list_schedule_rhythm"),
        ),
        sa.CheckConstraint(
            "(rhythm = 'monthly') = (month_day IS NOT NULL)",
            name=op.f("ck_list_schedule_month_day_if_monthly"),
        ),
        sa.CheckConstraint(
            "month_day BETWEEN 1 AND 31", name=op.f("ck_list_schedule_month_day_of_month")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["saved_list.id"],
            name=op.f("fk_list_schedule_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_schedule")),
        sa.UniqueConstraint("list_id", name=op.f("uq_list_schedule_list_id")),
    )
    op.create_index(op.f("ix_list_schedule_due_at"), "list_schedule", ["due_at"])
    op.create_table(
        "list_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_kind", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint("cause IN ('plan', 'asked')", name=op.f("ck_list_run_cause")),
        sa.CheckConstraint(
            "file_kind IN ('xlsx', 'csv', 'pdf')", name=op.f("ck_list_run_filekind")
        ),
        sa.CheckConstraint(
            "condition IN ('always', 'rows', 'changes')",
            name=op.f("ck_list_run_condition"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["saved_list.id"], name=op.f("fk_list_run_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_run_public_id")),
        sa.UniqueConstraint("list_id", "key", name=op.f("uq_list_run_list_id_key")),
    )
    op.create_table(
        "list_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("is_within", sa.Boolean(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('sent', 'empty', 'unchanged', 'no_right', 'owner_no_right', 'too_long', "
            "'failed')",
            name=op.f("ck_list_delivery_outcome"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_list_delivery_tries_counted")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (done_at IS NULL)", name=op.f("ck_list_delivery_outcome_when_done")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["person.id"],
            name=op.f("fk_list_delivery_recipient_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["list_run.id"], name=op.f("fk_list_delivery_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_list_delivery_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_delivery")),
        sa.UniqueConstraint(
            "run_id", "recipient_id", name=op.f("uq_list_delivery_run_id_recipient_id")
        ),
    )
    op.create_index(op.f("ix_list_delivery_message_id"), "list_delivery", ["message_id"])
    op.create_index(op.f("ix_list_delivery_recipient_id"), "list_delivery", ["recipient_id"])


def downgrade() -> None:
    op.drop_table("list_delivery")
    op.drop_table("list_run")
    op.drop_table("list_schedule")
    op.drop_table("saved_list_person")
    op.drop_table("message_file")
