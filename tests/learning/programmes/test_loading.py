"""Loading the file: idempotent, kind to what was changed on the site, and checked by commands."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.core.jobs import run_due
from lms.learning.programmes.defining import change
from lms.learning.programmes.definitions import definition_of
from lms.learning.programmes.errors import BrokenProgrammes
from lms.learning.programmes.models import Programme
from lms.learning.programmes.queries import programme_keyed, programmes
from lms.learning.programmes.source.file import write_programmes
from lms.learning.programmes.source.loading import LoadedProgrammes, load_programmes
from lms.notifications.models import Message
from tests.builders.people import NOW, make_person
from tests.builders.programmes import TODAY, apply, definition, make_courses


def written(folder: Path, *definitions: object) -> Path:
    path = folder / "programmes.yaml"
    path.write_text(write_programmes(definitions), encoding="utf-8")  # type: ignore[arg-type]
    return path


def load(path: Path, **options: bool) -> LoadedProgrammes:
    return load_programmes(path, now=NOW, today=TODAY, **options)


def keyed(key: str) -> Programme:
    found = programme_keyed(key)
    assert found is not None
    return found


def test_loading_again_changes_nothing_and_a_changed_file_is_taken(
    app: Flask, tmp_path: Path
) -> None:
    first, second = make_courses(2)
    path = written(tmp_path, definition(first, in_force_on=None))
    assert load(path).added == ["the-path"]
    assert load(path).unchanged == ["the-path"]
    assert load(written(tmp_path, definition(first, second))).changed == ["the-path"]
    exported = write_programmes(map(definition_of, programmes()))
    (tmp_path / "programmes.yaml").write_text(exported, encoding="utf-8")
    assert load(tmp_path / "programmes.yaml").unchanged == ["the-path"]


def test_what_was_changed_on_the_site_is_left_unless_asked(app: Flask, tmp_path: Path) -> None:
    (slug,) = make_courses(1)
    load(written(tmp_path, definition(slug)))
    stored = programme_keyed("the-path")
    assert stored is not None
    here = definition(slug, title={"ru": "Здесь", "en": "Here"})
    change(stored, here, row_version=stored.row_version, now=NOW, today=TODAY, actor=None)
    path = written(tmp_path, definition(slug, title={"ru": "Файл", "en": "File"}))
    assert load(path).left == ["the-path"]
    assert load(path, replace=True).changed == ["the-path"]


def test_due_dates_move_only_when_asked_and_are_named_until_then(
    app: Flask, tmp_path: Path
) -> None:
    person = make_person("Новикова", started_on=date(2026, 2, 25))
    (slug,) = make_courses(1)
    load(written(tmp_path, definition(slug)))
    apply(keyed("the-path"))
    longer = definition(slug)
    path = written(tmp_path, replace(longer, steps=(replace(longer.steps[0], days=300),)))
    first = load(path).moves["the-path"].moved
    assert [(move.person_key, move.before) for move in first] == [
        (person.public_id, date(2026, 3, 7))
    ]
    assert load(path).unchanged == ["the-path"]
    assert load(path, move_dates=True).moves["the-path"].moved == first
    assert load(path, move_dates=True).moves["the-path"].moved == ()
    run_due()
    assert db.session.scalars(sa.select(Message.recipient_id)).all() == [person.id]


def test_the_command_says_whose_dates_would_move(app: Flask, tmp_path: Path) -> None:
    make_person("Новикова", started_on=clock.now().date())
    (slug,) = make_courses(1)
    load(written(tmp_path, definition(slug)))
    apply(keyed("the-path"), now=clock.now(), today=clock.now().date())
    longer = definition(slug)
    path = written(tmp_path, replace(longer, steps=(replace(longer.steps[0], days=300),)))
    db.session.commit()
    command = ["programmes", "load", str(path)]
    said = app.test_cli_runner().invoke(args=command).output
    assert "the-path: 1 due dates of 1 people would move (--move-dates moves them)" in said
    assert "Новикова" in said
    assert "people moved" in app.test_cli_runner().invoke(args=[*command, "--move-dates"]).output


def test_a_broken_file_loads_nothing(app: Flask, tmp_path: Path) -> None:
    (slug,) = make_courses(1)
    with pytest.raises(BrokenProgrammes, match=r"programmes\.yaml:\d+: course: there is no course"):
        load(written(tmp_path, definition(slug), definition("gone", key="other", post="other")))
    assert programmes() == []


def test_the_command_checks_programmes_with_the_courses(app: Flask, tmp_path: Path) -> None:
    text = "schema: lms-programmes/1\nprogrammes:\n  - {key: x}\n"
    (tmp_path / "programmes.yaml").write_text(text, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["programmes", "check", str(tmp_path / "programmes.yaml")])  # fmt: skip
    assert result.exit_code == 1
    assert "programmes.yaml:3: title: is missing" in result.output
    db.session.rollback()
