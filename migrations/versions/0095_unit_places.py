"""unit places: what each part of the network was a part of, by days; so far each where it is."""

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "unit_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("path LIKE '/%/'", name=op.f("ck_unit_place_path_shape")),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["organisation_unit.id"],
            name=op.f("fk_unit_place_unit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["organisation_unit.id"],
            name=op.f("fk_unit_place_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_place")),
    )
    op.create_index(op.f("ix_unit_place_parent_id"), "unit_place", ["parent_id"])
    op.create_index("ix_unit_place_unit", "unit_place", ["unit_id", "last_on", "first_on"])
    op.create_index(
        "uq_unit_place_open",
        "unit_place",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute(
        "INSERT INTO unit_place (unit_id, parent_id, path, first_on, last_on) "
        "SELECT id, parent_id, path, DATE '0001-01-01', DATE '9999-12-31' FROM organisation_unit"
        if op.get_bind().dialect.name == "postgresql"
        else "INSERT INTO unit_place (unit_id, parent_id, path, first_on, last_on) "
        "SELECT id, parent_id, path, '0001-01-01', '9999-12-31' FROM organisation_unit"
    )


def downgrade() -> None:
    op.drop_table("unit_place")
