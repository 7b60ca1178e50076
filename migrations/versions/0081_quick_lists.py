"""indexes for likely duplicates, the audit log by day and area, and users by name."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

PLAIN = "ix_person_plain_number"
LIVING = "erased_at IS NULL AND merged_into_id IS NULL"
RECORDED = "ix_audit_entry_recorded_at"
UNSURE_SIGNS = str.maketrans("", "", " -/.")
# Only PostgreSQL needs these: with as many rows as SQLite is for, reading them all takes less time
# than making the page.
SEARCHES = {
    "search_person_email": f"person (lower(email), id, email) WHERE {LIVING} AND email IS NOT NULL",
    "search_audit_domain": "audit_entry (split_part(action, '.', 1), recorded_at, id)",
    "search_person_any_case": "person (replace(lower(personnel_number), 'ё', 'е'))",
    "search_account_any_case": "account (replace(lower(username), 'ё', 'е'))",
}


def upgrade() -> None:
    column = sa.Column("plain_number", sa.String(length=40), nullable=False, server_default="")
    op.add_column("person", column)
    _fill(op.get_bind())
    where = sa.text(LIVING)
    op.create_index(
        PLAIN, "person", ["plain_number", "id"], sqlite_where=where, postgresql_where=where
    )
    op.create_index(RECORDED, "audit_entry", ["recorded_at", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for name, what in SEARCHES.items():
            op.execute(f"CREATE INDEX {name} ON {what}")


def _fill(connection: sa.Connection) -> None:
    people = sa.table(
        "person", sa.column("id"), sa.column("personnel_number"), sa.column("plain_number")
    )
    rows = [
        {"key": key, "plain": number.upper().translate(UNSURE_SIGNS).lstrip("0")}
        for key, number in connection.execute(sa.select(people.c.id, people.c.personnel_number))
    ]
    if rows:
        statement = sa.update(people).where(people.c.id == sa.bindparam("key"))
        connection.execute(statement.values(plain_number=sa.bindparam("plain")), rows)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in SEARCHES:
            op.execute(f"DROP INDEX {name}")
    op.drop_index(RECORDED, table_name="audit_entry")
    op.drop_index(PLAIN, table_name="person")
    op.drop_column("person", "plain_number")
