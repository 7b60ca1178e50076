"""What every authoring page begins with: the course, if the viewer may author it."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.assessment.authoring import queries
from lms.assessment.authoring.forms.fields import typed_fields
from lms.assessment.authoring.forms.item_form import Frame, frame_of
from lms.assessment.authoring.forms.rows import edited
from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.catalog.queries import course_for
from lms.catalog.views.base import require_editor
from lms.core.errors import Missing
from lms.web.i18n import localised


@dataclass(frozen=True)
class Desk:
    """A course that is worked on, and its newest version: the draft if there is one."""

    course: Course
    version: CourseVersion
    frame: Frame

    @property
    def is_draft(self) -> bool:
        """Whether the newest version may still change."""
        return self.version.status is VersionStatus.DRAFT

    @property
    def crumbs(self) -> list[tuple[Any, str | None]]:
        """The way from the list of courses to this one."""
        course_page = url_for("catalog.course", slug=self.course.slug)
        if self.is_draft:
            course_page = url_for("catalog.draft", public_id=self.version.public_id)
        return [
            (_("Courses"), url_for("catalog.courses")),
            (localised(self.version.title), course_page),
        ]


def open_desk(slug: str) -> Desk:
    """Return the desk of the course. Raises Forbidden, and Missing for an unknown course."""
    course = course_for(slug)
    require_editor(course.id if course else 0)
    version = queries.newest_version(course) if course else None
    if course is None or version is None:
        raise Missing
    return Desk(course, version, frame_of(version))


def posted(lists: tuple[str, ...]) -> MultiDict[str, str] | None:
    """Return the fields that were sent, after a command on rows; None for a reading request."""
    if request.method != "POST":
        return None
    return edited(typed_fields(request.form), request.form.get("rows", ""), lists=lists)


def is_final() -> bool:
    """Tell whether the form was sent to be saved, not to change rows, play or look at a preview."""
    unfinished = ("preview", "continue")
    return (
        request.method == "POST"
        and "rows" not in request.form
        and "play" not in request.form
        and request.form.get("action") not in unfinished
    )


def opened_with() -> int:
    """Return the row version that the form carries; 0 when it carries none."""
    text = request.form.get("row_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
