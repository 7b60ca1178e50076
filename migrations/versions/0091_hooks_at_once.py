"""hooks at once: each message to a hook has the moment it is due, so that several are taken up."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_webhook_delivery_due", "webhook_delivery"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    column = sa.Column("due_at", instant, nullable=False, server_default="1970-01-01 00:00:00")
    op.add_column(TABLE, column)
    op.create_index(INDEX, TABLE, ["webhook_id", "state", "due_at"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.drop_column(TABLE, "due_at")
