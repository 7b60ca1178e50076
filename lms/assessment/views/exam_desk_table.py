"""The exam desk's list as a table: who is on the course, and who sits the exam now."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessment.examining.switching import only_in_words
from lms.assessment.models import Attempt
from lms.assessment.rules import desk
from lms.assessment.rules.desk import ExamOfCourse
from lms.catalog.models import FINAL_EXAM
from lms.core.tables.writing import Cell
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Person, number_of
from lms.people.permissions import Permission
from lms.web.i18n import localised
from lms.web.lists.tables import Cells, ListKind, Table, Values, ordered

WIDTHS = (36, 16, 36, 30, 20, 20)


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the list as this viewer may see it, exactly as filtered; None: no such exam."""
    slug = values.get("slug", "")
    key = values.get("exam") or FINAL_EXAM
    exams = desk.exams_for(viewer, slug) if slug else []
    exam = next((one for one in exams if one.key == key), None)
    if exam is None:
        return None
    words = values.get("words", "")
    told = [(_("Name or personnel number"), words.strip())] if words.strip() else []
    rows, pages = ordered(
        desk.learners_of(viewer, exam, words),
        partial(_cells, viewer, exam),
        columns=(Person.sort_name, Enrolment.id),
        readers=(str, int),
        key=lambda row: (row.sort_name, row.Enrolment.id),
    )
    return Table(
        name=f"exam-{exam.course.slug}-{today.isoformat()}",
        title=_("Exam desk"),
        headings=[
            _("Name"),
            _("Personnel number"),
            _("Centre"),
            _("Post"),
            _("Started"),
            _("Ends"),
        ],
        rows=rows,
        widths=WIDTHS,
        filters=[(_("Course"), localised(exam.version.title)), *_which(exam), *told],
        pages=pages,
    )


def _which(exam: ExamOfCourse) -> list[tuple[str, str]]:
    """Name the exam where the course has several."""
    if not exam.is_one_of_several:
        return []
    told = only_in_words(exam.only_in)
    title = localised(exam.assessment.title)
    return [(_("Exam"), f"{title} ({told})" if told else title)]


def _cells(viewer: Viewer, exam: ExamOfCourse, rows: Iterable[Any]) -> Cells:
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    sitting = {one.enrolment_id: one for one in desk.sitting_now(viewer, exam)}
    for row in rows:
        learner, attempt = row.Enrolment.learner, sitting.get(row.Enrolment.id)
        post = learner.employment
        yield [
            learner.full_name,
            number_of(learner),
            localised(post.unit) if post else _("No post now"),
            localised(post.job_role) if post else None,
            *_times(attempt, zone),
        ]


def _times(attempt: Attempt | None, zone: ZoneInfo) -> list[Cell]:
    if attempt is None:
        return [None, None]
    return [written(attempt.started_at, zone), written(attempt.deadline_at, zone)]


def written(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as it stands in a table: date and time in the network's zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


KIND = ListKind(
    "exam_desk",
    _l("Exam desk"),
    "assessment.exam_desk",
    Permission.SEE_EXAM_DESK,
    ("slug", "exam", "words"),
    table,
    needed=frozenset({"slug"}),
    typed=frozenset({"words"}),
)
