"""One batch: its progress, stopping, going on, its file, the second person's answer."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.batches import queries, services
from lms.certification.batches.models import TWO_PEOPLE, BatchItem, CertificateBatch
from lms.certification.batches.policies import may_see, may_steer
from lms.certification.batches.views.sending import send_file
from lms.certification.views.blueprint import blueprint
from lms.certification.views.registry import MANAGE
from lms.core import clock
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.people.second_person.forms import AnswerForm
from lms.people.second_person.models import Answer
from lms.people.second_person.policies import may_answer, may_withdraw
from lms.web import access
from lms.web.paging import paginate


@blueprint.get("/hr/certificates/batches/<batch_id>")
@access.requires(Permission.SEE_SETUP)
def batch(batch_id: str) -> ResponseReturnValue:
    """Show how far a batch is and what can be done about it."""
    return _page(_seen(queries.batch(batch_id)))


@blueprint.post("/hr/certificates/batches/<batch_id>/stop")
@access.requires(MANAGE)
def stop_batch(batch_id: str) -> ResponseReturnValue:
    """Stop after the portion under way."""
    found = _steered(batch_id)
    services.stop(batch=found, actor=current_user.person, now=clock.now())
    flash(_("Stopped. What is done stays done; you can resume at any time."), "good")
    return _back(found)


@blueprint.post("/hr/certificates/batches/<batch_id>/resume")
@access.requires(MANAGE)
def resume_batch(batch_id: str) -> ResponseReturnValue:
    """Go on where it was stopped."""
    found = _steered(batch_id)
    services.resume(batch=found, actor=current_user.person, now=clock.now())
    return _back(found)


@blueprint.post("/hr/certificates/batches/<batch_id>/answer")
@access.requires(MANAGE)
def answer_batch(batch_id: str) -> ResponseReturnValue:
    """Record what the second person decides."""
    found, form = _two_people(batch_id), AnswerForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    _decide(found, Answer(form.answer.data), form.word.data or "")
    flash(_("Your decision is recorded."), "good")
    return _back(found)


@blueprint.post("/hr/certificates/batches/<batch_id>/withdraw")
@access.requires(MANAGE)
def withdraw_batch(batch_id: str) -> ResponseReturnValue:
    """Take one's own request back."""
    found = _two_people(batch_id)
    _decide(found, Answer.WITHDRAWN, "")
    flash(_("Your request is withdrawn. Nothing was changed."), "good")
    return _back(found)


@blueprint.get("/hr/certificates/batches/<batch_id>/file")
@access.requires(MANAGE)
def batch_file(batch_id: str) -> Response:
    """Send the finished file, and write down that it was taken."""
    found = _seen(queries.batch(batch_id))
    return send_file(found, current_user.person.public_id)


def _seen(found: CertificateBatch | None) -> CertificateBatch:
    if found is None or not may_see(current_user, found):
        raise Missing
    return found


def _steered(batch_id: str) -> CertificateBatch:
    found = _seen(queries.locked(batch_id))
    if not may_steer(current_user, found):
        raise Missing
    return found


def _two_people(batch_id: str) -> CertificateBatch:
    found = _seen(queries.locked(batch_id))
    if found.request is None:
        raise Missing
    return found


def _decide(found: CertificateBatch, answer: Answer, word: str) -> None:
    services.decide(batch=found, answer=answer, viewer=current_user, word=word, now=clock.now())


def _back(found: CertificateBatch) -> ResponseReturnValue:
    return redirect(url_for("certification.batch", batch_id=found.public_id), 303)


def _page(found: CertificateBatch, form: AnswerForm | None = None) -> str:
    people = None
    if found.kind in TWO_PEOPLE:
        people = paginate(
            queries.items(found.id),
            columns=(BatchItem.position,),
            readers=(int,),
            key=lambda row: (row.position,),
            cursor=request.args.get("page"),
        )
    outcomes = queries.outcomes(found.id)
    return render_template(
        "certification/batches/batch.html",
        batch=found,
        done=sum(outcomes.values()),
        outcomes={outcome.value: count for outcome, count in outcomes.items()},
        people=people,
        course_title=queries.course_title(found.course_id) if found.course_id else None,
        part_title=queries.part_title(found),
        form=form or AnswerForm(formdata=None),
        may_answer=found.request is not None and may_answer(current_user, found.request),
        may_withdraw=found.request is not None and may_withdraw(current_user, found.request),
    )
