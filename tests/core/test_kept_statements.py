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
        found.append(details[4].compiled)  # type: ignore[attr-defined]

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
    assert len({id(compiled) for compiled in found[:5]}) == 5
    assert found[6:11] == found[:5]
    assert len(db.engine._compiled_cache) == among_all + 1  # type: ignore[arg-type]
    db.session.rollback()


def test_a_question_has_its_constants_written_out_and_takes_the_values_that_have_names(
    app: Flask,
) -> None:
    few = NUMBERS.c.second.in_([3, 4])
    asked = sa.select(NUMBERS.c.second, sa.literal("it's 100 %")).where(
        NUMBERS.c.first == 2, few, NUMBERS.c.second < sa.bindparam("most")
    )
    handed = []
    NUMBERS.create(db.session.connection())
    execute(ADD, [{"first": 2, "second": 3}, {"first": 2, "second": 5}, {"first": 1, "second": 3}])
    sa.event.listen(
        db.engine, "before_cursor_execute", lambda *details: handed.append(len(details[3]))
    )
    assert execute(asked, {"most": 4}).all() == [(3, "it's 100 %")]
    assert execute(asked, {"most": 3}).all() == []
    assert handed == [1, 1]
    db.session.rollback()
