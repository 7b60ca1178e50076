"""papers: a certificate's kept file is found by its digest."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_certificate_document_blob", "certificate_document", ["blob"])


def downgrade() -> None:
    op.drop_index("ix_certificate_document_blob", table_name="certificate_document")
