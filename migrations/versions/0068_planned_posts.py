"""planned posts: hires and transfers on a day ahead, how each ended."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEYS = {
    "person_id": "person.id",
    "unit_id": "organisation_unit.id",
    "job_role_id": "job_role.id",
    "planned_by_id": "person.id",
    "called_off_by_id": "person.id",
}
OUTCOMES = ("done", "replaced", "overtaken", "called_off", "failed")


def upgrade() -> None:
    op.create_table(
        "planned_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("job_role_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("planned_at", INSTANT, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                *OUTCOMES,
                name=op.f("ck_planned_post_planoutcome"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("called_off_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_planned_post_ended_when")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_planned_post_{column}"), ondelete="RESTRICT"
            )
            for column, target in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_post")),
        sa.UniqueConstraint("public_id", name=op.f("uq_planned_post_public_id")),
    )
    op.create_index(op.f("ix_planned_post_person_id"), "planned_post", ["person_id"])
    op.create_index(
        "uq_planned_post_open",
        "planned_post",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("planned_post")
