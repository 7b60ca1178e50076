"""Erasing people: the dry run, the request, the second person's answer; who is due."""

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.clock import local_date
from lms.core.errors import Missing
from lms.people.audit_words import ACTIONS
from lms.people.erasure import queries, services
from lms.people.erasure.classes import in_force
from lms.people.erasure.errors import CannotErase, DryRunOutdated
from lms.people.erasure.forms import EraseForm, ReasonForm
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import DueErasure, Erasure, Fate
from lms.people.erasure.naming import MOST, elsewhere
from lms.people.erasure.plans import Plan
from lms.people.erasure.words import FATES, STATES
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.people.queries import person_for, records_of
from lms.people.second_person.forms import AnswerForm
from lms.people.second_person.models import Answer
from lms.people.second_person.policies import may_answer, may_withdraw
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.paging import paginate

KEEP = Permission.KEEP_PEOPLE
AT_ONCE = 20  # people of one list of requests, each with a dry run


def when() -> dict[str, Any]:
    """Return now, today and the zone, as services take them."""
    now, zone = clock.now(), current_app.config["SETTINGS"].time_zone
    return {"now": now, "today": local_date(now, zone), "zone": zone}


def _plan(person: Person) -> Plan:
    at = when()
    return services.plan_for(person, today=at["today"], zone=at["zone"])


def _person(public_id: str) -> Person:
    person = person_for(current_user, KEEP, public_id)
    if person is None or not may_see_all(current_user, KEEP):
        raise Missing
    return person


@blueprint.get("/hr/people/<public_id>/erasure")
@access.requires(KEEP)
def erasure_plan(public_id: str) -> ResponseReturnValue:
    """Show what erasing a person would do. Nothing changes."""
    person = _person(public_id)
    under_way = queries.open_erasure(person)
    if under_way is not None:
        return redirect(url_for("people.erasure", public_id=under_way.public_id))
    return _show_plan(person)


def _show_plan(person: Person, form: EraseForm | None = None, *, changed: bool = False) -> str:
    try:
        plan, hindrance = _plan(person), None
    except CannotErase as refusal:
        plan, hindrance = None, refusal.message
    digest = plan.digest if plan else ""
    form = form or EraseForm(formdata=None, people=[person])
    form.digest.data = digest
    return render_template(
        "people/erasure/plan.html",
        person=person,
        naming=_naming(person) if plan else [],
        elsewhere=elsewhere([records_of(person)])[0] if plan else [],
        most=MOST,
        audit_rule=next(one for one in in_force().values() if "audit_reasons" in one.records),
        actions=ACTIONS,
        plan=plan,
        hindrance=hindrance,
        form=form,
        changed=changed,
        fates=Fate,
    )


def _naming(person: Person) -> list[AuditEntry]:
    return [entry for one in records_of(person) for entry in queries.reasons_naming(one)]


@blueprint.post("/hr/people/<public_id>/erasure")
@access.requires(KEEP)
def ask_erasure(public_id: str) -> ResponseReturnValue:
    """Ask a second person to agree to the dry run that was shown; show it anew if it changed."""
    person = _person(public_id)
    form = EraseForm(people=[person])
    if not form.validate_on_submit():
        return _show_plan(person, form), 422
    try:
        erasure = services.ask(
            person=person,
            digest=form.digest.data or "",
            viewer=current_user,
            reason=form.reason.data or "",
            **when(),
        )
    except DryRunOutdated:
        return _show_plan(person, form, changed=True), 409
    return redirect(url_for("people.erasure", public_id=erasure.public_id), 303)


