"""reckoning: who stands in which way on a far day, as PostgreSQL plans the lists of the board.

That who stands so without an end is overdue, it can't tell from each column by itself: it would
sort a whole network for one page instead of reading the names in their order.
"""

from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE STATISTICS standing_at_post_days (mcv)"
            " ON last_on, is_required, is_compliant, is_overdue, may_serve FROM standing_at_post"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP STATISTICS standing_at_post_days")
