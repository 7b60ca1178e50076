"""batches that let earlier results count for a certification."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

KINDS = ("originals", "print", "issue", "revoke", "certify", "report")
TWO_PEOPLE = ("issue", "revoke", "certify")
OF_A_SCHEME = ("certify",)
OUTCOMES = ("kept", "fast", "plain", "issued", "revoked", "recorded", "left_out")
NEW = "earlier"


def _in(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{one}'" for one in values)
    return f"{column} IN ({listed})"


def _rules(further: tuple[str, ...], outcomes: tuple[str, ...]) -> None:
    rules = {
        "batchkind": _in("kind", (*KINDS, *further)),
        "second_person": f"({_in('kind', (*TWO_PEOPLE, *further))}) = (request_id IS NOT NULL)",
        "scheme_to_certify": f"({_in('kind', (*OF_A_SCHEME, *further))}) = (scheme_id IS NOT NULL)",
    }
    with op.batch_alter_table("certificate_batch") as table:
        for name, rule in rules.items():
            table.drop_constraint(op.f(f"ck_certificate_batch_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_certificate_batch_{name}"), rule)
    with op.batch_alter_table("certificate_batch_item") as table:
        table.drop_constraint(op.f("ck_certificate_batch_item_outcome"), type_="check")
        table.create_check_constraint(
            op.f("ck_certificate_batch_item_outcome"), _in("outcome", outcomes)
        )


def upgrade() -> None:
    _rules((NEW,), (*OUTCOMES, "awarded"))


def downgrade() -> None:
    batches = sa.table("certificate_batch", sa.column("id"), sa.column("kind"))
    items = sa.table("certificate_batch_item", sa.column("batch_id"))
    gone = sa.select(batches.c.id).where(batches.c.kind == NEW)
    op.execute(items.delete().where(items.c.batch_id.in_(gone)))
    op.execute(batches.delete().where(batches.c.kind == NEW))
    _rules((), OUTCOMES)
