"""stated scores: a certificate that states a score which was corrected since is decided on."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

TABLE = "certificate_review"
KINDS = ("lost", "gained")
DECISIONS = ("kept", "revoked", "issued", "not_issued", "counted", "not_counted")
BY_REGRADE = f"uq_{TABLE}_certificate"
OPEN = f"uq_{TABLE}_stated"


def upgrade() -> None:
    op.drop_index(BY_REGRADE, TABLE)
    with op.batch_alter_table(TABLE) as batch:
        batch.alter_column("regrade_key", existing_type=sa.String(length=16), nullable=True)
        _allow(batch, "kind", "reviewkind", (*KINDS, "changed"))
        _allow(batch, "decision", "reviewdecision", (*DECISIONS, "reissued", "dropped"))
    _by_regrade("fact_id IS NULL AND kind <> 'changed'")
    _unique(OPEN, ["enrolment_id"], "kind = 'changed' AND decision IS NULL")


def downgrade() -> None:
    _refuse_loss()
    op.drop_index(OPEN, TABLE)
    op.drop_index(BY_REGRADE, TABLE)
    with op.batch_alter_table(TABLE) as batch:
        _allow(batch, "decision", "reviewdecision", DECISIONS)
        _allow(batch, "kind", "reviewkind", KINDS)
        batch.alter_column("regrade_key", existing_type=sa.String(length=16), nullable=False)
    _by_regrade("fact_id IS NULL")


def _allow(batch: Any, column: str, name: str, values: tuple[str, ...]) -> None:
    allowed, listed = op.f(f"ck_{TABLE}_{name}"), ", ".join(f"'{one}'" for one in values)
    batch.drop_constraint(allowed, type_="check")
    batch.create_check_constraint(allowed, f"{column} IN ({listed})")


def _by_regrade(where: str) -> None:
    _unique(BY_REGRADE, ["regrade_key", "enrolment_id", "exam_key"], where)


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name,
        TABLE,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _refuse_loss() -> None:
    """Refuse to go down where a score that changed was listed: it can't be told without."""
    count = sa.text(
        "SELECT count(*) FROM certificate_review"
        " WHERE kind = 'changed' OR decision IN ('reissued', 'dropped')"
    )
    if found := op.get_bind().scalar(count):
        raise RuntimeError(f"{found} reviews of scores would be taken for ones of passes")
