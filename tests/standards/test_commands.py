"""``lms items import`` and ``lms items export``."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.models import Item, ItemKind
from lms.catalog.models import Course
from lms.core.database import db
from lms.standards.items.formats import ItemFormat
from tests.builders.assessment import make_item
from tests.builders.catalog import NOW
from tests.standards.banks import exchanged, held
from tests.standards.samples import FILES, make_empty


@pytest.fixture
def course(app: Flask) -> Course:
    return make_empty("taught")


def run(app: Flask, *args: Any) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["items", *map(str, args)])
    db.session.expire_all()
    return result


def items() -> int:
    return db.session.scalar(sa.select(sa.func.count(Item.id))) or 0


def fill(course: Course) -> None:
    for item in exchanged():
        put_item(bank_of(course), item, now=NOW, actor_id=None)


def test_an_import_writes_what_it_understood_and_names_the_rest(app: Flask, course: Course) -> None:
    result = run(app, "import", FILES / "features.gift", "--bank", "taught", "--language", "en")
    assert result.exit_code == 0
    assert "gift: 12 questions understood (12 new, 0 changed, 0 unchanged), 4 not understood" in (
        result.stdout
    )
    assert (
        "fact: 48 (Essay): it has no rubric: one criterion, “Content”, carries all" in result.stderr
    )
    assert "not understood: 50: it has no answers: a description" in result.stderr
    assert items() == 12


def test_a_second_import_changes_nothing(app: Flask, course: Course) -> None:
    arguments = ("import", FILES / "moodle.xml", "--bank", "taught")
    run(app, *arguments)
    before = items()
    result = run(app, *arguments)
    assert result.exit_code == 0
    assert "(0 new, 0 changed, 10 unchanged)" in result.stdout
    assert "Nothing was written." in result.stdout
    assert items() == before == 10


def test_a_dry_run_writes_nothing(app: Flask, course: Course) -> None:
    result = run(app, "import", FILES / "plain.aiken", "--bank", "taught", "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was written (dry run)." in result.stdout
    assert items() == 0


def test_the_report_for_machines_has_places_and_reasons(app: Flask, course: Course) -> None:
    result = run(app, "import", FILES / "features.gift", "--bank", "taught", "--dry-run", "--json")
    report = json.loads(result.stdout)
    assert report["format"] == "gift"
    assert report["written"] is False
    assert report["counts"] == {
        "understood": 12, "not_understood": 4, "created": 12, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    broken = next(r for r in report["not_understood"] if r["place"]["title"] == "Missing word")
    assert broken == {
        "place": {
            "file": None,
            "line": broken["place"]["line"],
            "column": None,
            "title": "Missing word",
        },
        "reason": "2 options are right; here exactly one must be",
    }
    first = report["understood"][0]
    assert (first["key"], first["kind"], first["outcome"]) == (
        "window-hours", "single_choice", "created",
    )  # fmt: skip
    assert {note["weight"] for note in report["notes"]} == {"lost", "fact"}
    assert report["new_topics"][0]["key"] == "queue"


def test_strict_writes_nothing_when_anything_is_lost(app: Flask, course: Course) -> None:
    result = run(app, "import", FILES / "features.gift", "--bank", "taught", "--strict")
    assert result.exit_code == 1
    assert items() == 0


def test_strict_writes_a_file_that_is_understood_in_full(
    app: Flask, course: Course, tmp_path: Path
) -> None:
    file = tmp_path / "whole.gift"
    file.write_text("$CATEGORY: greeting\n\nIs it so? {T}\n", "utf-8")
    result = run(app, "import", file, "--bank", "taught", "--strict")
    assert result.exit_code == 0
    assert items() == 1


def test_a_refused_file_writes_nothing(app: Flask, course: Course, tmp_path: Path) -> None:
    file = tmp_path / "broken.xml"
    file.write_text("<quiz>\n<question>\n</quiz>", "utf-8")
    result = run(app, "import", file, "--bank", "taught")
    assert result.exit_code == 1
    assert "broken.xml:3: refused, nothing was written: the XML is broken" in result.stderr
    report = json.loads(run(app, "import", file, "--bank", "taught", "--json").stdout)
    assert report["written"] is False
    assert report["refused"]["place"]["line"] == 3


def test_a_file_of_which_nothing_is_understood_is_a_failure(
    app: Flask, course: Course, tmp_path: Path
) -> None:
    file = tmp_path / "none.gift"
    file.write_text("Write.\n\n{1:NM:=3}\n", "utf-8")
    result = run(app, "import", file, "--bank", "taught")
    assert result.exit_code == 1
    assert "not understood: 1: it has no answers" in result.stderr


def test_a_wrong_bank_format_or_topic_is_told(app: Flask, course: Course) -> None:
    file = FILES / "features.gift"
    result = run(app, "import", file, "--bank", "none")
    assert result.exit_code == 2
    assert "there is no course none" in result.stderr
    assert run(app, "import", file, "--bank", "taught", "--format", "csv").exit_code == 2
    assert run(app, "import", "/nowhere", "--bank", "taught").exit_code == 2
    result = run(app, "import", file, "--bank", "taught", "--topic", "none")
    assert result.exit_code == 1
    assert "no topic “none”" in result.stderr


def test_a_named_format_is_taken_at_its_word(app: Flask, course: Course) -> None:
    result = run(app, "import", FILES / "plain.aiken", "--bank", "taught", "--format", "gift")
    assert result.exit_code == 1
    assert "not understood" in result.stderr


@pytest.mark.in_turn
@pytest.mark.parametrize("form", list(ItemFormat))
def test_an_export_can_be_imported_again(
    app: Flask, course: Course, tmp_path: Path, form: ItemFormat
) -> None:
    fill(course)
    file = tmp_path / "bank"
    result = run(app, "export", "--bank", "taught", "--format", form.value, "--output", file)
    assert result.exit_code == 0
    again = run(app, "import", file, "--bank", "taught", "--dry-run", "--json")
    report = json.loads(again.stdout)
    assert report["not_understood"] == []
    assert report["counts"]["understood"] == held(form)


def test_an_export_goes_to_standard_output_and_losses_to_standard_error(
    app: Flask, course: Course
) -> None:
    fill(course)
    result = run(app, "export", "--bank", "taught", "--format", "aiken", "--language", "en")
    assert result.exit_code == 0
    assert "ANSWER: B" in result.stdout
    assert "not written: only single choice can be written" in result.stderr


def test_a_package_goes_to_standard_output_as_it_is(app: Flask, course: Course) -> None:
    fill(course)
    result = run(app, "export", "--bank", "taught", "--format", "qti3")
    assert result.stdout_bytes.startswith(b"PK")


def test_an_empty_bank_is_no_file(app: Flask, course: Course) -> None:
    result = run(app, "export", "--bank", "taught", "--format", "gift")
    assert result.exit_code == 1
    assert "holds no question" in result.stderr


def test_an_export_in_one_language_has_no_other(app: Flask, course: Course) -> None:
    put_item(bank_of(course), make_item(ItemKind.TRUE_FALSE), now=NOW, actor_id=None)
    result = run(app, "export", "--bank", "taught", "--format", "gift", "--language", "en")
    assert "(рус)" not in result.stdout
    assert "multilang" not in result.stdout
