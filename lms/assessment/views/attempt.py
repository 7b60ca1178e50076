"""The exam itself: the paper, taking it over, the review, handing it in."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from lms.assessment import queries, services
from lms.assessment.delivery.questions import questions_of
from lms.assessment.delivery.script_data import script_data
from lms.assessment.delivery.stages import Stage, stage_of
from lms.assessment.log import fold
from lms.assessment.models import Attempt, Behaviour, ItemKind
from lms.assessment.rules.tally import has_handwork
from lms.assessment.sitting.sheets import sheets_of
from lms.assessment.views.base import (
    attempt_url,
    blueprint,
    own_attempt,
    own_attempt_alone,
    own_attempt_locked,
    own_attempt_to_answer,
    result_url,
    settings,
)
from lms.assessment.views.practising import show_practice
from lms.core import clock
from lms.people.permissions import Permission
from lms.web import access

NO_FAULTS: Mapping[int, Any] = {}


@blueprint.get("/attempts/<attempt_id>")
@access.requires(Permission.LEARN)
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Show the whole paper with the answers so far; when the time is over, the result."""
    attempt = own_attempt_to_answer(attempt_id)
    if stage_of(attempt, clock.now()) is not Stage.OPEN:
        return redirect(result_url(attempt))
    if attempt.behaviour is not Behaviour.EXAM:
        return show_practice(own_attempt(attempt_id))
    return show_paper(attempt)


def show_paper(attempt: Attempt, faults: Mapping[int, Any] = NO_FAULTS, typed: Any = None) -> str:
    """Return the page of an open attempt; ``faults`` of the fields that were ``typed``."""
    log, paper = queries.events(attempt.id), queries.paper(attempt)
    state = fold(log)
    return render_template(
        "assessment/attempt.html",
        attempt=attempt,
        sheets=sheets_of(paper, attempt, state, faults, typed),
        positions=[item.position for item in paper],
        takes_files=any(item.item_version.kind is ItemKind.FILE for item in paper),
        state=state,
        seen=log[-1].number if log else 0,
        data=script_data(attempt, state, now=clock.now(), settings=settings()),
        faults=faults,
    )


@blueprint.post("/attempts/<attempt_id>/take-over")
@access.requires(Permission.LEARN)
def take_over(attempt_id: str) -> ResponseReturnValue:
    """Go on here; the tab or machine before shows the exam without writing."""
    attempt, now = own_attempt_locked(attempt_id), clock.now()
    if stage_of(attempt, now) is not Stage.OPEN:
        return redirect(result_url(attempt), 303)
    services.take_over(attempt=attempt, now=now)
    return redirect(attempt_url(attempt, as_writer=True), 303)


@blueprint.get("/attempts/<attempt_id>/review")
@access.requires(Permission.LEARN)
def review(attempt_id: str) -> ResponseReturnValue:
    """Show which questions are answered and marked, before handing in."""
    attempt, now = own_attempt_to_answer(attempt_id), clock.now()
    if stage_of(attempt, now) is not Stage.OPEN:
        return redirect(result_url(attempt))
    if attempt.behaviour is not Behaviour.EXAM:
        return redirect(attempt_url(attempt))
    state, paper = queries.state(attempt.id), queries.paper(attempt)
    questions = questions_of(paper, attempt)
    return render_template(
        "assessment/review.html",
        attempt=attempt,
        questions=questions,
        too_short=[q.position for q in questions if q.words_short(state.answers.get(q.position))],
        has_handwork=has_handwork(paper),
        state=state,
        data=script_data(attempt, state, now=now, settings=settings()),
    )


@blueprint.post("/attempts/<attempt_id>/submit")
@access.requires(Permission.LEARN)
def submit(attempt_id: str) -> ResponseReturnValue:
    """Hand the attempt in; again changes nothing."""
    attempt = own_attempt_alone(attempt_id)
    services.submit(attempt=attempt, now=clock.now(), settings=settings())
    return redirect(result_url(attempt), 303)
