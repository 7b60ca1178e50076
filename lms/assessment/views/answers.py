"""Where answers arrive, from the exam's script and from its plain form: by the attempt's token."""

from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from lms.assessment import queries, services
from lms.assessment.delivery.arrival import received_at
from lms.assessment.delivery.form_answers import FormReading, save_form
from lms.assessment.errors import (
    AttemptClosed,
    MalformedEvent,
    TooLate,
    UnreadableRequest,
)
from lms.assessment.models import Attempt, Behaviour
from lms.assessment.services import Receipt
from lms.assessment.uploads.forms import with_files
from lms.assessment.views.attempt import show_paper
from lms.assessment.views.base import (
    attempt_of_token,
    attempt_url,
    bearer,
    blueprint,
    own_attempt,
    result_url,
    settings,
)
from lms.web import access

# Bytes that are read before it is known whose they are: a hundred events are far smaller, and so is
# a paper without files.
BODY_LIMIT = 256 * 1024


@blueprint.post("/attempts/<attempt_id>/answers")
@access.token
def save_answer(attempt_id: str) -> ResponseReturnValue:
    """Take events of the attempt that the token names; none at all is a heartbeat.

    An answer's time is the request's arrival. What can't be taken keeps nothing else from it.
    """
    arrived = received_at()
    attempt = attempt_of_token(attempt_id, bearer())
    events = _sent_events()
    saved = services.save_events(
        attempt=attempt, events=events, received_at=arrived, settings=settings()
    )
    if not events:
        services.note_presence(attempt=attempt, arrived=arrived)
    return jsonify(
        receipts=[_plain(receipt) for receipt in saved.receipts],
        refused=[
            {"event_id": event_id, "message": str(refusal.message), **refusal.details}
            for event_id, refusal in saved.refused.items()
        ],
        server_now=arrived.isoformat(),
        deadline_at=attempt.deadline_at.isoformat(),
        closed=queries.is_over(attempt, arrived, settings().exam_grace_seconds),
        writer=attempt.writer,
    )


def _sent_events() -> Any:
    request.max_content_length = BODY_LIMIT
    try:
        body = request.get_json()
    except (BadRequest, UnsupportedMediaType) as error:
        raise UnreadableRequest from error
    except RecursionError as error:  # brackets nested without end
        raise MalformedEvent from error
    if not isinstance(body, dict):
        raise MalformedEvent
    return body.get("events")


def _plain(receipt: Receipt) -> dict[str, Any]:
    return {
        "event_id": receipt.event_id,
        "number": receipt.number,
        "received_at": receipt.received_at.isoformat(),
        "late": receipt.late,
        "applied": receipt.applied,
    }


@blueprint.post("/attempts/<attempt_id>/form")
@access.token
def save_form_answers(attempt_id: str) -> ResponseReturnValue:
    """Save the whole paper sent by the plain form, whatever became of the sign-in meanwhile."""
    if not current_user.is_authenticated:
        request.max_content_length = BODY_LIMIT
    token = request.form.get("token", "")
    attempt = attempt_of_token(attempt_id, token, queries.attempt_for_token)
    if attempt.behaviour is not Behaviour.EXAM:
        return redirect(attempt_url(attempt), 303)
    try:
        reading = _save(attempt, received_at())
    except (AttemptClosed, TooLate) as refusal:
        flash(str(refusal.message), "warn")
        flash(
            _("What this page brought wasn’t taken any more. What was saved before counts."), "info"
        )
        return redirect(result_url(attempt), 303)
    if reading.faults and _is_here(attempt):
        page = show_paper(own_attempt(attempt_id), faults=reading.faults, typed=request.form)
        return page, 422
    _tell(reading)
    if request.form.get("then") == "review":
        return redirect(url_for("assessment.review", attempt_id=attempt.public_id), 303)
    return redirect(attempt_url(attempt), 303)


def _is_here(attempt: Attempt) -> bool:
    """Tell whether the candidate is who is signed in: the paper is shown to nobody else."""
    return current_user.is_authenticated and bool(current_user.person.id == attempt.candidate_id)


def _save(attempt: Attempt, arrived: datetime) -> FormReading:
    fields, faults = with_files(
        attempt=attempt,
        fields=request.form,
        files=request.files,
        received_at=arrived,
        settings=settings(),
    )
    reading = save_form(
        attempt=attempt,
        fields=fields,
        seen=request.form.get("seen", 0, type=int),
        received_at=arrived,
        settings=settings(),
    )
    reading.faults |= faults
    return reading


def _tell(reading: FormReading) -> None:
    count = len(reading.answers)
    if count:
        text = ngettext("%(num)d answer saved.", "%(num)d answers saved.", count)
    else:
        text = _("Nothing to save: no answer has changed.")
    flash(text, "success" if count else "info")
    if reading.faults:
        flash(_("Some answers couldn’t be saved"), "warn")
