"""indexes by which the registry is counted: of a part of the network, and by name and expiry."""

from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

UNTIL = "ix_certificate_valid_until"
UNTIL_BEFORE = ["sort_until_on", "id", "course_id"]
HOLDER = "ix_certificate_holder"
HOLDER_BEFORE = "ix_certificate_holder_id"


def upgrade() -> None:
    op.drop_index(UNTIL, table_name="certificate")
    op.create_index(UNTIL, "certificate", [*UNTIL_BEFORE, "holder_id", "holder_sort_name"])
    op.create_index(HOLDER, "certificate", ["holder_id", "sort_until_on", "course_id", "id"])
    op.drop_index(HOLDER_BEFORE, table_name="certificate")


def downgrade() -> None:
    op.create_index(HOLDER_BEFORE, "certificate", ["holder_id"])
    op.drop_index(HOLDER, table_name="certificate")
    op.drop_index(UNTIL, table_name="certificate")
    op.create_index(UNTIL, "certificate", UNTIL_BEFORE)
