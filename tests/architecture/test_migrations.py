"""The migrations make exactly the tables that the models describe, and go down again."""

from collections.abc import Callable

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from lms.assessment.models import ItemKind
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import answer_all_right, make_attempt, make_exam, make_item

FIRST_RELEASE = "0006"


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection .* index search_")
def test_the_migrated_schema_is_what_the_models_describe(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_no_index_of_search}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


def test_the_migrations_go_down_to_nothing_and_up_again(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
        flask_migrate.upgrade()
        assert set(db.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_the_migrations_keep_what_is_there_on_their_way_down_and_up(
    make_app: Callable[..., Flask],
) -> None:
    """Down to the first release's schema, step by step, and up again, with rows in the tables."""
    app = make_app()
    with app.app_context():
        with unit_of_work():
            answer_all_right(make_attempt(make_exam([make_item(ItemKind.SINGLE_CHOICE)])))
        before = rows_by_table()
        assert before["attempt_event"], "the tables hold nothing to lose"
        while current_revision() != FIRST_RELEASE:
            flask_migrate.downgrade()
        flask_migrate.upgrade()
        assert rows_by_table() == before


def is_no_index_of_search(name: str | None, kind: str, _parents: object) -> bool:
    """What each database searches with is its own: tables (``lms courses reindex``) and indexes."""
    return kind not in ("table", "index") or not str(name).startswith("search_")


def rows_by_table() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }


def current_revision() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
