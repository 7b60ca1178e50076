"""the issue register: an entry for each certificate, and signed checkpoints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("commitment", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint(
            "(position IS NULL) = (commitment IS NULL)",
            name=op.f("ck_register_entry_taken_in_with_commitment"),
        ),
        sa.CheckConstraint(
            "salt IS NULL OR certificate_id IS NOT NULL",
            name=op.f("ck_register_entry_salt_of_a_record"),
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_register_entry_position")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_register_entry_certificate_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_register_entry_certificate_id")),
        sa.UniqueConstraint("position", name=op.f("uq_register_entry_position")),
    )
    waiting = sa.text("position IS NULL")
    op.create_index(
        "ix_register_entry_waiting",
        "register_entry",
        ["id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "register_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column(
            "peaks",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_register_checkpoint")),
    )
    op.execute("INSERT INTO register_entry (certificate_id) SELECT id FROM certificate ORDER BY id")


def downgrade() -> None:
    op.drop_table("register_checkpoint")
    op.drop_table("register_entry")
