"""when a person changed last, beside the person."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

INDEX = "ix_person_changed_at"
CHANGES = (
    "people.person_renamed",
    "people.contact_changed",
    "people.email_changed",
    "people.transferred",
    "people.post_taken_up",
    "people.employment_ended",
    "people.account_created",
    "people.account_suspended",
    "people.account_reinstated",
    "people.merged",
    "people.person_erased",
)


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    column = sa.Column("changed_at", instant, nullable=False, server_default="1970-01-01 00:00:00")
    op.add_column("person", column)
    people = sa.table("person", *map(sa.column, ("public_id", "created_at", "changed_at")))
    entries = sa.table("audit_entry", *map(sa.column, ("person_key", "action", "recorded_at")))
    op.execute(sa.update(people).values(changed_at=people.c.created_at))
    newest = (
        sa.select(entries.c.person_key, sa.func.max(entries.c.recorded_at).label("at"))
        .where(entries.c.action.in_(CHANGES), entries.c.person_key.is_not(None))
        .group_by(entries.c.person_key)
        .subquery()
    )
    op.execute(
        sa.update(people)
        .where(people.c.public_id == newest.c.person_key, people.c.created_at < newest.c.at)
        .values(changed_at=newest.c.at)
    )
    op.create_index(INDEX, "person", ["changed_at", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="person")
    op.drop_column("person", "changed_at")
