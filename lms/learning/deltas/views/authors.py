"""An author's pages: whom a change touches, writing the training."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.conflicts import Difference
from lms.catalog.authoring.forms import number
from lms.catalog.facts.models import Fact, FactVersion
from lms.catalog.facts.queries import fact_for
from lms.catalog.policies import may_author
from lms.core import clock
from lms.core.errors import Forbidden
from lms.learning.deltas import queries, services, touched
from lms.learning.deltas.errors import TrainingChanged
from lms.learning.deltas.forms import TrainingForm, stock_with, values_of
from lms.learning.deltas.models import DeltaTraining
from lms.learning.deltas.questions import in_stock, restored
from lms.learning.deltas.send_form import SendForm
from lms.learning.deltas.views.audiences import reached, send_form
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import localised
from lms.web.paging import paginate

AUTHOR = Permission.AUTHOR_COURSES


def changed_fact(key: str) -> Fact:
    """Return the fact if it ever changed and the viewer may author."""
    if not may_author(current_user):
        raise Forbidden
    fact = found(fact_for(key))
    return found(fact if fact.current.number > 1 else None)


@blueprint.get("/authoring/facts/<key>/people/<group>")
@access.requires(AUTHOR)
def touched_people(key: str, group: str) -> ResponseReturnValue:
    """List the people of a group whom the fact's last change touches, with the reasons."""
    fact, chosen = changed_fact(key), found(touched.group_named(group))
    versions = touched.touching_versions(fact)
    page = paginate(
        touched.people_in(current_user, chosen, versions, today()),
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda person: (person.sort_name, person.id),
        cursor=request.args.get("page"),
        size=50,
    )
    ids = [person.id for person in page.rows]
    return render_template(
        "learning/deltas/touched.html",
        fact=fact,
        group=chosen,
        groups=touched.groups(),
        page=page,
        notes=chosen.notes(current_user, ids, versions, today()),
    )


@blueprint.route("/authoring/facts/<key>/training", methods=["GET", "POST"])
@access.requires(AUTHOR)
def write_training(key: str) -> ResponseReturnValue:
    """Write the training on the fact's last change; a published one is shown instead."""
    fact = changed_fact(key)
    training = queries.training_on(fact.current)
    if training is not None and training.published_at is not None:
        return redirect(url_for("learning.delta_training", public_id=training.public_id))
    form = _form(fact, training)
    if not form.validate_on_submit():
        return written(fact, training, form, 422 if form.errors else 200)
    try:
        _write(fact.current, training, form)
    except TrainingChanged as refusal:
        return _conflict(fact, form, refusal.status)
    flash(_("The training is saved. Nobody has it until it is published."), "good")
    return redirect(url_for("learning.write_training", key=key))


def _form(fact: Fact, training: DeltaTraining | None) -> TrainingForm:
    return TrainingForm(
        stock_with(in_stock(fact.key), training),
        data=values_of(training, fact.versions[-2], fact.current),
    )


def _write(version: FactVersion, training: DeltaTraining | None, form: TrainingForm) -> None:
    services.write_training(
        version,
        training,
        was=form.texts("was"),
        now_is=form.texts("now"),
        questions=form.check(),
        expected=number(form.row_version),
        actor=current_user.person,
        now=clock.now(),
    )


def _conflict(fact: Fact, form: TrainingForm, status: int) -> ResponseReturnValue:
    """Show what someone else saved meanwhile; sent again, the form replaces it knowingly."""
    training = found(queries.training_on(fact.current))
    form.row_version.data = str(training.row_version)
    theirs = [
        Difference(_("It was"), localised(training.text_was)),
        Difference(_("It is now"), localised(training.text_now)),
        *(
            Difference(_("Question"), localised(restored(question).prompt))
            for question in training.questions
        ),
    ]
    return written(fact, training, form, status, theirs)


def written(
    fact: Fact,
    training: DeltaTraining | None,
    form: TrainingForm,
    status: int,
    theirs: Sequence[Difference] | None = None,
    *,
    sending: SendForm | None = None,
) -> ResponseReturnValue:
    """Show the training's form, with the one that sends it."""
    sending = sending or send_form(formdata=None)
    reach = reached(sending, fact)
    sending.tell(reach)
    page = render_template(
        "learning/deltas/write.html",
        fact=fact,
        training=training,
        form=form,
        theirs=theirs,
        sending=sending,
        reach=reach,
        questions=[restored(question) for question in training.questions] if training else [],
    )
    return page, status
