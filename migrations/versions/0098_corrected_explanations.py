"""corrected explanations: a correction of a key may change what is told with the result."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("regrade", sa.Column("explanation", json))


def downgrade() -> None:
    op.drop_column("regrade", "explanation")
