"""designs of certificates can be retired, and chosen for one certification scheme."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

DESIGN, CHOICE = "certificate_design", "certificate_design_choice"
FOLLOWS = f"ck_{CHOICE}_only_a_course_follows"


def upgrade() -> None:
    with op.batch_alter_table(DESIGN) as batch:
        batch.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index(f"uq_{CHOICE}_network", CHOICE)
    with op.batch_alter_table(CHOICE) as batch:
        batch.add_column(sa.Column("scheme_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f(f"fk_{CHOICE}_scheme_id"),
            "certification_scheme",
            ["scheme_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch.drop_constraint(op.f(FOLLOWS), type_="check")
        batch.create_check_constraint(
            op.f(f"ck_{CHOICE}_network_follows_nothing"),
            "NOT follows_network OR (design_id IS NULL "
            "AND (course_id IS NOT NULL OR scheme_id IS NOT NULL))",
        )
        batch.create_check_constraint(
            op.f(f"ck_{CHOICE}_of_one"), "course_id IS NULL OR scheme_id IS NULL"
        )
    _index("scheme", ["scheme_id", "number"], "scheme_id IS NOT NULL")
    _index("network", ["number"], "course_id IS NULL AND scheme_id IS NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{CHOICE}_{name}",
        CHOICE,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.execute("DELETE FROM certificate_design_choice WHERE scheme_id IS NOT NULL")
    op.drop_index(f"uq_{CHOICE}_network", CHOICE)
    op.drop_index(f"uq_{CHOICE}_scheme", CHOICE)
    with op.batch_alter_table(CHOICE) as batch:
        batch.drop_constraint(op.f(f"ck_{CHOICE}_of_one"), type_="check")
        batch.drop_constraint(op.f(f"ck_{CHOICE}_network_follows_nothing"), type_="check")
        batch.drop_constraint(op.f(f"fk_{CHOICE}_scheme_id"), type_="foreignkey")
        batch.drop_column("scheme_id")
        batch.create_check_constraint(
            op.f(FOLLOWS), "NOT follows_network OR (course_id IS NOT NULL AND design_id IS NULL)"
        )
    _index("network", ["number"], "course_id IS NULL")
    with op.batch_alter_table(DESIGN) as batch:
        batch.drop_column("retired_at")
