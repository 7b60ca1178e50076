"""Pages for those who look after people: which trainings there are, and who has done one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog.policies import may_author
from lms.core.errors import Forbidden
from lms.learning.deltas import queries, touched
from lms.learning.deltas.forms import SendForm
from lms.learning.deltas.models import DeltaTraining
from lms.learning.deltas.queries import State
from lms.learning.deltas.questions import restored
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import Page, paginate

STATES = {state.value: state for state in State}


def _require_desk() -> None:
    if not (
        current_user.may(Permission.SEE_COURSE_RESULTS) or current_user.may(Permission.SEE_PEOPLE)
    ):
        raise Forbidden


@blueprint.get("/deltas")
@access.signed_in
def delta_trainings() -> ResponseReturnValue:
    """List the published trainings with how far the people in one's scope are."""
    _require_desk()
    return render_template(
        "learning/deltas/list.html", standings=queries.standings(current_user, today=today())
    )


@blueprint.get("/deltas/<public_id>")
@access.signed_in
def delta_training(public_id: str) -> ResponseReturnValue:
    """Show a training and who has done it."""
    _require_desk()
    training = found(queries.published_training(public_id))
    (standing,) = queries.standings(current_user, today=today(), public_id=public_id)
    return render_template(
        "learning/deltas/training.html",
        training=training,
        fact=training.fact_version.fact,
        standing=standing,
        questions=[restored(question) for question in training.questions],
        page=_people(training),
        state=request.args.get("state", ""),
        today=today(),
        lacking=_lacking(training) if not standing.is_outdated else 0,
        sending=SendForm(today(), formdata=None),
        may_author=may_author(current_user),
        may_see=current_user.may(Permission.SEE_PEOPLE),
    )


def _lacking(training: DeltaTraining) -> int:
    if not may_author(current_user):
        return 0
    versions = touched.touching_versions(training.fact_version.fact)
    return queries.lacking(current_user, training, versions, today())


def _people(training: DeltaTraining) -> Page:
    state = STATES.get(request.args.get("state", ""))
    return paginate(
        queries.people_with(current_user, training, state, today()),
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda row: (row.Person.sort_name, row.Person.id),
        cursor=request.args.get("page"),
        size=50,
    )
