"""audiences of delta trainings: to whom an order sends one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0055"
down_revision = "0050"
branch_labels = None
depends_on = None

WHOM = "whom IN ('touched', 'chosen', 'everybody')"


def upgrade() -> None:
    with op.batch_alter_table("delta_order") as table:
        table.add_column(
            sa.Column("whom", sa.String(length=40), server_default="touched", nullable=False)
        )
        table.add_column(
            sa.Column(
                "reasons",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="[]",
                nullable=False,
            )
        )
        table.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_delta_order_whom"), WHOM)
        table.create_foreign_key(
            op.f("fk_delta_order_unit_id"),
            "organisation_unit",
            ["unit_id"],
            ["id"],
            ondelete="RESTRICT",
        )


def downgrade() -> None:
    with op.batch_alter_table("delta_order") as table:
        table.drop_constraint(op.f("fk_delta_order_unit_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_delta_order_whom"), type_="check")
        table.drop_column("unit_id")
        table.drop_column("reasons")
        table.drop_column("whom")
