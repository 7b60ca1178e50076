"""remarks: answers that are judged anew, with a preview like corrections of keys."""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

KINDS = ("new_key", "accept", "full_points", "not_counted")
ONE_EACH, OF_EXAMINER = "uq_grading_task_id_examiner_id", "uq_grading_of_examiner"
LATEST = "ix_grading_latest"


def _kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("regrade") as table:
        table.drop_constraint(op.f("ck_regrade_correctionkind"), type_="check")
        table.create_check_constraint(op.f("ck_regrade_correctionkind"), f"kind IN ({listed})")


def upgrade() -> None:
    _kinds((*KINDS, "remarked"))
    with op.batch_alter_table("grading") as table:
        table.add_column(sa.Column("regrade_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_grading_regrade_id"), "regrade", ["regrade_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_unique_constraint(op.f("uq_grading_regrade_id"), ["regrade_id"])
        table.drop_constraint(op.f(ONE_EACH), type_="unique")
    first = sa.text("regrade_id IS NULL")
    op.create_index(
        OF_EXAMINER,
        "grading",
        ["task_id", "examiner_id"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_index(LATEST, "grading", ["examiner_id", "graded_at"])


def downgrade() -> None:
    """Forget the remarks; the points they led to stay in the scores."""
    regrades = sa.table("regrade", sa.column("id"), sa.column("kind"))
    remarks = sa.select(regrades.c.id).where(regrades.c.kind == "remarked")
    op.drop_index(LATEST, "grading")
    op.drop_index(OF_EXAMINER, "grading")
    for name in ("grading", "regrade_result"):
        table = sa.table(name, sa.column("regrade_id"))
        op.execute(table.delete().where(table.c.regrade_id.in_(remarks)))
    op.execute(regrades.delete().where(regrades.c.kind == "remarked"))
    with op.batch_alter_table("grading") as table:
        table.drop_constraint(op.f("uq_grading_regrade_id"), type_="unique")
        table.drop_constraint(op.f("fk_grading_regrade_id"), type_="foreignkey")
        table.drop_column("regrade_id")
        table.create_unique_constraint(op.f(ONE_EACH), ["task_id", "examiner_id"])
    _kinds(KINDS)
