"""The list of a course's questions: what it is narrowed to, its order, its pages, and as a file."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from lms.reporting.item_analysis.flags import FlagKind
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
from lms.web.paging import Page, decode, encode

SIZE = 20  # questions on a page
# What a list can be narrowed to: the questions with one of these warnings.
WARNINGS = {"any": frozenset(FlagKind), **{kind.value: frozenset({kind}) for kind in FlagKind}}
WARNING_NAMES = {"any": _l("Any warning"), **{kind.value: FLAG_NAMES[kind] for kind in FlagKind}}
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


def topics_of(report: CourseReport) -> dict[str, str]:
    """Return the topics that the list can be narrowed to, by key, in the course's order."""
    words = report.words.topics
    asked = {one.version.topic for one in report.questions}
    ordered = [*(key for key in words if key in asked), *sorted(asked - words.keys())]
    return {key: topic_title(report, key) for key in ordered}


def topic_title(report: CourseReport, topic: str) -> str:
    """Return what a topic is called: by its key once the course has it no more."""
    return localised(report.words.topics.get(topic, {"en": topic}))


def narrowed(report: CourseReport, values: Values) -> list[QuestionReport]:
    """Return the questions of the topic and with the warning asked for. Raises NotOffered."""
    topics = {key: key for key in (*report.words.topics, *topics_of(report))}
    topic, warnings = offered(values, "topic", topics), offered(values, "flag", WARNINGS)
    return [
        one
        for one in report.questions
        if topic in (None, one.version.topic)
        and (warnings is None or any(flag.kind in warnings for flag in one.flags))
    ]


def page_of(questions: Sequence[QuestionReport], cursor: str | None) -> Page:
    """Return the page of the questions after (or before) the one that the cursor names."""
    backwards, values = decode(cursor, (int,))
    keys = [one.version.id for one in questions]
    start = 0
    if values and values[0] in keys:
        place = keys.index(values[0])
        start = max(0, place - SIZE) if backwards else place + 1
    rows = questions[start : start + SIZE]
    return Page(
        rows,
        encode(keys[start + SIZE - 1 : start + SIZE]) if start + SIZE < len(keys) else None,
        encode(keys[start : start + 1], backwards=True) if start else None,
    )


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


def rows(report: CourseReport, questions: Iterable[QuestionReport]) -> Iterator[list[Cell]]:
    """Yield the rows of the file; figures of too few people stay empty."""
    for one in questions:
        version, figures = one.version, one.figures
        time = figures.time if figures else None
        yield [
            version.item_key,
            plain_text(version.content["prompt"]),
            version.number,
            topic_title(report, version.topic),
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
    found, order = narrowed(report, values), values.get("sort", "")
    if values.get("topic"):
        told.append((_("Topic"), topic_title(report, values["topic"])))
    if values.get("flag"):
        told.append((_("Warnings"), str(WARNING_NAMES[values["flag"]])))
    counted = _("first attempts") if chosen.first_only else _("all attempts")
    return Table(
        name=f"questions-{course.slug}-{today.isoformat()}",
        title=_("Questions"),
        headings=headings(),
        rows=rows(report, in_order(found, order)[0] if order else found),
        widths=WIDTHS,
        filters=[*told, (_("Counted"), counted)],
    )


KIND = ListKind(
    "questions",
    _l("Question statistics"),
    "reporting.questions",
    Permission.SEE_SITTINGS,
    ("slug", "exam", "attempts", "version", "topic", "flag", "sort"),
    table,
    needed=frozenset({"slug"}),
)
