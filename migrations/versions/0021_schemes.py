"""schemes: certifications that rules require, and the facts about people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certification_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column(
            "title", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_certification_scheme_created_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_scheme")),
        sa.UniqueConstraint("key", name=op.f("uq_certification_scheme_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certification_scheme_public_id")),
    )
    op.create_table(
        "certification_scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=False),
        sa.Column(
            "terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "number > 0", name=op.f("ck_certification_scheme_version_number_positive")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["person.id"],
            name=op.f("fk_certification_scheme_version_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_certification_scheme_version_scheme_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_scheme_version")),
        sa.UniqueConstraint(
            "scheme_id", "number", name=op.f("uq_certification_scheme_version_scheme_id_number")
        ),
    )
    op.create_table(
        "certification_standing",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "label",
            sa.Enum(
                "suspended",
                "revoked",
                "in_grace",
                "expiring",
                "window_open",
                "certified",
                "waived",
                "awaiting_decision",
                "expired",
                "overdue",
                "in_progress",
                "required",
                "none",
                name="label",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "obligation",
            sa.Enum(
                "none",
                "required",
                "overdue",
                "waived",
                name="obligation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "holding",
            sa.Enum(
                "none",
                "valid",
                "window_open",
                "expiring",
                "in_grace",
                "expired",
                "suspended",
                "revoked",
                name="holding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "work",
            sa.Enum(
                "not_started",
                "in_progress",
                "awaiting_decision",
                "route_failed",
                name="work",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_compliant", sa.Boolean(), nullable=False),
        sa.Column("may_serve", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_certification_standing_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_certification_standing_scheme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "scheme_id", "first_on", name=op.f("pk_certification_standing")
        ),
    )
    op.create_index(
        "ix_certification_standing_days",
        "certification_standing",
        ["scheme_id", "first_on", "last_on", "label"],
        unique=False,
    )
    op.create_table(
        "requirement_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("job_role_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("in_force_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "days BETWEEN 0 AND 3660", name=op.f("ck_requirement_rule_days_bounded")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= in_force_on",
            name=op.f("ck_requirement_rule_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["job_role_id"],
            ["job_role.id"],
            name=op.f("fk_requirement_rule_job_role_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["person.id"],
            name=op.f("fk_requirement_rule_made_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_requirement_rule_scheme_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_requirement_rule_unit_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_rule")),
        sa.UniqueConstraint("public_id", name=op.f("uq_requirement_rule_public_id")),
    )
    op.create_index(
        op.f("ix_requirement_rule_scheme_id"), "requirement_rule", ["scheme_id"], unique=False
    )
    op.create_table(
        "certification_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "required",
                "requirement_lifted",
                "started",
                "evidence_accepted",
                "evidence_withdrawn",
                "decision_requested",
                "route_failed",
                "awarded",
                "extended",
                "suspended",
                "reinstated",
                "revoked",
                "waived",
                "waiver_ended",
                "leave_began",
                "leave_ended",
                "left",
                "returned",
                name="factkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "scheme_id IS NOT NULL OR kind IN ('leave_began', 'leave_ended')",
            name=op.f("ck_certification_fact_of_a_scheme"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["person.id"],
            name=op.f("fk_certification_fact_actor_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_certification_fact_person_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["requirement_rule.id"],
            name=op.f("fk_certification_fact_rule_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_certification_fact_scheme_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_fact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certification_fact_public_id")),
    )
    op.create_index(
        "ix_certification_fact_rule",
        "certification_fact",
        ["rule_id", "kind", "person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_certification_fact_scheme_id"), "certification_fact", ["scheme_id"], unique=False
    )
    op.create_index(
        "uq_certification_fact_key",
        "certification_fact",
        ["person_id", "scheme_id", "key"],
        unique=True,
        sqlite_where=sa.text("scheme_id IS NOT NULL"),
        postgresql_where=sa.text("scheme_id IS NOT NULL"),
    )
    op.create_index(
        "uq_certification_fact_person_key",
        "certification_fact",
        ["person_id", "key"],
        unique=True,
        sqlite_where=sa.text("scheme_id IS NULL"),
        postgresql_where=sa.text("scheme_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("certification_fact")
    op.drop_table("requirement_rule")
    op.drop_table("certification_standing")
    op.drop_table("certification_scheme_version")
    op.drop_table("certification_scheme")
