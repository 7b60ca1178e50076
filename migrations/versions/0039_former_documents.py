"""former documents: digests of certificates' files that were made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_document",
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_former_document_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("blob", name=op.f("pk_former_document")),
    )
    op.create_index("ix_former_document_certificate_id", "former_document", ["certificate_id"])


def downgrade() -> None:
    op.drop_table("former_document")
