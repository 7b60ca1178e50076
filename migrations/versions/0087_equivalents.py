"""equivalents: what counts in place of a certification until a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

KINDS = (
    "required", "requirement_lifted", "started", "evidence_accepted", "evidence_withdrawn",
    "decision_requested", "route_failed", "awarded", "extended", "suspended", "reinstated",
    "revoked", "waived", "waiver_ended", "leave_began", "leave_ended", "left", "returned",
)  # fmt: skip
NEW_KIND, NEW_FIELD = "equivalent_ended", "is_equivalent"


def upgrade() -> None:
    op.create_table(
        "certification_equivalent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("old_scheme_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(old_scheme_id IS NULL) <> (course_id IS NULL)",
            name=op.f("ck_certification_equivalent_one_thing"),
        ),
        sa.CheckConstraint(
            "scheme_id <> old_scheme_id", name=op.f("ck_certification_equivalent_another")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_certification_equivalent_{column}"),
                ondelete="RESTRICT",
            )
            for column, table in (
                ("scheme_id", "certification_scheme"),
                ("old_scheme_id", "certification_scheme"),
                ("course_id", "course"),
                ("made_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_equivalent")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certification_equivalent_public_id")),
    )
    op.create_index(
        op.f("ix_certification_equivalent_scheme_id"),
        "certification_equivalent",
        ["scheme_id"],
        unique=False,
    )
    _allow((*KINDS, NEW_KIND))


def _allow(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("certification_fact") as table:
        table.drop_constraint(op.f("ck_certification_fact_factkind"), type_="check")
        table.create_check_constraint(op.f("ck_certification_fact_factkind"), f"kind IN ({listed})")


def downgrade() -> None:
    # What counts in place of something stays as an award with its day; what was ended goes.
    facts = sa.table(
        "certification_fact",
        *(sa.column(name) for name in ("person_id", "scheme_id", "kind", "key")),
        sa.column("details", sa.JSON()),
    )
    ended = facts.select().where(facts.c.kind == NEW_KIND)
    for row in op.get_bind().execute(ended).all():
        op.execute(
            facts.delete().where(
                facts.c.person_id == row.person_id,
                facts.c.scheme_id == row.scheme_id,
                facts.c.key.in_([row.key, row.details["award"]]),
            )
        )
    if op.get_bind().dialect.name == "postgresql":
        without = sa.cast(
            sa.cast(facts.c.details, JSONB).op("-")(sa.literal(NEW_FIELD, sa.Text())), sa.JSON()
        )
    else:
        without = sa.func.json_remove(facts.c.details, f"$.{NEW_FIELD}")
    op.execute(facts.update().where(facts.c.kind == "awarded").values(details=without))
    _allow(KINDS)
    op.drop_table("certification_equivalent")
