"""The plain switch between the exams of a course, on pages that are about one of them."""

from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext as _

from lms.assessment.models import Assessment
from lms.assessment.queries import assessments_of
from lms.catalog.models import FINAL_EXAM
from lms.web.i18n import localised


class Choice(NamedTuple):
    """One exam of the switch, as the design's tabs take it."""

    label: str
    url: str
    is_current: bool


def asked_exam() -> str | None:
    """Return the key in the address, for further addresses; None: the final exam."""
    key = request.args.get("exam", FINAL_EXAM)
    return None if key == FINAL_EXAM else key


def exam_switch(current: Assessment | None, endpoint: str, **values: Any) -> list[Choice]:
    """Return the exams of the same version, each with its page; none where there is no choice."""
    if current is None:
        return []
    exams = assessments_of(current.activity.version_id)
    if len(exams) < 2:
        return []
    return [
        Choice(
            exam_label(one),
            url_for(endpoint, exam=address_key(one), **values),
            one.id == current.id,
        )
        for one in exams
    ]


def address_key(exam: Assessment) -> str | None:
    """Return what ``asked_exam`` finds in the addresses of the exam's pages."""
    return None if exam.activity.is_final_exam else exam.activity.key


def exam_label(exam: Assessment) -> str:
    """Return the exam's title, the final one told as such."""
    title = localised(exam.title)
    return _("Final exam: %(title)s", title=title) if exam.activity.is_final_exam else title
