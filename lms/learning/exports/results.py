"""Who is where on a course, as a table."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.clock import local_date
from lms.learning import queries
from lms.learning.models import Enrolment
from lms.learning.policies import EnrolmentState
from lms.learning.queries import ResultsFilter
from lms.people.identity import Viewer
from lms.people.models import Person, number_of, own_name_of
from lms.people.permissions import Permission
from lms.web.i18n import localised
from lms.web.lists.asking import offered
from lms.web.lists.tables import Cells, ListKind, Table, Values, ordered

WIDTHS = (36, 16, 36, 16, 12, 14, 14, 14)
STATES = {state.value: state for state in EnrolmentState}
OVERDUE = "overdue"
STATE_NAMES = {
    EnrolmentState.ASSIGNED: _l("Not begun"),
    EnrolmentState.IN_PROGRESS: _l("In progress"),
    EnrolmentState.EXAM_NEXT: _l("Exam ahead"),
    EnrolmentState.COMPLETED: _l("Completed"),
    EnrolmentState.WITHDRAWN: _l("Withdrawn"),
}


def asked(values: Values, today: date) -> ResultsFilter:
    """Return what the values of the page's address narrow the list to."""
    state = offered(values, "state", {**STATES, OVERDUE: None})
    is_overdue = values.get("state") == OVERDUE
    return ResultsFilter(
        words=values.get("words", ""), state=state, overdue_on=today if is_overdue else None
    )


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the list as this viewer may see it, exactly as filtered; None: no such course."""
    course = queries.course_with_results(values.get("slug", ""))
    if course is None:
        return None
    narrowed = asked(values, today)
    figures = queries.course_figures(viewer, today=today, course=course)
    title = localised(figures[0].title) if figures else course.slug
    rows, pages = ordered(
        queries.learners_on(viewer, course, narrowed),
        partial(_cells, today=today),
        columns=(Person.sort_name, Enrolment.id),
        readers=(str, int),
        key=lambda row: (row.sort_name, row.enrolment_id),
    )
    return Table(
        name=f"results-{course.slug}-{today.isoformat()}",
        title=_("Course results"),
        headings=_headings(),
        rows=rows,
        widths=WIDTHS,
        filters=[(_("Course"), title), *_in_words(narrowed)],
        pages=pages,
    )


def _in_words(narrowed: ResultsFilter) -> Iterator[tuple[str, str]]:
    if narrowed.words.strip():
        yield _("Name or personnel number"), narrowed.words.strip()
    if narrowed.state is not None:
        yield _("State"), str(STATE_NAMES[narrowed.state])
    if narrowed.overdue_on is not None:
        yield _("State"), _("Overdue")


def _headings() -> list[str]:
    return [
        _("Name"),
        _("Personnel number"),
        _("Centre"),
        _("State"),
        _("Progress, %"),
        _("Due"),
        _("Overdue"),
        _("Completed"),
    ]


def _cells(rows: Iterable[Any], today: date) -> Cells:
    zone = current_app.config["SETTINGS"].time_zone
    for row in rows:
        one = queries.Standing.of(row)
        is_late = one.is_open and one.due_on is not None and one.due_on < today
        yield [
            own_name_of(row),
            number_of(row),
            localised(row) if row.name_ru else _("No post now"),
            str(STATE_NAMES[one.state]),
            one.percent,
            one.due_on,
            _("yes") if is_late else _("no"),
            local_date(one.completed_at, zone) if one.completed_at else None,
        ]


KIND = ListKind(
    "results",
    _l("Course results"),
    "learning.course_results",
    Permission.SEE_COURSE_RESULTS,
    ("slug", "words", "state"),
    table,
    needed=frozenset({"slug"}),
    typed=frozenset({"words"}),
)
