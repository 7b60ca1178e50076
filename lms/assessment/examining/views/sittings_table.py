"""The sittings of a course's exams as a table."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessment.delivery.marks import shown_percent
from lms.assessment.examining import queries
from lms.assessment.examining.switching import exam_label
from lms.assessment.models import Attempt
from lms.assessment.views.exam_desk_table import written
from lms.catalog.models import Course
from lms.core.database import in_pieces
from lms.core.spreadsheets import Cell
from lms.learning.queries import course_with_results
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.web.i18n import localised
from lms.web.lists.tables import ListKind, Table, Values

WIDTHS = (36, 16, 10, 20, 24, 12, 10)
CHUNK = 500  # rows read at once


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the list as this viewer may see it, the newest first; None: no such course."""
    course = course_with_results(values.get("slug", ""))
    if course is None:
        return None
    title, known = queries.heading_of(course)
    exams = {one.key: one for one in known}
    chosen = exams.get(values.get("exam", ""))
    which = [(_("Exam"), exam_label(chosen))] if chosen and len(exams) > 1 else []
    has_column = not which and len(exams) > 1
    return Table(
        name=f"sittings-{course.slug}-{today.isoformat()}",
        title=_("Sittings"),
        headings=[
            _("Candidate"),
            _("Personnel number"),
            _("Attempt"),
            _("Started"),
            _("State"),
            _("Result, %"),
            _("Passed"),
            *([_("Exam")] if has_column else []),
        ],
        rows=_rows(viewer, course, chosen.key if chosen else None, has_column=has_column),
        widths=(*WIDTHS, 30) if has_column else WIDTHS,
        filters=[(_("Course"), localised(title)), *which],
    )


def _rows(
    viewer: Viewer, course: Course, exam_key: str | None, *, has_column: bool
) -> Iterator[list[Cell]]:
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    statement = queries.sittings(viewer, course, exam_key).order_by(Attempt.id.desc())
    for attempt, person, score in in_pieces(statement, CHUNK):
        passed = None if score is None else _("yes") if score.passed else _("no")
        yield [
            person.full_name,
            person.personnel_number,
            attempt.number,
            written(attempt.started_at, zone),
            _state(attempt),
            None if score is None else shown_percent(score),
            passed,
            *([localised(attempt.assessment.title)] if has_column else []),
        ]


def _state(attempt: Attempt) -> str:
    if attempt.closed_at is None:
        return str(_("under way"))
    if attempt.settled_at is None:
        return str(_("late answers awaited"))
    return str(_("handed in") if attempt.submitted_at else _("closed by the clock"))


KIND = ListKind(
    "sittings",
    _l("Sittings"),
    "assessment.sittings",
    Permission.SEE_SITTINGS,
    ("slug", "exam"),
    table,
    needed=frozenset({"slug"}),
)
