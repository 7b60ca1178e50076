"""Merging two records: likely duplicates, the comparison with its dry run, the second person.

And its counterpart: a pair that is marked as two different people, and taking that back.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.erasure.forms import ReasonForm
from lms.people.erasure.views.requests import when
from lms.people.merging import different, queries, services
from lms.people.merging import duplicates as likely
from lms.people.merging.carrying import Pair, carries
from lms.people.merging.errors import CannotMerge, DryRunOutdated
from lms.people.merging.forms import MergeForm, OtherForm, proposed
from lms.people.merging.models import DifferentPeople, MergeState, PersonMerge
from lms.people.merging.plans import Plan, Value, counts_of, posts_of
from lms.people.merging.words import STATES
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for, person_numbered
from lms.people.second_person.forms import AnswerForm
from lms.people.second_person.models import Answer
from lms.people.second_person.policies import may_answer, may_withdraw
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.paging import paginate

KEEP = Permission.KEEP_PEOPLE


def _person(public_id: str) -> Person:
    person = person_for(current_user, KEEP, public_id)
    if person is None:
        raise Missing
    return person


@blueprint.get("/hr/duplicates")
@access.requires(KEEP)
def duplicates() -> ResponseReturnValue:
    """List pairs of records that are likely of one person, with why each was found."""
    found = likely.pairs(current_user)
    page = paginate(
        db.select(found),
        columns=(found.c.low, found.c.high),  # type: ignore[arg-type]
        readers=(int, int),
        key=lambda row: (row.low, row.high),
        cursor=request.args.get("page"),
        size=25,
    )
    return render_template(
        "people/merging/duplicates.html",
        page=page,
        people=likely.people_of(page.rows),
        reasons=likely.reasons_of,
    )


@blueprint.get("/hr/people/<public_id>/merge")
@access.requires(KEEP)
def merge_with(public_id: str) -> ResponseReturnValue:
    """Ask which record to compare a person's with; lead there once it is found."""
    person = _person(public_id)
    form = OtherForm(request.args, meta={"csrf": False})
    status = 200
    if "number" in request.args:
        other = person_numbered(current_user, KEEP, form.number.data or "")
        if form.validate() and other is not None and other.id != person.id:
            address = url_for(
                "people.compare", public_id=person.public_id, other_id=other.public_id
            )
            return redirect(address)
        if not form.number.errors:
            form.number.errors = [_("No other record that you may see has this number.")]
        status = 422
    return render_template("people/merging/other.html", person=person, form=form), status


@blueprint.get("/hr/people/<public_id>/merge/<other_id>")
@access.requires(KEEP)
def compare(public_id: str, other_id: str) -> ResponseReturnValue:
    """Compare two records; with choices made show what merging would do. Nothing changes."""
    people = _two(public_id, other_id)
    waiting = queries.open_merge(people)
    if waiting is not None and queries.merge_for(current_user, waiting.public_id):
        return redirect(url_for("people.merge", public_id=waiting.public_id))
    if "stays" not in request.args:
        return _show(MergeForm(formdata=None, people=people, data=proposed(people)))
    form = MergeForm(request.args, people=people)
    return _show(form, shows_plan=True) if form.chooses() else (_show(form), 422)


@blueprint.post("/hr/people/<public_id>/merge/<other_id>")
@access.requires(KEEP)
def ask_merge(public_id: str, other_id: str) -> ResponseReturnValue:
    """Ask a second person to agree to the dry run that was shown; show it anew if it changed."""
    form = MergeForm(people=_two(public_id, other_id))
    if not form.validate_on_submit():
        return _show(form, shows_plan=form.chooses()), 422
    try:
        merge = services.ask(
            pair=form.pair,
            taken=form.taken,
            digest=form.digest.data or "",
            viewer=current_user,
            reason=form.reason.data or "",
            now=when()["now"],
        )
    except DryRunOutdated:
        return _show(form, shows_plan=True, changed=True), 409
    return redirect(url_for("people.merge", public_id=merge.public_id), 303)


def _two(public_id: str, other_id: str) -> list[Person]:
    people = [_person(public_id), _person(other_id)]
    if people[0].id == people[1].id:
        raise Missing
    return sorted(people, key=lambda one: one.id)


def _show(
    form: MergeForm,
    *,
    shows_plan: bool = False,
    changed: bool = False,
    apart: ReasonForm | None = None,
) -> str:
    plan: Plan | None = None
    hindrances: list[Any] = []
    if shows_plan:
        try:
            plan = services.plan_for(form.pair, form.taken)
            form.digest.data = plan.digest
        except CannotMerge as refusal:
            hindrances = refusal.hindrances
    pair = Pair(*form.people)
    return render_template(
        "people/merging/compare.html",
        form=form,
        people=form.people,
        posts=posts_of(pair),
        counts=counts_of(pair),
        plan=plan,
        hindrances=hindrances,
        changed=changed,
        values=Value,
        mark=different.mark_on(pair),
        apart=apart or ReasonForm(formdata=None, people=form.people),
    )


