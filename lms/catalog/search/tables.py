"""The index's tables. They are derived from the courses, so they stand apart from the models.

``search_passage`` is the same on both databases. ``search_index`` belongs to the engine: a virtual
table of FTS5 on SQLite, a table of text vectors on PostgreSQL; see the migration.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

passages = sa.Table(
    "search_passage",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version_id", sa.Integer, nullable=False),
    sa.Column("activity_id", sa.Integer, nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),  # in the lesson; 0: above all headings
    sa.Column("title", sa.String(300), nullable=False),  # the lesson's
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("anchor", sa.String(100), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
