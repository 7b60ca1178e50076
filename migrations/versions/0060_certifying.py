"""batches that record a certification of many people."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KINDS = ("originals", "print", "issue", "revoke")
OUTCOMES = ("kept", "fast", "plain", "issued", "revoked", "left_out")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in values)


def _rules(kinds: tuple[str, ...], two_people: tuple[str, ...], outcomes: tuple[str, ...]) -> None:
    with op.batch_alter_table("certificate_batch") as table:
        for name in ("batchkind", "second_person"):
            table.drop_constraint(op.f(f"ck_certificate_batch_{name}"), type_="check")
        table.create_check_constraint(
            op.f("ck_certificate_batch_batchkind"), f"kind IN ({_listed(kinds)})"
        )
        table.create_check_constraint(
            op.f("ck_certificate_batch_second_person"),
            f"(kind IN ({_listed(two_people)})) = (request_id IS NOT NULL)",
        )
    with op.batch_alter_table("certificate_batch_item") as table:
        table.drop_constraint(op.f("ck_certificate_batch_item_outcome"), type_="check")
        table.create_check_constraint(
            op.f("ck_certificate_batch_item_outcome"), f"outcome IN ({_listed(outcomes)})"
        )


def upgrade() -> None:
    _rules((*KINDS, "certify"), ("issue", "revoke", "certify"), (*OUTCOMES, "recorded"))
    with op.batch_alter_table("certificate_batch") as table:
        table.add_column(sa.Column("scheme_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("part", sa.String(length=30), nullable=False, server_default=""))
        table.add_column(sa.Column("shown_on", sa.Date(), nullable=True))
        table.create_foreign_key(
            op.f("fk_certificate_batch_scheme_id"),
            "certification_scheme",
            ["scheme_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_check_constraint(
            op.f("ck_certificate_batch_scheme_to_certify"),
            "(kind = 'certify') = (scheme_id IS NOT NULL)",
        )
    with op.batch_alter_table("certificate_batch") as table:
        table.alter_column("part", server_default=None)


def downgrade() -> None:
    batches = sa.table("certificate_batch", sa.column("id"), sa.column("kind"))
    items = sa.table("certificate_batch_item", sa.column("batch_id"))
    gone = sa.select(batches.c.id).where(batches.c.kind == "certify")
    op.execute(items.delete().where(items.c.batch_id.in_(gone)))
    op.execute(batches.delete().where(batches.c.kind == "certify"))
    with op.batch_alter_table("certificate_batch") as table:
        table.drop_constraint(op.f("ck_certificate_batch_scheme_to_certify"), type_="check")
        table.drop_constraint(op.f("fk_certificate_batch_scheme_id"), type_="foreignkey")
        table.drop_column("shown_on")
        table.drop_column("part")
        table.drop_column("scheme_id")
    _rules(KINDS, ("issue", "revoke"), OUTCOMES)
