"""Builders of courses with an exam beside the final one."""

from typing import Any

from lms.catalog.models import CourseVersion
from tests.builders.catalog import COURSE, item_files, make_course

MIDTERM = item_files()["exam.yaml"].replace(b"Final exam", b"Half-way check")
PLACED = (
    COURSE.format(slug="welcome")
    .replace("    lessons:\n", "    activities:\n")
    .replace(
        "      - {key: queue",
        "      - {key: half-way, kind: exam, after: [greeting]}\n      - {key: queue",
    )
)
FILES: dict[str, Any] = {"course.yaml": PLACED, "exams/half-way.yaml": MIDTERM}


def make_course_with_midterm(slug: str = "taught", hours: int = 2) -> CourseVersion:
    """A published course with the exam ``half-way`` after its first lesson.

    Made again with other ``hours`` it has one version more.
    """
    files = {**FILES, "course.yaml": PLACED.replace("hours: 2", f"hours: {hours}")}
    return make_course(slug, **files)
