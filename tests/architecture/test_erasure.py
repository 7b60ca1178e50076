"""Each table that names people is held by a domain that says how it goes, or why it stays."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.people.disclosure.parts import acts
from lms.people.erasure.classes import possible_fates, shipped
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Fate
from tests.architecture.test_disclosure import personal_tables, references

# What names people only as those who did something, and what is read through tables that are held.
THROUGH = {
    "attempt_item": "which questions a paper had: of an attempt that stays without its person",
    "practice_question": "goes with its session",
    "practice_run_question": "goes with its run",
    "practice_review": "goes with its question",
    "practice_run_answer": "goes with its question",
}


@pytest.fixture(autouse=True)
def _loaded(app: Flask) -> None:
    """The application has imported each domain."""


def held_tables() -> set[str]:
    return {table for one in holdings().values() for table in one.tables}


def going_along(tables: set[str]) -> set[str]:
    """Tables whose rows go with a row of ``tables``: the database deletes them."""
    found = set(tables)
    while True:
        more = {
            table.name
            for table in db.metadata.tables.values()
            for column in table.columns
            for key in column.foreign_keys
            if key.ondelete == "CASCADE" and key.column.table.name in found
        }
        if more <= found:
            return found
        found |= more


def test_each_table_about_people_is_held_or_set_aside_with_a_reason() -> None:
    deleted = {
        table for one in holdings().values() if Fate.DELETE in one.deeds for table in one.tables
    }
    acted = {act.column.class_.__tablename__ for act in acts()}
    covered = held_tables() | going_along(deleted - {"person"}) | acted | set(THROUGH)
    assert personal_tables() - covered == set()


def test_each_kind_of_records_is_in_one_class_that_can_do_what_it_says() -> None:
    placed = [key for one in shipped().values() for key in one.records]
    assert sorted(placed) == sorted(holdings())
    assert all(one.fate in possible_fates(one.records) for one in shipped().values())


def test_what_is_deleted_takes_along_what_points_to_it_or_shares_its_class() -> None:
    """Else a class that goes earlier would break on rows of another one that stay."""
    rule_of = {key: one.key for one in shipped().values() for key in one.records}
    place_of = {t: (rule_of[key], one) for key, one in holdings().items() for t in one.tables}
    for child, (rule, _one) in place_of.items():
        table = db.metadata.tables[child]
        for name, target in references(table):
            key = next(iter(table.columns[name].foreign_keys))
            if target not in place_of or key.ondelete != "RESTRICT" or target in ("person", child):
                continue
            parent_rule, parent = place_of[target]
            assert Fate.DELETE not in parent.deeds or parent_rule == rule, f"{child}.{name}"


def test_a_table_holds_rows_that_its_expressions_can_count() -> None:
    assert all(isinstance(table, str) for one in holdings().values() for table in one.tables)
    assert held_tables() <= set(db.metadata.tables)
    assert sa.inspect(db.engine) is not None
