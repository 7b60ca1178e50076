"""The sittings of a course's exams as a table."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessment.delivery.marks import shown_percent
from lms.assessment.examining import queries
from lms.assessment.examining.switching import exam_label
from lms.assessment.models import Attempt
from lms.assessment.views.exam_desk_table import written
from lms.learning.queries import course_with_results
from lms.people.identity import Viewer
from lms.people.models import number_of
from lms.people.permissions import Permission
from lms.web.i18n import localised
from lms.web.lists.asking import offered
from lms.web.lists.tables import Cells, ListKind, Table, Values, ordered

WIDTHS = (36, 16, 10, 20, 24, 12, 10)


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the list as this viewer may see it, the newest first; None: no such course."""
    course = course_with_results(values.get("slug", ""))
    if course is None:
        return None
    title, known = queries.heading_of(course)
    exams = {one.key: one for one in known}
    chosen = offered(values, "exam", exams)
    which = [(_("Exam"), exam_label(chosen))] if chosen and len(exams) > 1 else []
    words = values.get("words", "")
    told = [(_("Name or personnel number"), words.strip())] if words.strip() else []
    has_column = not which and len(exams) > 1
    rows, pages = ordered(
        queries.sittings(viewer, course, chosen.key if chosen else None, words),
        partial(_cells, has_column=has_column),
        columns=(Attempt.id,),
        readers=(int,),
        key=lambda row: (row[0].id,),
        descending=True,
    )
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
        rows=rows,
        widths=(*WIDTHS, 30) if has_column else WIDTHS,
        filters=[(_("Course"), localised(title)), *which, *told],
        pages=pages,
    )


def _cells(rows: Iterable[Any], *, has_column: bool) -> Cells:
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    for attempt, person, score in rows:
        passed = None if score is None else _("yes") if score.passed else _("no")
        yield [
            person.full_name,
            number_of(person),
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
    ("slug", "exam", "words"),
    table,
    needed=frozenset({"slug"}),
    typed=frozenset({"words"}),
)
