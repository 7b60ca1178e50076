"""what follows from certification: rules that enrol, required places, changes of labels."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

LABELS = (
    "suspended", "revoked", "in_grace", "expiring", "window_open", "certified", "waived",
    "awaiting_decision", "expired", "overdue", "in_progress", "required", "none",
)  # fmt: skip
HAPPENINGS = ("certificate.issued", "certificate.revoked", "enrolment.completed", "test")
NEW_HAPPENING = "standing.changed"
COLUMNS = (
    "person_id", "scheme_id", "label_before", "label", "changed_on", "noticed_at", "public_id",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("requirement_rule") as rules:
        # Rules that are there enrolled nobody; nothing surprises those whom they cover.
        rules.add_column(
            sa.Column("enrols", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("requirement_rule") as rules:
        rules.alter_column("enrols", server_default=None)
    op.create_table(
        "standing_walk",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("walked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_standing_walk")),
    )
    _standing_change()
    _required_place()
    _allow((*HAPPENINGS, NEW_HAPPENING))
    _begin_with_what_stands()


def _standing_change() -> None:
    op.create_table(
        "standing_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column(
            "label_before",
            sa.Enum(
                *LABELS, name="label_before", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "label",
            sa.Enum(*LABELS, name="label", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint("label <> label_before", name=op.f("ck_standing_change_another_label")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_standing_change_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_standing_change_scheme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_standing_change_public_id")),
    )
    op.create_index("ix_standing_change_of", "standing_change", ["person_id", "scheme_id", "id"])
    op.create_index(op.f("ix_standing_change_scheme_id"), "standing_change", ["scheme_id"])


def _required_place() -> None:
    op.create_table(
        "required_place",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_made", sa.Boolean(), nullable=False),
        sa.Column("prior_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_required_place_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_required_place_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_required_place")),
    )
    op.create_index(op.f("ix_required_place_person_id"), "required_place", ["person_id"])
    op.create_table(
        "required_place_cause",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["required_place.enrolment_id"],
            name=op.f("fk_required_place_cause_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["certification_scheme.id"],
            name=op.f("fk_required_place_cause_scheme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "scheme_id", name=op.f("pk_required_place_cause")),
    )


def _begin_with_what_stands() -> None:
    """Labels of today aren't changes: they are noted as seen, so that nobody is told of them."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    standing = sa.table(
        "certification_standing",
        *(sa.column(name) for name in ("person_id", "scheme_id", "label", "first_on", "last_on")),
    )
    seed = sa.func.random().cast(sa.Text).concat(standing.c.person_id).concat("-")
    random = (
        sa.func.substr(sa.func.md5(seed.concat(standing.c.scheme_id)), 1, 16)
        if is_postgresql
        else sa.func.lower(sa.func.hex(sa.func.randomblob(8)))
    )
    today = sa.func.current_date()
    present = sa.select(
        standing.c.person_id,
        standing.c.scheme_id,
        sa.literal("none"),
        standing.c.label,
        today,
        sa.func.current_timestamp(),
        random,
    ).where(standing.c.first_on <= today, standing.c.last_on >= today, standing.c.label != "none")
    changes = sa.table("standing_change", *(sa.column(name) for name in COLUMNS))
    op.execute(changes.insert().from_select(list(COLUMNS), present))


def _allow(happenings: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{one}'" for one in happenings)
    with op.batch_alter_table("webhook_delivery") as table:
        table.drop_constraint(op.f("ck_webhook_delivery_happening"), type_="check")
        table.create_check_constraint(
            op.f("ck_webhook_delivery_happening"), f"happening IN ({listed})"
        )


def downgrade() -> None:
    deliveries = sa.table("webhook_delivery", sa.column("happening"))
    op.execute(deliveries.delete().where(deliveries.c.happening == NEW_HAPPENING))
    _allow(HAPPENINGS)
    op.drop_table("required_place_cause")
    op.drop_table("required_place")
    op.drop_table("standing_change")
    op.drop_table("standing_walk")
    with op.batch_alter_table("requirement_rule") as rules:
        rules.drop_column("enrols")
