"""SQLite: FTS5 over stems, weighed by BM25."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lms.catalog.search.engines.base import Engine, Entry, Reach, stems_at
from lms.catalog.search.questions import Part, Question
from lms.catalog.search.words import stems
from lms.core.database import db

INDEX = sa.table(
    "search_index",
    sa.column("rowid", sa.Integer),
    *(sa.column(name) for name in ("title", "heading", "terms", "body")),
)
RANK: sa.ColumnElement[float] = sa.literal_column(
    "bm25(search_index, 4.0, 8.0, 8.0, 1.0)", sa.Float
)


class SqliteEngine(Engine):
    """The table ``search_index`` holds stems; its row ids are those of the passages."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Make the entries findable."""
        rows = [
            {
                "rowid": entry.id,
                "title": stems(entry.title),
                "heading": stems(entry.heading),
                "terms": stems(entry.terms),
                "body": stems(entry.body),
            }
            for entry in entries
        ]
        if rows:
            db.session.execute(sa.insert(INDEX), rows)

    def remove(self, ids: sa.Select[Any]) -> None:
        """Forget the passages whose ids ``ids`` selects."""
        db.session.execute(sa.delete(INDEX).where(INDEX.c.rowid.in_(ids)))

    def ranked(self, question: Question, reach: Reach) -> sa.Select[Any]:
        """Return the statement of the passages that match, with their rank."""
        matches = sa.literal_column("search_index").op("MATCH")(expression(question, reach))
        return (
            sa.select(INDEX.c.rowid.label("id"), RANK.label("distance"))
            .select_from(INDEX)
            .where(matches)
        )


def expression(question: Question, reach: Reach) -> str:
    """Return the question in FTS5's language. Stems are letters and digits: nothing to escape."""
    glue = " OR " if reach is Reach.NEAR else " AND "
    return glue.join(_part(part, reach) for part in question.parts)


def _part(part: Part, reach: Reach) -> str:
    quoted = '"' + " ".join(stems_at(part, reach)) + '"'
    return quoted if reach is Reach.EXACT or part.is_phrase else f"{quoted} *"
