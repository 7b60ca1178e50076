"""The import from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import Result
from flask import Flask

from lms.core.database import db
from lms.people.models import Person
from tests.builders.imports import AT, csv_file
from tests.builders.people import make_job_role, make_person, make_unit


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def file(app: Flask, tmp_path: Path) -> Path:
    make_unit("b")
    make_job_role("head")
    make_person(personnel_number="M1")
    path = tmp_path / "staff.csv"
    path.write_bytes(csv_file("M1;Сидорова", "N1;Петров;Пётр;;b;head", "N2;Один"))
    return path


def run(app: Flask, *args: str) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["people", "import", *args])
    db.session.expire_all()
    return result


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Person.family_name).order_by(Person.id)))


def test_a_dry_run_tells_and_changes_nothing(app: Flask, file: Path) -> None:
    result = run(app, str(file), "--dry-run", "--json")
    told = json.loads(result.output)
    assert result.exit_code == 1  # a row is refused
    assert told["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1}
    assert told["rows"][0]["changes"] == [
        {"field": "family_name", "before": "Иванова", "after": "Сидорова"}
    ]
    assert names() == ["Иванова"]


def test_a_title_above_the_headings_is_left_out(app: Flask, file: Path) -> None:
    file.write_bytes(b"Staff by 1 March;;\n\n;total: 2;\n" + file.read_bytes())
    told = json.loads(run(app, str(file), "--dry-run", "--json").output)
    assert told["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 1}
    assert told["rows"][0]["line"] == 5


def test_a_run_does_it_and_a_second_one_nothing(app: Flask, file: Path) -> None:
    assert "1 new, 1 changed" in run(app, str(file)).output
    assert names() == ["Сидорова", "Петров"]
    assert "0 new, 0 changed, 2 unchanged" in run(app, str(file)).output


def test_a_heading_can_be_explained(app: Flask, file: Path) -> None:
    file.write_bytes(csv_file("M1;Новая", headings="Ключ;Фамилия"))
    assert run(app, str(file)).exit_code == 1
    assert run(app, str(file), "--column", "Ключ=number").exit_code == 0
    assert names() == ["Новая"]


def test_what_is_no_table_is_one_sentence(app: Flask, file: Path) -> None:
    file.write_bytes(b"")
    result = run(app, str(file))
    assert result.exit_code == 1
    assert result.output.strip() == "Error: There is nothing in the table."
