"""questions point to facts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("item_version", sa.Column("facts", JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("item_version", "facts")
