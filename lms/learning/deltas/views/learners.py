"""The learner's page: what was, what is now, and the check, again until it is right."""

from collections.abc import Collection, Sequence
from random import Random

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from lms.catalog.rendering import render_text
from lms.catalog.source.content import Texts
from lms.core import clock
from lms.learning.deltas import queries, services
from lms.learning.deltas.errors import Unanswered
from lms.learning.deltas.models import DeltaAssignment
from lms.learning.deltas.questions import CheckQuestion, restored
from lms.learning.views.base import blueprint, found, today
from lms.web import access
from lms.web.i18n import current_language, localised


@blueprint.app_template_filter("prose")
def _prose(texts: Texts) -> Markup:
    """Return the reader's variant of a text of some paragraphs as HTML."""
    return render_text(localised(texts), language=current_language())


def _own(public_id: str) -> DeltaAssignment:
    return found(queries.assignment_for(current_user.person, public_id))


@blueprint.get("/changes/<public_id>")
@access.signed_in
def delta(public_id: str) -> ResponseReturnValue:
    """Show one's own training."""
    return _page(_own(public_id), [])


@blueprint.post("/changes/<public_id>")
@access.signed_in
def answer_delta(public_id: str) -> ResponseReturnValue:
    """Take a go at the check: all right, and it is done; else say which are not."""
    assignment = _own(public_id)
    chosen = [
        request.form.getlist(f"q{place}") for place in range(len(assignment.training.questions))
    ]
    try:
        answer = services.answer_check(assignment, chosen, now=clock.now())
    except Unanswered as refusal:
        return _page(assignment, chosen, missing=refusal.details["numbers"], status=refusal.status)
    if answer.is_right:
        return redirect(url_for("learning.delta", public_id=public_id), 303)
    return _page(assignment, chosen, is_checked=True)


def _page(
    assignment: DeltaAssignment,
    chosen: Sequence[Collection[str]],
    *,
    missing: Sequence[int] = (),
    is_checked: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    training = assignment.training
    page = render_template(
        "learning/deltas/delta.html",
        assignment=assignment,
        training=training,
        fact=training.fact_version.fact,
        done=services.completion_of(assignment.id),
        is_outdated=training.fact_version.fact.current.id != training.fact_version_id,
        questions=_mixed(assignment),
        chosen=chosen,
        missing=missing,
        is_checked=is_checked,
        today=today(),
    )
    return page, status


def _mixed(assignment: DeltaAssignment) -> list[CheckQuestion]:
    """Return the questions with their options in this person's own order, the same each time."""
    order = Random(assignment.public_id)  # noqa: S311 - no secret, only another order
    questions = [restored(question) for question in assignment.training.questions]
    return [question.in_order(order.sample) for question in questions]
