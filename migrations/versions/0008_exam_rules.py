"""exam rules: behaviour, counting, window, code, fair papers, allowances, extensions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEHAVIOURS = "'exam', 'practice', 'mastery'"
# Written out, since SQLite adds a column with its check in no other way.
COLUMNS = [
    ("assessment", "behaviour", f"VARCHAR(40) NOT NULL DEFAULT 'exam' CONSTRAINT "
     f"ck_assessment_behaviour CHECK (behaviour IN ({BEHAVIOURS}))"),
    ("assessment", "certainty", "BOOLEAN NOT NULL DEFAULT FALSE"),
    ("assessment", "counting", "VARCHAR(40) NOT NULL DEFAULT 'best' CONSTRAINT "
     "ck_assessment_counting CHECK (counting IN ('best', 'last', 'first'))"),
    ("assessment", "opens_at", "{instant}"),
    ("assessment", "closes_at", "{instant} CONSTRAINT ck_assessment_window "
     "CHECK (closes_at > opens_at)"),
    ("assessment", "needs_code", "BOOLEAN NOT NULL DEFAULT FALSE"),
    ("assessment", "fair_band", "INTEGER CONSTRAINT ck_assessment_fair_band "
     "CHECK (fair_band BETWEEN 1 AND 50)"),
    ("assessment", "exposure_percent", "INTEGER CONSTRAINT ck_assessment_exposure_percent "
     "CHECK (exposure_percent BETWEEN 1 AND 100)"),
    ("assessment_section", "kind", "VARCHAR(40)"),
    ("assessment_section", "pass_percent", "INTEGER CONSTRAINT ck_assessment_section_pass_percent "
     "CHECK (pass_percent BETWEEN 1 AND 100)"),
    ("pool_entry", "facility", "{double}"),
    ("attempt", "behaviour", f"VARCHAR(40) NOT NULL DEFAULT 'exam' CONSTRAINT "
     f"ck_attempt_behaviour CHECK (behaviour IN ({BEHAVIOURS}))"),
    ("attempt", "expected_percent", "{double}"),
    ("attempt_item", "section", "INTEGER"),
    ("score", "sections", "{json}"),
    ("score", "certainty", "{json}"),
]  # fmt: skip


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    types = {
        "instant": "TIMESTAMP WITH TIME ZONE" if is_postgres else "DATETIME",
        "json": "JSONB" if is_postgres else "JSON",
        "double": "DOUBLE PRECISION" if is_postgres else "DOUBLE",
    }
    for table, name, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition.format_map(types)}")
    op.create_table(
        "exam_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "minutes",
                "percent",
                "attempts",
                "withdrawal",
                name="allowancekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("withdraws_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'withdrawal') = (withdraws_id IS NOT NULL)",
            name=op.f("ck_exam_allowance_withdrawal_of_something"),
        ),
        sa.CheckConstraint(
            "(kind = 'withdrawal') = (amount = 0)", name=op.f("ck_exam_allowance_amount")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_exam_allowance_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["person.id"],
            name=op.f("fk_exam_allowance_granted_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["withdraws_id"],
            ["exam_allowance.id"],
            name=op.f("fk_exam_allowance_withdraws_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_allowance")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exam_allowance_public_id")),
        sa.UniqueConstraint("withdraws_id", name=op.f("uq_exam_allowance_withdraws_id")),
    )
    op.create_index(op.f("ix_exam_allowance_enrolment_id"), "exam_allowance", ["enrolment_id"])
    _create_extensions()
    _create_codes()


def _create_extensions() -> None:
    op.create_table(
        "exam_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_exam_extension_minutes")),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_exam_extension_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["person.id"],
            name=op.f("fk_exam_extension_granted_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_extension")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exam_extension_public_id")),
    )
    op.create_index(op.f("ix_exam_extension_course_id"), "exam_extension", ["course_id"])
    op.create_table(
        "extended_attempt",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_extended_attempt_attempt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["exam_extension.id"],
            name=op.f("fk_extended_attempt_extension_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("attempt_id", "extension_id", name=op.f("pk_extended_attempt")),
    )
    op.create_index(op.f("ix_extended_attempt_extension_id"), "extended_attempt", ["extension_id"])


def _create_codes() -> None:
    op.create_table(
        "release_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > made_at", name=op.f("ck_release_code_expires_later")),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_release_code_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["person.id"],
            name=op.f("fk_release_code_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_release_code_public_id")),
    )
    op.create_index("ix_release_code_course_id", "release_code", ["course_id", "withdrawn_at"])


def downgrade() -> None:
    for table in ("release_code", "extended_attempt", "exam_extension", "exam_allowance"):
        op.drop_table(table)
    for table, name, _definition in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
