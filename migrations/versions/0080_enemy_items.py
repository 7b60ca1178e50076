"""groups of items that must not meet in one paper."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("enemies", sa.String(60), nullable=False, server_default="")
    op.add_column("item_version", column)


def downgrade() -> None:
    op.drop_column("item_version", "enemies")
