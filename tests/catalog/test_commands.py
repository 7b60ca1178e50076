"""``lms courses``: check, load, export, list and format course folders."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from lms.catalog.facts.file import FACTS_FILE, FactHistory, write_facts
from lms.catalog.facts.queries import fact_for
from lms.catalog.models import CourseVersion
from lms.catalog.services import open_draft
from lms.core.database import db
from tests.builders.catalog import NOW, course_files, item_files, make_course
from tests.builders.facts import fact_state
from tests.builders.learning import course_of
from tests.builders.people import make_account
from tests.catalog.test_facts import citing
from tests.catalog.test_versions import publish_changed

pytestmark = pytest.mark.in_turn


def run(app: Flask, *args: str | Path) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["courses", *map(str, args)])
    db.session.expire_all()
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole course as a folder of files."""
    return write(tmp_path / "welcome", {**course_files("welcome"), **item_files()})


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def versions() -> int:
    return db.session.scalar(sa.select(sa.func.count(CourseVersion.id))) or 0


def test_a_folder_without_mistakes_is_well(app: Flask, folder: Path) -> None:
    result = run(app, "check", folder)
    assert result.exit_code == 0
    assert "well (" in result.output
    assert "2 lessons" in result.output


def test_a_mistake_is_named_with_file_and_line(app: Flask, folder: Path) -> None:
    (folder / "lessons/queue.en.md").write_text("---\nschema: lms-lesson/1\ntitle: Q\n---\n[@no]\n")
    result = run(app, "check", folder)
    assert result.exit_code == 1
    assert "lessons/queue.en.md:5" in result.output
    assert run(app, "load", folder).exit_code == 1
    assert versions() == 0


def test_courses_in_a_folder_are_checked_and_what_cant_be_read_is_told_alone(
    app: Flask, folder: Path
) -> None:
    assert "2 lessons" in run(app, "check", folder.parent).output
    for path in (min((folder / "items").iterdir()), folder / "course.yaml"):
        path.write_text("a: [")
        (told,) = run(app, "check", folder.parent).stderr.splitlines()
        assert f"{path.name}:1: is not well-formed YAML" in told


