"""examining: receipts, regrades, appeals, certificates to review, heartbeats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("regrade_key", sa.String(length=16), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "lost",
                "gained",
                name="reviewkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("percent_before", sa.Double(), nullable=False),
        sa.Column("percent_after", sa.Double(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "kept",
                "revoked",
                "issued",
                "not_issued",
                name="reviewdecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_certificate_review_decided_when_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_review_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_certificate_review_decided_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_certificate_review_enrolment_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["person.id"],
            name=op.f("fk_certificate_review_holder_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_review_public_id")),
        sa.UniqueConstraint(
            "regrade_key",
            "enrolment_id",
            name=op.f("uq_certificate_review_regrade_key_enrolment_id"),
        ),
    )
    with op.batch_alter_table("certificate_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_review_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificate_review_holder_id"), ["holder_id"], unique=False
        )

    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "new_key",
                "accept",
                "full_points",
                "not_counted",
                name="correctionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "old_answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "new_answers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "counting",
                "previewed",
                "applying",
                "done",
                "discarded",
                name="regradestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (number IS NULL)", name=op.f("ck_regrade_numbered_when_applied")
        ),
        sa.ForeignKeyConstraint(
            ["applied_by_id"],
            ["person.id"],
            name=op.f("fk_regrade_applied_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_regrade_created_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["item_version.id"],
            name=op.f("fk_regrade_item_version_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
        sa.UniqueConstraint(
            "item_version_id", "number", name=op.f("uq_regrade_item_version_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_regrade_public_id")),
    )
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_regrade_item_version_id"), ["item_version_id"], unique=False
        )
        batch_op.create_index(
            "uq_regrade_open",
            ["item_version_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('counting', 'previewed', 'applying')"),
            postgresql_where=sa.text("state IN ('counting', 'previewed', 'applying')"),
        )

    op.create_table(
        "attempt_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("score_number", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("log_number", sa.Integer(), nullable=False),
        sa.Column("log_head", sa.String(length=64), nullable=False),
        sa.Column(
            "content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_attempt_receipt_attempt_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_receipt")),
        sa.UniqueConstraint(
            "attempt_id", "score_number", name=op.f("uq_attempt_receipt_attempt_id_score_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_attempt_receipt_public_id")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("receipt_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "partly",
                "rejected",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_appeal_answered_when_closed")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["person.id"],
            name=op.f("fk_appeal_answered_by_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_appeal_attempt_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["attempt_receipt.id"],
            name=op.f("fk_appeal_receipt_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeal_public_id")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_attempt_id"), ["attempt_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_receipt_id"), ["receipt_id"], unique=False)
        batch_op.create_index("ix_appeal_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_appeal_open",
            ["attempt_id", "position"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "regrade_result",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("before_number", sa.Integer(), nullable=False),
        sa.Column("before_percent", sa.Double(), nullable=False),
        sa.Column("before_passed", sa.Boolean(), nullable=False),
        sa.Column("after_points", sa.Double(), nullable=False),
        sa.Column("after_possible", sa.Double(), nullable=False),
        sa.Column("after_percent", sa.Double(), nullable=False),
        sa.Column("after_passed", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Boolean(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_regrade_result_attempt_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"],
            ["regrade.id"],
            name=op.f("fk_regrade_result_regrade_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("regrade_id", "attempt_id", name=op.f("pk_regrade_result")),
    )
    with op.batch_alter_table("regrade_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_regrade_result_attempt_id"), ["attempt_id"], unique=False
        )

    op.add_column("attempt", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("attempt", "seen_at")

    with op.batch_alter_table("regrade_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_regrade_result_attempt_id"))

    op.drop_table("regrade_result")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index("uq_appeal_open")
        batch_op.drop_index("ix_appeal_state")
        batch_op.drop_index(batch_op.f("ix_appeal_receipt_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_attempt_id"))

    op.drop_table("appeal")
    op.drop_table("attempt_receipt")
    with op.batch_alter_table("regrade", schema=None) as batch_op:
        batch_op.drop_index("uq_regrade_open")
        batch_op.drop_index(batch_op.f("ix_regrade_item_version_id"))

    op.drop_table("regrade")
    with op.batch_alter_table("certificate_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_review_holder_id"))
        batch_op.drop_index(batch_op.f("ix_certificate_review_enrolment_id"))

    op.drop_table("certificate_review")
