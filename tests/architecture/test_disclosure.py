"""Each table that names people is told to them, or set aside with a reason."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.people.disclosure.parts import acts, parts, untold
from lms.people.disclosure.words import FIELDS, TABLES
from tests.architecture.sources import PROJECT

ROOTS = {"person", "account"}
# Strings that hold a person's public id, where no foreign key says so.
KEYS = {("audit_entry", "person_key"), ("audit_entry", "actor_key")}


@pytest.fixture(autouse=True)
def _loaded(app: Flask) -> None:
    """The application has imported each domain."""


def told_tables() -> set[str]:
    return {part.model.__tablename__ for part in parts()}


def references(table: sa.Table) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield column.name, key.column.table.name


def personal_tables() -> set[str]:
    """Tables whose rows lead to a person: by a key of theirs, or of a row that is told."""
    found, told = set(ROOTS), told_tables()
    while True:
        more = {
            table.name
            for table in db.metadata.tables.values()
            if any(target in (found & told) | ROOTS for _name, target in references(table))
        }
        if more <= found:
            return found | {name for name, _column in KEYS}
        found |= more


def test_each_table_about_people_is_told_or_set_aside_with_a_reason() -> None:
    acted = {act.column.class_.__tablename__ for act in acts()}
    assert personal_tables() - told_tables() - acted - set(untold()) == set()


def test_each_key_of_a_person_is_told_as_theirs_or_as_their_act() -> None:
    acted = {(act.column.class_.__tablename__, act.column.key) for act in acts()}
    direct = {
        (table.name, name)
        for table in db.metadata.tables.values()
        for name, target in references(table)
        if target == "person"
    }
    roles_besides = {key for key in direct - acted if key[0] not in told_tables()}
    silent = {f"{table}.{name}" for table, name in roles_besides} - set(untold())
    assert {one for one in silent if one.partition(".")[0] not in untold()} == set()
    several = [table for table, _ in direct - acted if table in told_tables()]
    assert sorted(set(several)) == sorted(several), "a second key of a person is not told"


def test_what_is_set_aside_exists_and_says_why() -> None:
    assert {name.partition(".")[0] for name in untold()} <= set(db.metadata.tables)
    assert all(len(reason) > 20 for reason in untold().values())


def test_each_part_stands_once_and_each_field_has_words() -> None:
    keys = [part.key for part in parts()]
    assert len(keys) == len(set(keys))
    assert {name for part in parts() for name in part.tells} <= set(FIELDS)
    assert {act.column.class_.__tablename__ for act in acts()} <= set(TABLES)


def test_no_secret_column_is_told() -> None:
    secrets = ("hash", "nonce", "salt", "seed", "token", "blob", "content")
    told = {
        str(column.key)
        for part in parts()
        for column in part.tells.values()
        if hasattr(column, "table")
    }
    assert {name for name in told if any(word in name for word in secrets)} == set()


def test_the_guide_names_the_format() -> None:
    assert "lms-person-record/1" in (PROJECT / "lms/people/README.md").read_text("utf-8")
