"""group ids: what an HR system calls a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

TABLE = "scim_group_identity"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["organisation_unit.id"],
            name=op.f(f"fk_{TABLE}_unit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_external_id", TABLE, ["external_id"], unique=True)


def downgrade() -> None:
    op.drop_table(TABLE)
