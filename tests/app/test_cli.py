"""The command line: its help, and what it says on a database that can't be used."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from lms.app import commands, demonstration
from lms.app.cli import main
from lms.app.readiness import check_address
from lms.core.database import db
from lms.core.settings import SettingsError
from tests.builders.people import make_unit
from tests.support.databases import Postgres
from tests.support.disks import full_disk


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Call ``lms`` with a data folder that has nothing in it."""
    monkeypatch.setenv("LMS_VAR", str(tmp_path / "var"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_the_help_has_examples_settings_and_exit_codes(run: Callable[..., Result]) -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    for words in ("lms demo --people 10000", "LMS_SETTINGS_FILE", "Exit codes:", "worker"):
        assert words in shown.output
    for foreign in ("--app", "FLASK", "limiter", "\n  db "):
        assert foreign not in shown.output
    assert run("db", "upgrade").exit_code == 2


def test_what_takes_many_options_shows_how_they_are_written(run: Callable[..., Result]) -> None:
    for words in ("accounts create", "people import", "courses export", "items import", "verify"):
        told = run(*words.split(), "--help").output.partition("\n\n  Example")[2].split("\n")
        shown = [line.strip() for line in told if line.startswith("    lms")]
        assert all(line.startswith(f"lms {words} ") for line in shown)
        assert shown


def test_the_help_with_wrong_settings_names_them(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_PORT", "http")
    shown = run("--help")
    assert shown.exit_code == 2
    assert "LMS_PORT: " in shown.output
    assert "Traceback" not in shown.output


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "run `lms setup` first"),
        ("postgresql://127.0.0.1:1/none", "the database refuses: "),
        (f"sqlite:///{__file__}", "the database refuses: file is not a database"),
    ],
)
def test_a_database_that_can_not_be_used_is_told_in_a_line(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", address)
    told = run("accounts", "list")
    assert told.exit_code == 2
    assert told.output.splitlines()[0] == "lms: wrong settings"
    assert words in told.output.splitlines()[1]
    assert len(told.output.splitlines()) == 2


@pytest.mark.parametrize(
    ("encoding", "role", "words"),
    [
        ("SQL_ASCII", "postgres", "the database keeps its texts in SQL_ASCII, not in UTF8; "),
        ("WIN1251", "postgres", "the database keeps its texts in WIN1251, not in UTF8; "),
        ("UTF8", "pg_monitor", "the database refuses: permission denied for schema public"),
    ],
)
def test_a_database_that_can_not_take_the_tables_is_told_in_a_line(
    run: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    postgres: Postgres,
    encoding: str,
    role: str,
    words: str,
) -> None:
    name = f"unfit_{encoding}".lower()
    make = f"CREATE DATABASE {name} ENCODING {encoding} LOCALE 'C' TEMPLATE template0"
    server = postgres.engine.execution_options(isolation_level="AUTOCOMMIT")
    address = postgres.engine.url.set(database=name).update_query_dict(
        {"options": f"-c role={role}"}
    )
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(make)
    monkeypatch.setenv("LMS_DATABASE_URL", address.render_as_string(hide_password=False))
    opened: list[Any] = []
    sa.event.listen(sa.Engine, "connect", note := lambda one, _record: opened.append(one))
    told = run("migrate")
    sa.event.remove(sa.Engine, "connect", note)
    for connection in opened:
        connection.close()
    assert told.exit_code == 2
    assert told.output.splitlines()[1].startswith(f"LMS_DATABASE_URL: {words}")
    assert len(told.output.splitlines()) == 2


def test_a_full_disk_is_told_in_a_line(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    with full_disk():
        told = run("accounts", "list")
    assert told.exit_code == 2
    assert told.output.splitlines()[1].startswith("LMS_VAR: nothing can be written")
    assert len(told.output.splitlines()) == 2


def test_a_file_that_can_not_be_written_is_told_in_a_line(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "keys").touch()
    told = run("keys", "make")
    assert told.exit_code == 2
    assert told.output.startswith(f"lms: a file can't be used\n{tmp_path / 'var' / 'keys'}: ")
    assert len(told.output.splitlines()) == 2


def test_all_of_a_machines_addresses_are_asked_for_by_name() -> None:
    with pytest.raises(SettingsError, match="--host"):
        check_address("", 8000)


def test_a_demonstration_is_made_from_nothing(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Any] = []
    monkeypatch.setattr(flask_migrate, "upgrade", lambda: steps.append("tables"))
    monkeypatch.setattr(
        commands, "refuse_other_keys", lambda _settings: None
    )  # there are no tables
    monkeypatch.setattr(commands, "index_missing", lambda: None)
    monkeypatch.setattr(commands, "_load_courses", lambda: steps.append("courses"))
    monkeypatch.setattr(demonstration, "populate", lambda *, people, **_: steps.append(people))
    monkeypatch.setattr(commands, "seal_register", lambda: steps.append("register"))
    assert run("demo", "--people", "7").exit_code == 0
    assert steps == ["tables", "courses", 7, "register"]


def test_a_demonstration_among_people_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_load_courses", lambda: None)
    make_unit("arbat")
    db.session.commit()
    refused = app.test_cli_runner().invoke(commands.demo, ["--people", "3"])
    assert refused.exit_code == 1
    assert "has people already" in refused.output
