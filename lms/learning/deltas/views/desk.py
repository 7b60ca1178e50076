"""Pages for those who look after people: which trainings there are, and who has done one."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog.policies import may_author
from lms.core.errors import Forbidden
from lms.learning.deltas import queries
from lms.learning.deltas.audience import audience_of, orders_of
from lms.learning.deltas.models import DeltaTraining
from lms.learning.deltas.queries import State
from lms.learning.deltas.questions import restored
from lms.learning.deltas.send_form import WHOM_NAMES, SendForm
from lms.learning.deltas.touched import groups
from lms.learning.deltas.views.audiences import reached, send_form
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.web import access
from lms.web.lists.asking import offered
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
    return shown(found(queries.published_training(public_id)))


def shown(
    training: DeltaTraining, status: int = 200, *, sending: SendForm | None = None
) -> ResponseReturnValue:
    """Show a training, with the form that sends it to more people for its authors."""
    public_id = training.public_id
    (standing,) = queries.standings(current_user, today=today(), public_id=public_id)
    orders = orders_of(training)
    page = render_template(
        "learning/deltas/training.html",
        training=training,
        fact=training.fact_version.fact,
        standing=standing,
        is_on_its_way=queries.is_on_its_way(orders),
        orders=dict.fromkeys(audience_of(order) for order in orders),
        whom_names=WHOM_NAMES,
        groups=groups(),
        questions=[restored(question) for question in training.questions],
        page=_people(training),
        state=request.args.get("state", ""),
        today=today(),
        **_more(training, sending or send_form(orders, formdata=None), standing.is_outdated),
        may_see=current_user.may(Permission.SEE_PEOPLE),
    )
    return page, status


def _more(training: DeltaTraining, sending: SendForm, is_outdated: bool) -> dict[str, Any]:
    """Return what an author sends it to more people with; nothing once the fact has changed."""
    is_author = may_author(current_user)
    if is_outdated or not is_author:
        return {"may_author": is_author}
    reach = reached(sending, training.fact_version.fact, training)
    sending.tell(reach)
    return {"may_author": True, "sending": sending, "reach": reach}


def _people(training: DeltaTraining) -> Page:
    state = offered(request.args, "state", STATES)
    return paginate(
        queries.people_with(current_user, training, state, today()),
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda row: (row.Person.sort_name, row.Person.id),
        cursor=request.args.get("page"),
        size=50,
    )
