"""file answers: the item kind, and the files that were handed in."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
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
    "hotspot",
)


def upgrade() -> None:
    _allow((*BEFORE, "file"))
    op.create_table(
        "attempt_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_attempt_file_size")),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt.id"],
            name=op.f("fk_attempt_file_attempt_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_file")),
        sa.UniqueConstraint(
            "attempt_id",
            "position",
            "sha256",
            name=op.f("uq_attempt_file_attempt_id_position_sha256"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_attempt_file_public_id")),
    )


def downgrade() -> None:
    known = op.get_bind().scalar(sa.text("SELECT count(*) FROM item_version WHERE kind = 'file'"))
    if known:
        raise RuntimeError(f"{known} versions of items are of a kind that would be unknown")
    op.drop_table("attempt_file")
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("item_version") as table:
        table.drop_constraint(op.f("ck_item_version_itemkind"), type_="check")
        table.create_check_constraint(op.f("ck_item_version_itemkind"), f"kind IN ({listed})")
