"""hotspot: the item kind of places on a picture."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "matching",
    "ordering",
    "numeric",
    "short_text",
    "gap_text",
    "dialogue",
    "essay",
)


def upgrade() -> None:
    _allow((*BEFORE, "hotspot"))


def downgrade() -> None:
    known = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM item_version WHERE kind = 'hotspot'")
    )
    if known:
        raise RuntimeError(f"{known} versions of items are of a kind that would be unknown")
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("item_version") as table:
        table.drop_constraint(op.f("ck_item_version_itemkind"), type_="check")
        table.create_check_constraint(op.f("ck_item_version_itemkind"), f"kind IN ({listed})")
