"""The item bank and the exam as files: read with the place of each mistake, loaded, exported."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Assessment, Item, PoolEntry
from lms.assessment.queries import assessment_of
from lms.catalog.services import Outcome, load_course
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFile, SourceFolder, read_disk
from lms.catalog.source.problems import Problems
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.database import db
from lms.core.settings import PROJECT
from lms.core.unit_of_work import unit_of_work
from tests.builders.catalog import item_files, make_course

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