@blueprint.post("/hr/people/<public_id>/merge/<other_id>/different")
@access.requires(KEEP)
def tell_apart(public_id: str, other_id: str) -> ResponseReturnValue:
    """Mark the two as different people."""
    people = _two(public_id, other_id)
    form = ReasonForm(people=people)
    if not form.validate_on_submit():
        choices = MergeForm(formdata=None, people=people, data=proposed(people))
        return _show(choices, apart=form), 422
    different.tell_apart(
        pair=Pair(*people), viewer=current_user, reason=form.reason.data or "", now=when()["now"]
    )
    flash(_("Marked as two different people. They aren’t offered again."), "good")
    return redirect(url_for("people.duplicates"), 303)


@blueprint.get("/hr/different-people")
@access.requires(KEEP)
def different_people() -> ResponseReturnValue:
    """List the pairs that are marked as different people, the newest first."""
    page = paginate(
        different.marks(current_user),
        columns=(DifferentPeople.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=25,
        descending=True,
    )
    return render_template("people/merging/different_people.html", page=page)


@blueprint.get("/hr/different-people/<public_id>")
@access.requires(KEEP)
def different_pair(public_id: str) -> ResponseReturnValue:
    """Show why two are marked as different people, and how to take it back."""
    mark = _marked(public_id)
    return _show_mark(mark, ReasonForm(formdata=None, people=list(mark.both)))


@blueprint.post("/hr/different-people/<public_id>/take-back")
@access.requires(KEEP)
def take_mark_back(public_id: str) -> ResponseReturnValue:
    """Let the two be offered and merged again."""
    mark = _marked(public_id)
    form = ReasonForm(people=list(mark.both))
    if not form.validate_on_submit():
        return _show_mark(mark, form), 422
    different.take_back(
        mark=mark, viewer=current_user, reason=form.reason.data or "", now=when()["now"]
    )
    flash(_("The mark is taken back. The two records can be merged again."), "good")
    return redirect(url_for("people.different_people"), 303)


def _marked(public_id: str) -> DifferentPeople:
    mark = different.mark_for(current_user, public_id)
    if mark is None:
        raise Missing
    return mark


def _show_mark(mark: DifferentPeople, form: ReasonForm) -> str:
    return render_template("people/merging/different_pair.html", mark=mark, form=form)


@blueprint.get("/hr/merges")
@access.requires(KEEP)
def merges() -> ResponseReturnValue:
    """List the requests, the newest first."""
    page = paginate(
        queries.merges(current_user),
        columns=(PersonMerge.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=25,
        descending=True,
    )
    return render_template("people/merging/list.html", page=page, states=STATES)


@blueprint.get("/hr/merges/<public_id>")
@access.requires(KEEP)
def merge(public_id: str) -> ResponseReturnValue:
    """Show how a merge stands and what it does."""
    return _show_merge(_found(public_id))


@blueprint.post("/hr/merges/<public_id>/answer")
@access.requires(KEEP)
def answer_merge(public_id: str) -> ResponseReturnValue:
    """Record what the second person decides; if they agree, merge."""
    form = AnswerForm()
    found = _found(public_id)
    if not form.validate_on_submit():
        return _show_merge(found, form), 422
    _decide(public_id, Answer(form.answer.data), form.word.data or "")
    flash(_("Your decision is recorded."), "good")
    return redirect(url_for("people.merge", public_id=public_id), 303)


@blueprint.post("/hr/merges/<public_id>/withdraw")
@access.requires(KEEP)
def withdraw_merge(public_id: str) -> ResponseReturnValue:
    """Take one's own request back."""
    _found(public_id)
    _decide(public_id, Answer.WITHDRAWN, "")
    flash(_("Your request is withdrawn. Nothing was merged."), "good")
    return redirect(url_for("people.merge", public_id=public_id), 303)


def _decide(public_id: str, answer: Answer, word: str) -> None:
    found, at = services.locked(public_id), when()
    if found is None:
        raise Missing
    services.decide(
        merge=found,
        answer=answer,
        viewer=current_user,
        word=word,
        now=at["now"],
        today=at["today"],
    )


def _found(public_id: str) -> PersonMerge:
    found = queries.merge_for(current_user, public_id)
    if found is None:
        raise Missing
    return found


def _show_merge(found: PersonMerge, form: AnswerForm | None = None) -> str:
    plan: Plan | None = None
    hindrances: list[Any] = []
    if found.state is MergeState.WAITING:
        try:
            pair = Pair(found.kept, found.ended)
            plan = services.plan_for(pair, [Value(one) for one in found.taken])
        except CannotMerge as refusal:
            hindrances = refusal.hindrances
    return render_template(
        "people/merging/merge.html",
        merge=found,
        plan=plan,
        hindrances=hindrances,
        is_outdated=plan is not None and plan.digest != found.digest,
        state=STATES[found.state],
        kinds=carries(),
        values=Value,
        form=form or AnswerForm(formdata=None),
        may_answer=may_answer(current_user, found.request),
        may_withdraw=may_withdraw(current_user, found.request),
    )
