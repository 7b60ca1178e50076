"""The item bank and the exam as files: read with the place of each mistake, loaded, exported."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Assessment, Item, PoolEntry
from lms.assessment.queries import assessment_of
from lms.assessment.source import writing
from lms.assessment.source.part import AssessmentPart
from lms.catalog.services import Outcome, load_course
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFile, SourceFolder, read_disk
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.database import db
from lms.core.settings import PROJECT
from lms.core.unit_of_work import unit_of_work
from tests.builders.catalog import course_files, item_files, make_course

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COURSES = sorted(path.parent for path in (PROJECT / "courses").glob("*/course.yaml"))


def canonical(folder: Path) -> dict[str, SourceFile]:
    reading = read_folder(read_disk(folder, Problems()))
    assert reading.problems == ()
    return write_folder(reading.content, reading.parts)


@pytest.mark.in_turn
@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_our_courses_load_and_export_without_loss(app: Flask, folder: Path) -> None:
    with unit_of_work():
        loaded = load_course(folder, now=NOW)
    assert loaded.outcome is Outcome.CREATED
    assert digest(export(loaded.version)) == digest(canonical(folder))
    exam = assessment_of(loaded.version.id)
    assert exam is not None
    pooled = sa.select(sa.func.count()).where(PoolEntry.assessment_id == exam.id)
    assert (
        db.session.scalar(pooled)
        == db.session.scalar(sa.select(sa.func.count()).select_from(Item))
        >= 60
    )
    with unit_of_work():
        assert load_course(folder, now=NOW).outcome is Outcome.UNCHANGED
    further = list(folder.glob("exams/*.yaml"))
    assert len(list(db.session.scalars(sa.select(Assessment)))) == 1 + len(further)


def test_questions_without_explanations_load_export_and_lack_nothing(app: Flask) -> None:
    told = item_files()["items/waiting.yaml"].decode()
    silent = "".join(one for one in told.splitlines(True) if "explanation:" not in one)
    version = make_course("quiet", **{"items/waiting.yaml": silent})
    with unit_of_work():
        exported = export(version)
    assert b"explanation" not in exported["items/waiting.yaml"]
    assert b"explanation" in exported["items/greeting.yaml"]
    assert read_folder(SourceFolder(exported, "quiet")).problems == ()


def test_a_large_bank_goes_on_in_further_files_that_read_back_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = [AssessmentPart()]
    read = read_folder(SourceFolder(course_files("taught") | item_files(), "taught"), parts=parts)
    (one, *others) = read.parts["assessment"].items
    many = [replace(one, key=f"{one.key}-{number}") for number in range(40)]
    bank = replace(read.parts["assessment"], items=(*many, *others))
    monkeypatch.setattr(writing, "FILE_SIZE", 2_000)
    files = write_folder(read.content, {"assessment": bank}, parts=parts)
    assert f"items/{one.topic}.10.yaml" in files
    again = read_folder(SourceFolder(files, "taught"), parts=parts)
    assert again.problems == ()
    assert again.parts["assessment"].items == bank.items
    wrong = {**files, f"items/{one.topic}.1.yaml": b"", "items/none.2.yaml": b""}
    problems = read_folder(SourceFolder(wrong, "taught"), parts=parts).problems
    assert {problem.file for problem in problems} == {
        f"items/{one.topic}.1.yaml",
        "items/none.2.yaml",
    }
