"""PostgreSQL: its text search with the configurations ``russian`` and ``english``."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from lms.catalog.search.engines.base import Engine, Entry, Reach, stems_at
from lms.catalog.search.questions import Part, Question
from lms.catalog.search.words import regular, words
from lms.core.database import db

CONFIGURATIONS = {"ru": "russian", "en": "english"}
INDEX = sa.table(
    "search_index",
    sa.column("passage_id", sa.Integer),
    sa.column("language", sa.String),
    sa.column("document", TSVECTOR),
)
# Weights of D (body), C, B (the lesson's title), A (headings and terms).
WEIGHTS: sa.ColumnElement[Any] = sa.literal_column("'{0.1, 0.1, 0.5, 1.0}'::float4[]")
BY_LENGTH = 1  # a long passage is worth less than a short one with the same words
DOCUMENT = sa.text(
    "INSERT INTO search_index (passage_id, language, document) VALUES (:id, :language,"
    " setweight(to_tsvector(CAST(:configuration AS regconfig), :top), 'A')"
    " || setweight(to_tsvector(CAST(:configuration AS regconfig), :title), 'B')"
    " || setweight(to_tsvector(CAST(:configuration AS regconfig), :body), 'D'))"
)


class PostgresqlEngine(Engine):
    """The table ``search_index`` holds a text vector for each passage."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Make the entries findable."""
        rows = [
            {
                "id": entry.id,
                "language": entry.language,
                "configuration": CONFIGURATIONS[entry.language],
                "top": _text(f"{entry.heading} {entry.terms}"),
                "title": _text(entry.title),
                "body": _text(entry.body),
            }
            for entry in entries
        ]
        if rows:
            db.session.execute(DOCUMENT, rows)

    def remove(self, ids: sa.Select[Any]) -> None:
        """Forget the passages whose ids ``ids`` selects."""
        db.session.execute(sa.delete(INDEX).where(INDEX.c.passage_id.in_(ids)))

    def ranked(self, question: Question, reach: Reach) -> sa.Select[Any]:
        """Return the statement of the passages that match, with their rank."""
        queries = {language: _query(question, reach, language) for language in CONFIGURATIONS}
        matches = sa.or_(
            *(
                sa.and_(INDEX.c.language == language, INDEX.c.document.op("@@")(query))
                for language, query in queries.items()
            )
        )
        query = sa.case(
            *((INDEX.c.language == language, query) for language, query in queries.items())
        )
        rank = -sa.func.ts_rank(WEIGHTS, INDEX.c.document, query, BY_LENGTH)
        return sa.select(INDEX.c.passage_id.label("id"), rank.label("distance")).where(matches)


def _text(text: str) -> str:
    return " ".join(regular(word) for word in words(text))


def _query(question: Question, reach: Reach, language: str) -> sa.ColumnElement[Any]:
    # Beginnings are cut from stems already: nothing may cut them further.
    configuration = CONFIGURATIONS[language] if reach is Reach.EXACT else "simple"
    return sa.func.to_tsquery(
        sa.cast(configuration, sa.dialects.postgresql.REGCONFIG), expression(question, reach)
    )


def expression(question: Question, reach: Reach) -> str:
    """Return the question in PostgreSQL's language. Words are letters and digits alone."""
    glue = " | " if reach is Reach.NEAR else " & "
    return glue.join(_part(part, reach) for part in question.parts)


def _part(part: Part, reach: Reach) -> str:
    exact = [regular(word) for word in part.words]
    found = exact if reach is Reach.EXACT else stems_at(part, reach)
    phrase = " <-> ".join(f"'{word}'" for word in found)
    if reach is Reach.EXACT:
        return f"({phrase})"
    return f"({phrase})" if part.is_phrase else f"{phrase}:*"
