"""Each key of a person says what happens to it when two records are merged."""

import pytest
from flask import Flask

from lms.core.database import db
from lms.people.disclosure.parts import acts
from lms.people.merging.carrying import carries, left_behind
from tests.architecture.test_disclosure import KEYS, ROOTS, references


@pytest.fixture(autouse=True)
def _loaded(app: Flask) -> None:
    """The application has imported each domain."""


def keys_of_people() -> set[str]:
    direct = {
        f"{table.name}.{name}"
        for table in db.metadata.tables.values()
        for name, target in references(table)
        if target in ROOTS
    }
    return direct | {f"{table}.{column}" for table, column in KEYS}


def moving() -> set[str]:
    return {column for one in carries().values() for column in one.columns}


def test_each_key_of_a_person_moves_or_stays_with_a_reason() -> None:
    """What somebody did for others stays as it was written: it leads to the one who stays."""
    acted = {f"{act.column.class_.__tablename__}.{act.column.key}" for act in acts()}
    assert keys_of_people() - moving() - set(left_behind()) - acted == set()


def test_no_key_both_moves_and_stays_and_each_exists() -> None:
    assert moving() & set(left_behind()) == set()
    assert moving() | set(left_behind()) <= keys_of_people()
    assert all(len(reason) > 20 for reason in left_behind().values())
