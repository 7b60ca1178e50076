"""The page before the exam: its rules, what was sat so far, and the start."""

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assessment import queries, services
from lms.assessment.delivery.forms import StartForm
from lms.assessment.delivery.stages import Stage, stage_of
from lms.assessment.models import Attempt
from lms.assessment.views.base import attempt_url, blueprint, found, settings
from lms.core import clock
from lms.core.errors import Conflict
from lms.learning.models import Enrolment
from lms.learning.queries import enrolment_for
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language


def _enrolment(public_id: str) -> Enrolment:
    return found(enrolment_for(current_user, public_id))


def _form(enrolment: Enrolment) -> StartForm:
    return StartForm().offer(enrolment.version.languages, current_language())


@blueprint.get("/courses/<enrolment_id>/exam")
@access.requires(Permission.LEARN)
def exam(enrolment_id: str) -> ResponseReturnValue:
    """Show the exam's rules, where the candidate stands, and earlier attempts."""
    enrolment = _enrolment(enrolment_id)
    return _show(enrolment, _form(enrolment))


def _show(enrolment: Enrolment, form: StartForm, **options: Any) -> str:
    now = clock.now()
    overview = found(queries.exam_overview(enrolment, now))
    return render_template(
        "assessment/exam.html",
        enrolment=enrolment,
        overview=overview,
        form=form,
        now=now,
        stage=stage_of(overview.open, now) if overview.open else None,
        stages=Stage,
        **options,
    )


@blueprint.post("/courses/<enrolment_id>/exam/start")
@access.requires(Permission.LEARN)
def start(enrolment_id: str) -> ResponseReturnValue:
    """Start the next attempt; go on with the open one if there is one."""
    enrolment = _enrolment(enrolment_id)
    form = _form(enrolment)
    if not form.validate_on_submit():
        return _show(enrolment, form), 422
    try:
        attempt = _start(enrolment, form.language.data)
    except Conflict as refusal:
        return _show(enrolment, form, refusal=refusal), refusal.status
    return redirect(attempt_url(attempt, as_writer=True), 303)


def _start(enrolment: Enrolment, language: str) -> Attempt:
    """Start an attempt, or take over the open one: whoever presses 'Start' goes on here."""
    now = clock.now()
    attempt = services.start_attempt(
        enrolment=enrolment, language=language, now=now, settings=settings()
    )
    if attempt.started_at != now:
        attempt = found(queries.attempt_for_token(attempt.public_id))
        services.take_over(attempt=attempt, now=now)
    return attempt
