"""plan outlines: what an uploaded table of people comes to is kept with it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("people_import", sa.Column("outline", json))


def downgrade() -> None:
    op.drop_column("people_import", "outline")
