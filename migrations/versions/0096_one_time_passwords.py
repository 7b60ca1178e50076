"""one-time passwords end: until when one can be used; those given before have no end."""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("password_ends_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("account", "password_ends_at")
