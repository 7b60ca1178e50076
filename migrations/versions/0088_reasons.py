"""reasons: the entries of the audit log that give one, found without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audit_entry_reason",
        "audit_entry",
        ["id"],
        unique=False,
        sqlite_where=sa.text("reason <> ''"),
        postgresql_where=sa.text("reason <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entry_reason", table_name="audit_entry")
