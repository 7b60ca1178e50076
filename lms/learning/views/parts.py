"""Parts of a course beside lessons, as the learner sees them; and what isn't open yet."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog.media.addresses import FileFacts
from lms.catalog.models import ActivityKind
from lms.core import clock
from lms.core.errors import Missing
from lms.learning import lessons, queries
from lms.learning.activities import queries as facts
from lms.learning.activities import services
from lms.learning.activities.forms import PRESENCE_NAMES
from lms.learning.errors import NotOpenYet
from lms.learning.models import Enrolment
from lms.learning.queries import Outline, OutlineActivity
from lms.learning.views.base import blueprint, found
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language, localised

ELSEWHERE = {
    ActivityKind.LESSON: ("learning.lesson", "lesson_id"),
    ActivityKind.EXAM: ("assessment.exam", "activity_id"),
    ActivityKind.PRACTICE: ("assessment.course_practice", "activity_id"),
}


def part_url(enrolment_key: str, activity: OutlineActivity) -> str:
    """Return the address of an activity of any kind."""
    endpoint, name = ELSEWHERE.get(activity.kind, ("learning.part", "activity_id"))
    # The course's address with /exam is the final one's.
    values: dict[str, Any] = {} if activity.is_final_exam else {name: activity.public_id}
    return url_for(endpoint, enrolment_id=enrolment_key, **values)


@blueprint.app_context_processor
def _words() -> dict[str, Any]:
    return {"part_url": part_url}


def _loaded(enrolment_id: str, activity_id: str) -> tuple[Enrolment, Outline, OutlineActivity]:
    enrolment = found(queries.enrolment_for(current_user, enrolment_id))
    outline = queries.outline_of(enrolment.version)
    return enrolment, outline, found(outline.activity(activity_id))


@blueprint.get("/courses/<enrolment_id>/parts/<activity_id>")
@access.requires(Permission.LEARN)
def part(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Show a classroom part, a document or a checklist; other kinds have pages of their own."""
    enrolment, outline, activity = _loaded(enrolment_id, activity_id)
    if activity.kind in ELSEWHERE:
        return redirect(part_url(enrolment_id, activity))
    progress = queries.progress_of(enrolment)
    try:
        lessons.require_open(enrolment, outline, activity, progress)
    except NotOpenYet as refusal:
        return shut_page(refusal)
    return render_template(
        "learning/part.html",
        enrolment=enrolment,
        outline=outline,
        activity=activity,
        own=progress.get(activity.id),
        way=lessons.way_from(outline, activity, progress),
        exam_is_open=enrolment.completed_at is None and lessons.exam_is_open(outline, progress),
        **_facts(enrolment, activity),
    )


def _facts(enrolment: Enrolment, activity: OutlineActivity) -> dict[str, Any]:
    """Return what others confirmed about the learner."""
    if activity.kind is ActivityKind.CLASSROOM:
        mark = facts.own_mark(enrolment.id, activity.id)
        return {"mark": mark, "presence_names": PRESENCE_NAMES}
    if activity.kind is ActivityKind.CHECKLIST:
        return {
            "ticked": facts.steps_ticked(enrolment.id, activity.id),
            "mentor": facts.mentor_of(enrolment.id),
        }
    return {}


@blueprint.post("/courses/<enrolment_id>/parts/<activity_id>/open")
@access.requires(Permission.LEARN)
def open_document(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Count a document as opened, and go to it."""
    enrolment, activity, file = _document(enrolment_id, activity_id)
    own = lessons.activity_of(activity)
    services.open_document(enrolment=enrolment, activity=own, now=clock.now())
    return redirect(url_for("catalog.file", public_id=file.public_id), 303)


def _document(enrolment_id: str, activity_id: str) -> tuple[Enrolment, OutlineActivity, FileFacts]:
    enrolment, outline, activity = _loaded(enrolment_id, activity_id)
    if activity.kind is not ActivityKind.DOCUMENT:
        raise Missing
    lessons.require_open(enrolment, outline, activity)
    path = localised(activity.details.file, current_language())
    return enrolment, activity, found(outline.files.get(path))


def shut_page(refusal: NotOpenYet) -> ResponseReturnValue:
    """Say what comes before the part that was asked for."""
    enrolment, outline, activity = _loaded(
        refusal.details["enrolment"], refusal.details["activity"]
    )
    lock = found(lessons.locks_of(outline, queries.progress_of(enrolment)).get(activity.key))
    page = render_template(
        "learning/locked.html", enrolment=enrolment, outline=outline, activity=activity, lock=lock
    )
    return page, refusal.status
