"""webhook secrets: a hook's secret can be renewed, and it is known how long a hook fails."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook") as table:
        table.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("secret_number", sa.Integer, nullable=False, server_default="1"))
        table.add_column(sa.Column("secret_made_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint("secrets_counted", "secret_number >= 1")
    with op.batch_alter_table("webhook") as table:
        table.alter_column("secret_number", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("webhook") as table:
        table.drop_constraint("secrets_counted", type_="check")
        for name in ("secret_made_at", "secret_number", "tried_at", "failing_since"):
            table.drop_column(name)
