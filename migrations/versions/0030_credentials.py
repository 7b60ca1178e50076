"""credentials: places of digital badges in the status lists."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credential",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status_list >= 1", name=op.f("ck_credential_status_list")),
        sa.CheckConstraint(
            "status_index >= 0 AND status_index < 131072",
            name=op.f("ck_credential_status_index"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_credential_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "status_list", "status_index", name=op.f("uq_credential_status_list_status_index")
        ),
    )


def downgrade() -> None:
    op.drop_table("credential")
