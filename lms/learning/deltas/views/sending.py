"""Publishing a training and sending it: to whom, with the count shown before."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.policies import may_author
from lms.core import clock
from lms.core.errors import Forbidden
from lms.learning.deltas import queries, services
from lms.learning.deltas.errors import NotPublished
from lms.learning.deltas.forms import TrainingForm, stock_with, values_of
from lms.learning.deltas.models import DeltaTraining
from lms.learning.deltas.questions import in_stock
from lms.learning.deltas.send_form import SendForm
from lms.learning.deltas.views.audiences import form_again, reached, send_form
from lms.learning.deltas.views.authors import AUTHOR, changed_fact, written
from lms.learning.deltas.views.desk import shown
from lms.learning.views.base import blueprint, found
from lms.web import access


def _is_to_send(form: SendForm, training: DeltaTraining) -> bool:
    sent = training if training.published_at is not None else None
    return form.is_to_send(
        reached(form, training.fact_version.fact, sent), asked_to_count="count" in request.form
    )


@blueprint.post("/authoring/facts/<key>/training/publish")
@access.requires(AUTHOR)
def publish_training(key: str) -> ResponseReturnValue:
    """Send the saved training to the chosen people. Again: its page is shown."""
    fact, form = changed_fact(key), send_form()
    training = queries.training_on(fact.current)
    if training is None:
        raise NotPublished
    if training.published_at is None:
        if not _is_to_send(form, training):
            own = TrainingForm(
                stock_with(in_stock(fact.key), training),
                formdata=None,
                data=values_of(training, fact.versions[-2], fact.current),
            )
            return written(fact, training, own, 422 if form.errors else 200, sending=form)
        services.publish_training(
            training,
            audience=form.audience,
            due_on=form.due_on.data,
            actor=current_user.person,
            now=clock.now(),
        )
        flash(_("The training is published. People find it on their home page."), "good")
    return redirect(url_for("learning.delta_training", public_id=training.public_id))


@blueprint.post("/deltas/<public_id>/send")
@access.requires(AUTHOR)
def send_training(public_id: str) -> ResponseReturnValue:
    """Send a published training to those of the chosen people who lack it."""
    if not may_author(current_user):
        raise Forbidden
    training = found(queries.published_training(public_id))
    form = form_again(training)
    if not _is_to_send(form, training):
        return shown(training, 422 if form.errors else 200, sending=form)
    services.send_training(
        training,
        audience=form.audience,
        due_on=form.due_on.data,
        actor=current_user.person,
        now=clock.now(),
    )
    flash(_("The training is on its way to those who lacked it."), "good")
    return redirect(url_for("learning.delta_training", public_id=public_id))
