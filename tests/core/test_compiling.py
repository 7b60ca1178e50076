"""A statement finds what it was compiled to by itself, and never what another one was."""

import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from lms.core.compiling import Found, found_by_itself

NUMBERS = sa.Table(
    "numbers", sa.MetaData(), sa.Column("first", sa.Integer), sa.Column("second", sa.Integer)
)


class Counting(LRUCache):  # type: ignore[type-arg]
    """Counts how often something is looked for by all that it is made of."""

    looks = 0

    def get(self, key: object, default: object = None) -> object:
        self.looks += 1
        return super().get(key, default)


def test_what_a_statement_is_made_of_is_looked_through_once() -> None:
    engine, among_all = sa.create_engine("sqlite://"), Counting(10)
    statements = [sa.select(sa.bindparam("n") + sa.literal(1)) for _ in range(2)]
    finders = [Found(among_all) for _ in statements]
    with engine.connect() as connection:
        for _ in range(3):
            for statement, finder in zip(statements, finders, strict=True):
                options = {"compiled_cache": finder}
                assert connection.execute(statement, {"n": 1}, execution_options=options).one() == (
                    2,
                )
    assert among_all.looks == 2
    assert len(among_all) == 1  # the second was found to be made as the first


def test_statements_and_their_values_are_told_apart() -> None:
    engine = sa.create_engine("sqlite://")
    NUMBERS.metadata.create_all(engine)
    add, ones, all_rows = sa.insert(NUMBERS), sa.select(NUMBERS.c.first), sa.select(NUMBERS)
    with engine.connect() as connection:

        def run(statement: sa.Executable, values: object = None) -> sa.CursorResult[tuple[object]]:
            options = found_by_itself(statement, engine)
            return connection.execute(statement, values, execution_options=options)  # type: ignore[call-overload,no-any-return]

        for _ in range(2):
            connection.execute(sa.delete(NUMBERS))
            run(add, {"first": 1})
            run(add, {"first": 2, "second": 3})
            run(add, [{"second": 4}, {"second": 5}])
            assert [row[0] for row in run(ones)] == [1, 2, None, None]
            assert run(all_rows).all() == [(1, None), (2, 3), (None, 4), (None, 5)]
