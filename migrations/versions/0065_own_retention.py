"""retention classes that administrators add: which records they take."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("retention_change") as batch:
        batch.add_column(sa.Column("records", JSON, nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM retention_change WHERE records IS NOT NULL")
    with op.batch_alter_table("retention_change") as batch:
        batch.drop_column("records")