@blueprint.get("/hr/erasures")
@access.requires(KEEP)
def erasures() -> ResponseReturnValue:
    """List the requests, the newest first."""
    _all_of_network()
    page = paginate(
        queries.erasures(current_user),
        columns=(Erasure.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=25,
        descending=True,
    )
    return render_template("people/erasure/list.html", page=page, states=STATES)


@blueprint.get("/hr/erasures/due")
@access.requires(KEEP)
def due_erasures() -> ResponseReturnValue:
    """List whose records' time is over, the longest overdue first."""
    return _show_due()


def _show_due(*, nobody: bool = False) -> ResponseReturnValue:
    _all_of_network()
    page = paginate(
        queries.due(current_user),
        columns=(DueErasure.since_on, DueErasure.person_id),
        readers=(date.fromisoformat, int),
        key=lambda row: (row.since_on, row.person_id),
        cursor=request.args.get("page"),
        size=AT_ONCE,
    )
    return render_template(
        "people/erasure/due.html", page=page, nobody=nobody
    ), 422 if nobody else 200


@blueprint.get("/hr/erasures/several")
@access.requires(KEEP)
def plan_several() -> ResponseReturnValue:
    """Show the dry run of each chosen person."""
    people = _chosen(request.args.getlist("person"))
    if not people:
        return _show_due(nobody=True)
    return _show_several(people, ReasonForm(formdata=None, people=people))


def _chosen(keys: list[str]) -> list[Person]:
    return [_person(key) for key in dict.fromkeys(keys[:AT_ONCE])]


def _show_several(people: list[Person], form: ReasonForm, *, changed: bool = False) -> str:
    plans: list[tuple[Person, Plan | None, Any]] = []
    for person in people:
        try:
            plans.append((person, _plan(person), None))
        except CannotErase as refusal:
            plans.append((person, None, refusal.message))
    found = elsewhere([records_of(person) for person, _plan, _hindrance in plans])
    return render_template(
        "people/erasure/several.html",
        plans=[(*one, naming) for one, naming in zip(plans, found, strict=True)],
        most=MOST,
        form=form,
        changed=changed,
        fates=Fate,
    )


@blueprint.post("/hr/erasures/several")
@access.requires(KEEP)
def ask_several() -> ResponseReturnValue:
    """Ask for each erasure that was shown, all of them or none."""
    people = _chosen(request.form.getlist("person"))
    form = ReasonForm(people=people)
    if not people:
        return _show_due(nobody=True)
    if not form.validate_on_submit():
        return _show_several(people, form), 422
    digests = dict(
        zip(request.form.getlist("person"), request.form.getlist("digest"), strict=False)
    )
    at, reason = when(), form.reason.data or ""
    if any(_plan(one).digest != digests.get(one.public_id) for one in people):
        return _show_several(people, form, changed=True), 409
    for one in people:
        services.ask(
            person=one, digest=digests[one.public_id], viewer=current_user, reason=reason, **at
        )
    flash(_("Asked for. A second person now decides on each."), "good")
    return redirect(url_for("people.erasures"), 303)


@blueprint.get("/hr/erasures/<public_id>")
@access.requires(KEEP)
def erasure(public_id: str) -> ResponseReturnValue:
    """Show how an erasure stands and what it does."""
    return _show(found_erasure(public_id))


@blueprint.post("/hr/erasures/<public_id>/answer")
@access.requires(KEEP)
def answer_erasure(public_id: str) -> ResponseReturnValue:
    """Record what the second person decides."""
    found, form = _locked(public_id), AnswerForm()
    if not form.validate_on_submit():
        return _show(found_erasure(public_id), form), 422
    _decide(found, Answer(form.answer.data), form.word.data or "")
    flash(_("Your decision is recorded."), "good")
    return redirect(url_for("people.erasure", public_id=public_id), 303)


@blueprint.post("/hr/erasures/<public_id>/withdraw")
@access.requires(KEEP)
def withdraw_erasure(public_id: str) -> ResponseReturnValue:
    """Take one's own request back."""
    _decide(_locked(public_id), Answer.WITHDRAWN, "")
    flash(_("Your request is withdrawn. Nothing was erased."), "good")
    return redirect(url_for("people.erasure", public_id=public_id), 303)


def _decide(found: Erasure, answer: Answer, word: str) -> None:
    services.decide(erasure=found, answer=answer, viewer=current_user, word=word, **when())


def _all_of_network() -> None:
    if not may_see_all(current_user, KEEP):
        raise Missing


def found_erasure(public_id: str) -> Erasure:
    """Return an erasure; Missing when the viewer doesn't keep the whole network's people."""
    _all_of_network()
    found = queries.erasure_for(current_user, public_id)
    if found is None:
        raise Missing
    return found


def _locked(public_id: str) -> Erasure:
    found_erasure(public_id)
    found = services.locked(public_id)
    if found is None:
        raise Missing
    return found


def _show(found: Erasure, form: AnswerForm | None = None) -> str:
    return render_template(
        "people/erasure/erasure.html",
        erasure=found,
        state=STATES[found.state],
        rules=in_force(),
        holdings=holdings(),
        fates=FATES,
        form=form or AnswerForm(formdata=None),
        may_answer=may_answer(current_user, found.request),
        may_withdraw=may_withdraw(current_user, found.request),
    )
