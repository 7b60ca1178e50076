"""The list of a course's questions: its order, and as a file."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.assessment.authoring.words import KIND_NAMES, plain_text
from lms.assessment.examining.queries import exams_of
from lms.assessment.examining.switching import exam_label
from lms.catalog.models import FINAL_EXAM
from lms.core.tables.writing import Cell
from lms.learning.queries import course_with_results
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.reporting.question_reports import (
    CourseReport,
    QuestionReport,
    Selection,
    course_report,
)
from lms.reporting.question_words import FLAG_NAMES
from lms.web.i18n import localised
from lms.web.lists.asking import NotOffered, offered
from lms.web.lists.tables import ListKind, Table, Values

WIDTHS = (24, 60, 9, 28, 18, 9, 10, 10, 12, 12, 12, 50)


def _facility(one: QuestionReport) -> float | None:
    return one.figures.facility if one.figures else None


def _discrimination(one: QuestionReport) -> float | None:
    return one.figures.discrimination if one.figures else None


def _haste(one: QuestionReport) -> float | None:
    return -one.figures.time.median if one.figures and one.figures.time else None


# Each leads from what wants attention to what doesn't; None: nothing to order by.
ORDERS: dict[str, Callable[[QuestionReport], Any]] = {
    "flags": lambda one: (not one.is_grave, -len(one.flags)),
    "facility": _facility,
    "discrimination": _discrimination,
    "time": _haste,
    "asked": lambda one: -one.asked,
    "topic": lambda one: one.version.topic,
}


def in_order(questions: list[QuestionReport], asked: str) -> tuple[list[QuestionReport], str]:
    """Return the questions in the order ``asked`` (a minus turns it round) and its name.

    No order is that by flags. What has no figure comes last either way round. Raises NotOffered.
    """
    name = asked or "flags"
    if name.removeprefix("-") not in ORDERS:
        raise NotOffered("sort")
    value = ORDERS[name.removeprefix("-")]
    with_value = [one for one in questions if value(one) is not None]
    without = [one for one in questions if value(one) is None]
    return [*sorted(with_value, key=value, reverse=name.startswith("-")), *without], name


def headings() -> list[str]:
    """Return the headings of the file."""
    return [
        _("Key"),
        _("Question"),
        _("Version"),
        _("Topic"),
        _("Kind"),
        _("Points"),
        _("Asked"),
        _("Facility"),
        _("Discrimination"),
        _("Left empty, %"),
        _("Median time, s"),
        _("Flags"),
    ]


def rows(report: CourseReport, order: str = "") -> Iterator[list[Cell]]:
    """Yield the rows of the file; figures of too few people stay empty."""
    questions = in_order(report.questions, order)[0] if order else report.questions
    for one in questions:
        version, figures = one.version, one.figures
        time = figures.time if figures else None
        yield [
            version.item_key,
            plain_text(version.content["prompt"]),
            version.number,
            localised(report.words.topics.get(version.topic, {"en": version.topic})),
            str(KIND_NAMES[version.kind]),
            version.points,
            one.asked,
            _rounded(figures.facility) if figures else None,
            _rounded(figures.discrimination if figures else None),
            round(100 * figures.outcomes["empty"].share, 2) if figures else None,
            round(time.median, 1) if time else None,
            "; ".join(str(FLAG_NAMES[flag.kind]) for flag in one.flags),
        ]


def _rounded(value: float | None) -> float | None:
    """Return a figure to be compared with another program's; what is beyond is rounding."""
    return None if value is None else round(value, 12)


def selection(values: Values, *, newest: bool) -> Selection:
    """Return which papers are asked for; ``newest``: of the newest version unless another is.

    Raises NotOffered; whether the version was sat shows once the papers are read.
    """
    asked = values.get("version", "")
    number = int(asked) if re.fullmatch("[0-9]{1,9}", asked) else None
    if asked not in ("", "all") and number is None:
        raise NotOffered("version")
    return Selection(
        first_only=not offered(values, "attempts", {"all": True}),
        version_number=number,
        newest=newest and not asked,
        exam_key=values.get("exam") or FINAL_EXAM,
    )


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the report of a course's questions over the people that this viewer sees."""
    course = course_with_results(values.get("slug", ""))
    if course is None:
        return None
    chosen = selection(values, newest=True)
    report = course_report(viewer, course, chosen)
    told = [(_("Course"), localised(report.words.title))]
    if report.version_number is not None:
        told.append((_("Version"), str(report.version_number)))
    exams = exams_of(course) if report.words.has_further else []
    further = next((one for one in exams if one.key == values.get("exam")), None)
    if further is not None:
        told.append((_("Exam"), exam_label(further)))
    counted = _("first attempts") if chosen.first_only else _("all attempts")
    return Table(
        name=f"questions-{course.slug}-{today.isoformat()}",
        title=_("Questions"),
        headings=headings(),
        rows=rows(report, values.get("sort", "")),
        widths=WIDTHS,
        filters=[*told, (_("Counted"), counted)],
    )


KIND = ListKind(
    "questions",
    _l("Question statistics"),
    "reporting.questions",
    Permission.SEE_SITTINGS,
    ("slug", "exam", "attempts", "version", "sort"),
    table,
    needed=frozenset({"slug"}),
)
