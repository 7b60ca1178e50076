"""evidence reviews: what a corrected exam showed for a certification is decided on as well."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

TABLE = "certificate_review"
DECISIONS = ("kept", "revoked", "issued", "not_issued")
OF_EVIDENCE = ("counted", "not_counted")
ONCE = op.f(f"uq_{TABLE}_regrade_key_enrolment_id")
ALLOWED = op.f(f"ck_{TABLE}_reviewdecision")


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.add_column(
            sa.Column("exam_key", sa.String(length=60), nullable=False, server_default="exam")
        )
        batch.add_column(sa.Column("fact_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f(f"fk_{TABLE}_fact_id"),
            "certification_fact",
            ["fact_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch.drop_constraint(ONCE, type_="unique")
        batch.drop_constraint(ALLOWED, type_="check")
        batch.create_check_constraint(ALLOWED, _one_of(*DECISIONS, *OF_EVIDENCE))
    _index("certificate", ["regrade_key", "enrolment_id", "exam_key"], "fact_id IS NULL")
    _index("evidence", ["regrade_key", "fact_id"], "fact_id IS NOT NULL")


def downgrade() -> None:
    _refuse_loss()
    op.drop_index(f"uq_{TABLE}_evidence", TABLE)
    op.drop_index(f"uq_{TABLE}_certificate", TABLE)
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_constraint(ALLOWED, type_="check")
        batch.create_check_constraint(ALLOWED, _one_of(*DECISIONS))
        batch.create_unique_constraint(ONCE, ["regrade_key", "enrolment_id"])
        batch.drop_constraint(op.f(f"fk_{TABLE}_fact_id"), type_="foreignkey")
        batch.drop_column("fact_id")
        batch.drop_column("exam_key")


def _one_of(*decisions: str) -> str:
    listed = ", ".join(f"'{one}'" for one in decisions)
    return f"decision IN ({listed})"


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{TABLE}_{name}",
        TABLE,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _refuse_loss() -> None:
    """Refuse to go down where somebody has decided on evidence: it can't be told without."""
    count = sa.text("SELECT count(*) FROM certificate_review WHERE fact_id IS NOT NULL")
    if found := op.get_bind().scalar(count):
        raise RuntimeError(f"{found} reviews of evidence would be taken for ones of certificates")
