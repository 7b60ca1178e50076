"""A statement that is built once is compiled once for the values it is handed, and found by itself."""

import sqlalchemy as sa
from flask import Flask

from lms.core.database import db, execute

NUMBERS = sa.Table(
    "numbers", sa.MetaData(), sa.Column("first", sa.Integer), sa.Column("second", sa.Integer)
)
ADD, FIRST, ALL = sa.insert(NUMBERS), sa.select(NUMBERS.c.first), sa.select(NUMBERS)


def test_kept_statements_find_what_they_were_compiled_to(app: Flask) -> None:
    found = []

    def note(*details: object) -> None:
        found.append(details[4].cache_hit.name)  # type: ignore[attr-defined]

    NUMBERS.create(db.session.connection())
    among_all = len(db.engine._compiled_cache)  # type: ignore[arg-type]
    sa.event.listen(db.engine, "before_cursor_execute", note)
    for _ in range(2):
        execute(ADD, {"first": 1})
        execute(ADD, {"first": 2, "second": 3})
        execute(ADD, [{"second": 4}, {"second": 5}])
        assert [row[0] for row in execute(FIRST)] == [1, 2, None, None]
        assert execute(ALL).all() == [(1, None), (2, 3), (None, 4), (None, 5)]
        db.session.execute(sa.text("DELETE FROM numbers"))
    sa.event.remove(db.engine, "before_cursor_execute", note)
    assert found[:5] == ["CACHE_MISS"] * 5
    assert found[6:11] == ["CACHE_HIT"] * 5
    assert len(db.engine._compiled_cache) == among_all + 1  # type: ignore[arg-type]
    db.session.rollback()
