"""The plain switch between the exams of a course, on pages that are about one of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from babel.lists import format_list
from flask import request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from lms.assessment.examining.queries import CourseExam, exams_in
from lms.catalog.models import FINAL_EXAM
from lms.core.errors import Missing
from lms.web.i18n import localised
from lms.web.lists.asking import offered


class Choice(NamedTuple):
    """One exam of the switch, as the design's tabs take it."""

    label: str
    url: str
    is_current: bool


def asked_exam() -> str | None:
    """Return the key in the address, for further addresses; None: the final exam."""
    key = request.args.get("exam") or FINAL_EXAM
    return None if key == FINAL_EXAM else key


def asked_of(exams: Iterable[CourseExam]) -> str | None:
    """Return the key of the exam that a list of several is narrowed to; None: of all of them."""
    return offered(request.args, "exam", {one.key: one.key for one in exams})


def exam_place(version_id: int) -> CourseExam:
    """Return the exam of the version that the address names; Missing when it has no such one.

    The final exam is there before it has a place in the outline: its rules make it.
    """
    key = request.args.get("exam") or FINAL_EXAM
    if key == FINAL_EXAM:
        return CourseExam(key, {})
    known = {one.key: one for one in exams_in(version_id)}
    if key not in known:
        raise Missing
    return known[key]


def exam_switch(
    exams: Iterable[CourseExam], endpoint: str, *, with_all: bool = False, **values: Any
) -> list[Choice]:
    """Return a choice for each exam; none where there is no choice.

    The final exam needs no name in the address, unless the page is about all of them ``with_all``.
    """
    exams = list(exams)
    if len(exams) < 2:
        return []
    unnamed = None if with_all else FINAL_EXAM
    current = request.args.get("exam") or unnamed
    choices = [
        Choice(
            exam_label(one),
            url_for(endpoint, exam=None if one.key == unnamed else one.key, **values),
            one.key == current,
        )
        for one in exams
    ]
    if with_all:
        choices.insert(0, Choice(_("All exams"), url_for(endpoint, **values), current is None))
    return choices


def exam_label(exam: CourseExam) -> str:
    """Return what the exam is called beside others: the final one is told as such.

    One that the newest version no longer has tells in which versions it is.
    """
    name = _("Final exam") if exam.key == FINAL_EXAM else localised(exam.title) or exam.key
    told = only_in_words(exam.only_in)
    return f"{name} ({told})" if told else name


def only_in_words(numbers: tuple[int, ...]) -> str:
    """Return 'only in version 2', or nothing for what the newest version has."""
    if not numbers:
        return ""
    listed = format_list([str(number) for number in sorted(numbers)], locale=get_locale())
    told: str = ngettext(
        "only in version %(numbers)s", "only in versions %(numbers)s", len(numbers), numbers=listed
    )
    return told
