"""long reports: batches whose items are sections of a list for paper."""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

KINDS = ("originals", "print", "issue", "revoke", "certify")
RULE = "ck_certificate_batch_title_of_report"


def _kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("certificate_batch") as table:
        table.drop_constraint(op.f("ck_certificate_batch_batchkind"), type_="check")
        table.create_check_constraint(op.f("ck_certificate_batch_batchkind"), f"kind IN ({listed})")


def upgrade() -> None:
    _kinds((*KINDS, "report"))
    with op.batch_alter_table("certificate_batch") as table:
        table.add_column(sa.Column("title", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("source", sa.String(length=64), nullable=True))
        table.create_check_constraint(op.f(RULE), "(kind = 'report') = (title IS NOT NULL)")


def downgrade() -> None:
    batches = sa.table("certificate_batch", sa.column("id"), sa.column("kind"))
    gone = sa.select(batches.c.id).where(batches.c.kind == "report")
    for name in ("certificate_batch_item", "certificate_batch_part"):
        table = sa.table(name, sa.column("batch_id"))
        op.execute(table.delete().where(table.c.batch_id.in_(gone)))
    op.execute(batches.delete().where(batches.c.kind == "report"))
    with op.batch_alter_table("certificate_batch") as table:
        table.drop_constraint(op.f(RULE), type_="check")
        table.drop_column("source")
        table.drop_column("title")
    _kinds(KINDS)