def test_a_link_that_leads_to_itself_is_no_course(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    result = run(app, "check", tmp_path / "loop")
    assert (result.exit_code, result.stderr) == (1, f"{tmp_path}/loop: is not a folder\n")


def test_of_a_folder_without_a_course_one_line_says_so(app: Flask, tmp_path: Path) -> None:
    folder = write(tmp_path / "papers", {"Notes.txt": b"", "drafts/deep/down/Here.md": b""})
    for command in ("check", "load"):
        result = run(app, command, folder)
        assert result.exit_code == 1
        assert result.stderr.splitlines()[0] == f"{folder}/course.yaml: the file is missing"
        assert "Notes" not in result.output


def test_unknown_facts_are_mistakes_and_overdue_ones_warnings(app: Flask, tmp_path: Path) -> None:
    files = {**course_files("welcome", **citing("own-limit")), **item_files()}
    folder = write(tmp_path / "welcome", files)
    result = run(app, "check", folder)
    assert result.exit_code == 1
    assert "there is no fact 'own-limit'" in result.stderr
    old = FactHistory("own-limit", (fact_state(review_by=date(2026, 2, 1)),))
    (tmp_path / FACTS_FILE).write_text(write_facts([old]), encoding="utf-8")
    result = run(app, "check", folder)
    assert result.exit_code == 0
    assert "warning: the fact 'own-limit' was to be reviewed by 2026-02-01" in result.stderr
    assert ".ru.md:" in result.stderr


def test_loading_a_course_loads_the_register_beside_it_first(app: Flask, tmp_path: Path) -> None:
    files = {**course_files("welcome", **citing("queue-limit")), **item_files()}
    folder = write(tmp_path / "welcome", files)
    assert run(app, "import", folder).exit_code == 1
    register = write_facts([FactHistory("queue-limit", (fact_state(),))])
    (tmp_path / FACTS_FILE).write_text(register, encoding="utf-8")
    assert run(app, "import", folder).exit_code == 0
    assert fact_for("queue-limit") is not None


def test_loading_a_folder_again_changes_nothing(app: Flask, folder: Path) -> None:
    assert "loaded and published (version 1)" in run(app, "load", folder).output
    assert "unchanged (version 1)" in run(app, "load", folder).output
    assert versions() == 1


def test_a_changed_folder_is_published_as_a_new_version(app: Flask, folder: Path) -> None:
    run(app, "load", folder)
    lesson = folder / "lessons/queue.en.md"
    lesson.write_text(lesson.read_text().replace("Waiting", "Waiting long"))
    assert "published as a new version (version 2)" in run(app, "load", folder).output


def test_an_exported_course_is_the_folder_it_was_loaded_from(
    app: Flask, folder: Path, tmp_path: Path
) -> None:
    run(app, "format", folder)
    run(app, "load", folder)
    result = run(app, "export", "welcome", tmp_path / "out" / "welcome")
    assert result.exit_code == 0
    assert contents(tmp_path / "out" / "welcome") == contents(folder)
    assert "unchanged" in run(app, "load", tmp_path / "out" / "welcome").output


def test_what_authors_published_is_exported_and_loads_into_another_name(
    app: Flask, tmp_path: Path
) -> None:
    publish_changed(make_course("taught"), "Written on the site.")
    run(app, "export", "taught", tmp_path / "taught")
    assert "Written on the site." in (tmp_path / "taught/lessons/queue.en.md").read_text()
    assert "unchanged" in run(app, "load", tmp_path / "taught").output


def test_the_folder_does_not_undo_what_authors_published_since(app: Flask, folder: Path) -> None:
    run(app, "load", folder)
    version = db.session.scalars(sa.select(CourseVersion)).one()
    account = make_account()
    draft = open_draft(course_of(version), now=NOW, actor=account.person)
    from lms.catalog import services
    from lms.catalog.queries import whole_version

    module = whole_version(draft.id).modules[0]
    by = {"now": NOW, "actor": account.person}
    services.change_module(
        module, title={"ru": "И", "en": "N"}, row_version=module.row_version, **by
    )
    services.publish(draft, **by)
    lesson = folder / "lessons/queue.en.md"
    lesson.write_text(lesson.read_text().replace("Waiting", "Waiting long"))
    assert "left alone" in run(app, "load", folder).output
    assert "(version 3)" in run(app, "load", folder, "--replace").output


def test_only_a_published_course_is_exported_and_over_nothing(app: Flask, tmp_path: Path) -> None:
    result = run(app, "export", "no-such", tmp_path / "x")
    assert result.exit_code != 0
    assert "no published course no-such" in result.output
    make_course("taught")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    result = run(app, "export", "taught", tmp_path / "full")
    assert result.exit_code != 0
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"
    make_course("second")
    assert "name it taught" in run(app, "export", "taught", tmp_path / "out").output
    assert "name it" not in run(app, "export", "taught", tmp_path / "taught").output
    before = contents(tmp_path / "out")
    result = run(app, "export", "second", tmp_path / "out")
    assert "holds the course taught" in result.output
    assert contents(tmp_path / "out") == before
    assert run(app, "export", "second", tmp_path / "new" / "second.zip").exit_code == 0
    assert (tmp_path / "new" / "second.zip").stat().st_size > 0


def test_the_list_names_each_course_with_its_versions(app: Flask) -> None:
    open_draft(course_of(make_course("taught")), now=NOW, actor=None)
    result = run(app, "list")
    assert "taught: Welcoming a visitor (version 1 published, a draft)" in result.output


@pytest.mark.parametrize("command", ["facts check", "facts load", "programmes check"])
def test_a_file_that_is_named_but_not_there_is_told(app: Flask, command: str) -> None:
    result = app.test_cli_runner().invoke(args=[*command.split(), "mistyped.yaml"])
    assert result.exit_code == 2
    assert "'mistyped.yaml' does not exist" in result.output


def test_a_course_is_not_exported_over_a_file(app: Flask, tmp_path: Path) -> None:
    make_course("welcome")
    (tmp_path / "welcome").write_text("mine")
    result = run(app, "export", "welcome", tmp_path / "welcome")
    assert (result.exit_code, (tmp_path / "welcome").read_text()) == (1, "mine")
    assert "is no folder" in result.output
