"""named: what a dry run of an erasure counts is found without reading all of the largest tables."""

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

# Table, index, column, and the few rows that are in it.
INDEXES = (
    ("audit_entry", "ix_audit_entry_reason", "id", "reason <> ''"),
    ("certificate", "ix_certificate_issued_by_id", "issued_by_id", "issued_by_id IS NOT NULL"),
    ("enrolment", "ix_enrolment_enrolled_by_id", "enrolled_by_id", "enrolled_by_id IS NOT NULL"),
    ("certification_fact", "ix_certification_fact_actor_id", "actor_id", "actor_id IS NOT NULL"),
)


def upgrade() -> None:
    for table, name, column, rows in INDEXES:
        op.create_index(
            name,
            table,
            [column],
            unique=False,
            sqlite_where=sa.text(rows),
            postgresql_where=sa.text(rows),
        )


def downgrade() -> None:
    for table, name, _column, _rows in INDEXES:
        op.drop_index(name, table_name=table)
