"""The page before an exam: its rules, what was sat so far, and the start.

A course's final exam has the plain address; a further one is named by its part of the outline.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.assessment import queries, services
from lms.assessment.deadlines import settles_at
from lms.assessment.delivery.forms import StartForm
from lms.assessment.delivery.stages import Stage, stage_of
from lms.assessment.errors import WrongCode
from lms.assessment.models import Attempt
from lms.assessment.queries import ExamOverview
from lms.assessment.views.base import attempt_url, blueprint, found, settings
from lms.catalog.models import FINAL_EXAM, ActivityKind
from lms.core import clock
from lms.core.errors import Conflict, TooMany
from lms.learning.models import Enrolment
from lms.learning.queries import enrolment_for, outline_of
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language, localised
from lms.web.limits import Allowance


def _enrolment(public_id: str) -> Enrolment:
    return found(enrolment_for(current_user, public_id))


def _form(enrolment: Enrolment) -> StartForm:
    return StartForm().offer(enrolment.version.languages, current_language())


def _key(enrolment: Enrolment, activity_id: str | None) -> str:
    """Return which exam of the course is meant; Missing for a part that is none."""
    if activity_id is None:
        return FINAL_EXAM
    part = found(outline_of(enrolment.version).activity(activity_id))
    return found(part.key if part.kind is ActivityKind.EXAM else None)


@blueprint.get("/courses/<enrolment_id>/exam")
@blueprint.get("/courses/<enrolment_id>/exams/<activity_id>")
@access.requires(Permission.LEARN)
def exam(enrolment_id: str, activity_id: str | None = None) -> ResponseReturnValue:
    """Show the exam's rules, where the candidate stands, and earlier attempts."""
    enrolment = _enrolment(enrolment_id)
    return _show(enrolment, _key(enrolment, activity_id), _form(enrolment))


def _show(enrolment: Enrolment, key: str, form: StartForm, **options: Any) -> str:
    now = clock.now()
    overview = found(queries.exam_overview(enrolment, now, key))
    allowed = overview.deadline_from(now, settings().exam_grace_seconds) - now
    return render_template(
        "assessment/exam.html",
        enrolment=enrolment,
        overview=overview,
        form=form,
        now=now,
        stage=stage_of(overview.open, now) if overview.open else None,
        stages=Stage,
        minutes=overview.minutes_allowed,
        late_until=_late_until(overview),
        is_cut=allowed < timedelta(minutes=overview.minutes_allowed),
        topics=_topics(enrolment, overview),
        **options,
    )


def _late_until(overview: ExamOverview) -> datetime | None:
    """Return until when late answers to an attempt before are taken; a new one ends that."""
    grace, replay = settings().exam_grace_seconds, settings().exam_replay_minutes
    awaited = overview.awaited
    return None if awaited is None else settles_at(awaited.deadline_at, grace, replay)


def _topics(enrolment: Enrolment, overview: ExamOverview) -> dict[str, str]:
    """Return the titles of topics, where a section's pass mark has to name them or the exam isn't
    about all of the course.
    """
    exam = overview.assessment
    if exam.activity.is_final_exam and not any(section.pass_percent for section in exam.sections):
        return {}
    return {key: localised(title) for key, title in queries.topics_of(enrolment.version_id).items()}


@blueprint.post("/courses/<enrolment_id>/exam/start")
@blueprint.post("/courses/<enrolment_id>/exams/<activity_id>/start")
@access.requires(Permission.LEARN)
def start(enrolment_id: str, activity_id: str | None = None) -> ResponseReturnValue:
    """Start the next attempt; go on with the open one if there is one."""
    enrolment = _enrolment(enrolment_id)
    key, form = _key(enrolment, activity_id), _form(enrolment)
    if not form.validate_on_submit():
        return _show(enrolment, key, form), 422
    try:
        attempt = _start(enrolment, key, form)
    except (WrongCode, TooMany) as refusal:
        form.refuse_code(refusal.message if form.code.data else _l("Enter the release code."))
        return _show(enrolment, key, form), refusal.status
    except Conflict as refusal:
        return _show(enrolment, key, form, refusal=refusal), refusal.status
    return redirect(attempt_url(attempt, as_writer=True), 303)


def _start(enrolment: Enrolment, key: str, form: StartForm) -> Attempt:
    """Start an attempt, or take over the open one: whoever presses 'Start' goes on here.

    A try at the release code is counted before it is checked and given back when it was right.
    """
    now, tries = clock.now(), Allowance("release-code", settings().exam_code_limit)
    if form.code.data:
        tries.spend(enrolment.public_id)
    attempt = services.start_attempt(
        enrolment=enrolment,
        exam_key=key,
        language=form.language.data,
        now=now,
        settings=settings(),
        code=form.code.data,
    )
    if form.code.data:
        tries.give_back(enrolment.public_id)
    if attempt.started_at != now:
        attempt = found(queries.attempt_for_token(attempt.public_id))
        services.take_over(attempt=attempt, now=now)
    return attempt
