"""an HR system's identifier belongs to one person; where two had it, the older record keeps it."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_scim_identity_external_id", "scim_identity"


def upgrade() -> None:
    mine, older = sa.table(TABLE, *_columns()), sa.table(TABLE, *_columns()).alias()
    op.execute(
        sa.delete(mine).where(
            sa.exists().where(
                older.c.external_id == mine.c.external_id, older.c.person_id < mine.c.person_id
            )
        )
    )
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["external_id"], unique=True)


def _columns() -> tuple[sa.ColumnClause[object], ...]:
    return sa.column("person_id"), sa.column("external_id")


def downgrade() -> None:
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["external_id"])
