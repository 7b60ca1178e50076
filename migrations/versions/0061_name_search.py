"""name search: parts of names are found by an index of the endings of their words.

Only PostgreSQL needs it: with as many people as SQLite is for, reading all names from end to end
takes less time than making the page.
"""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

# Without an extension: whoever runs a managed server may not be allowed to add one.
ENDINGS = """
    CREATE FUNCTION word_endings(text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS $$
        SELECT coalesce(array_to_tsvector(array_agg(DISTINCT substr(word, place))), ''::tsvector)
        FROM unnest(string_to_array($1, ' ')) AS word, generate_series(1, length(word)) AS place
    $$
"""
INDEXES = {
    "search_person_name": "person USING gin (word_endings(sort_name))",
    "search_person_number": "person (personnel_number varchar_pattern_ops)",
    "search_certificate_name": "certificate USING gin (word_endings(holder_sort_name))",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ENDINGS)
        for name, what in INDEXES.items():
            op.execute(f"CREATE INDEX {name} ON {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in INDEXES:
            op.execute(f"DROP INDEX {name}")
        op.execute("DROP FUNCTION word_endings(text)")
