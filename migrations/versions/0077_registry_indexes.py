"""indexes of the registry's orders with what it is narrowed to."""

from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_certificate_valid_until": (["sort_until_on", "id"], ["course_id"]),
    "ix_certificate_issued": (["issued_on", "id"], ["sort_until_on", "course_id"]),
}


def upgrade() -> None:
    for name, (order, narrowed) in ORDERS.items():
        op.drop_index(name, table_name="certificate")
        op.create_index(name, "certificate", [*order, *narrowed])


def downgrade() -> None:
    for name, (order, _narrowed) in ORDERS.items():
        op.drop_index(name, table_name="certificate")
        op.create_index(name, "certificate", order)
