"""planned ends of work: a plan without a unit and a job role."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

TABLE, POSTS, ENDS = "planned_post", "uq_planned_post_open", "uq_planned_post_open_end"
OPEN = "ended_at IS NULL"
PLACE = ("unit_id", "job_role_id")


def upgrade() -> None:
    op.drop_index(POSTS, TABLE)
    with op.batch_alter_table(TABLE) as table:
        for column in PLACE:
            table.alter_column(column, existing_type=sa.Integer(), nullable=True)
        table.create_check_constraint(
            op.f("ck_planned_post_whole_post"), "(unit_id IS NULL) = (job_role_id IS NULL)"
        )
    _only_one(POSTS, f"{OPEN} AND unit_id IS NOT NULL")
    _only_one(ENDS, f"{OPEN} AND unit_id IS NULL")


def downgrade() -> None:
    op.execute("DELETE FROM planned_post WHERE unit_id IS NULL")
    op.drop_index(ENDS, TABLE)
    op.drop_index(POSTS, TABLE)
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f("ck_planned_post_whole_post"), type_="check")
        for column in PLACE:
            table.alter_column(column, existing_type=sa.Integer(), nullable=False)
    _only_one(POSTS, OPEN)


def _only_one(name: str, where: str) -> None:
    """Add the index that lets a person have one such plan."""
    op.create_index(
        name,
        TABLE,
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
