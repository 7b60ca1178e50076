"""Erasing people: the dry run, asking for it, the second person's answer, who is due."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.audit_words import ACTIONS
from lms.people.erasure import queries, services
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import DueErasure, Erasure, ErasureState, ErasureStep, Fate
from lms.people.erasure.naming import MOST, elsewhere
from lms.people.erasure.papers.acts import printed
from lms.people.erasure.plans import Line, Plan
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.people.queries import records_of
from lms.people.second_person import models
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Digest,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Sent,
    person_ref,
)
from lms.standards.api.resources.keeping.records import paper
from lms.standards.api.resources.people import kept_person
from lms.standards.api.resources.second_person import (
    AnswerIn,
    RequestOut,
    WhyIn,
    given_answer,
    given_reason,
    request_out,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Erasures"


class FateOut(Sent):
    """What becomes of one kind of records, and by which class of retention."""

    records: str = Field(description="Key of the kind of records.", examples=["exam_attempts"])
    title: str
    retention_class: str = Field(examples=["exams"])
    rows: int
    fate: Fate
    until_on: date | None = Field(description="The last day on which what stays has to stay.")


class NamingOut(Sent):
    """A text that names the person and stays as it is."""

    at: datetime | date | None
    what: str
    text: str


class ErasurePlan(Sent):
    """A dry run: what erasing somebody would do today."""

    person: PersonRef
    left_on: date
    erases_something: bool
    records: list[FateOut]
    naming: list[NamingOut] = Field(description=f"The newest {MOST}.")
    naming_count: int
    digest: Digest = Field(description="What the dry run is asked for by.")


class ErasureIn(WhyIn):
    """The dry run that was seen, and why."""

    digest: Digest


class ErasureRef(Sent):
    """An erasure as the list names it."""

    id: Key
    person: PersonRef
    state: ErasureState
    asked_by: PersonRef
    asked_at: datetime
    closed_at: datetime | None


class ErasureOut(Sent):
    """An erasure that was asked for, with what was found and done."""

    id: Key
    person: PersonRef
    state: ErasureState
    request: RequestOut
    records: list[FateOut]
    closed_at: datetime | None


class DueOut(Sent):
    """Somebody whose records' time is over."""

    person: PersonRef
    since_on: date
    rows: int


@operation(
    "GET",
    "/people/{person_id}/erasure",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="Get the dry run of an erasure",
    answer=ErasurePlan,
    refusals=(409,),
)
def get_erasure_plan(call: Call, person_id: str) -> Answer:
    """What goes, what stays and by which class, and which texts about others name the person. Who
    works here is refused (409). Nothing changes.
    """
    person = _person(call, person_id)
    plan = services.plan_for(person, today=call.today, zone=call.settings.time_zone)
    naming = _naming(person)
    return Answer(
        ErasurePlan(
            person=person_ref(person),
            left_on=plan.left_on,
            erases_something=plan.erases_something,
            records=_lines(plan),
            naming=naming[:MOST],
            naming_count=len(naming),
            digest=plan.digest,
        )
    )


@operation(
    "POST",
    "/people/{person_id}/erasure",
    tag=TAG,
    scope=Scope.ERASURES_WRITE,
    summary="Ask for an erasure",
    body=ErasureIn,
    answer=ErasureOut,
    status=201,
    refusals=(409,),
)
def ask_erasure(call: Call, person_id: str) -> Answer:
    """Ask a second person to agree to a dry run. When it isn't what would happen any more, or the
    erasure was asked for already, it is refused (409).
    """
    person = _person(call, person_id)
    erasure = services.ask(
        person=person,
        digest=call.body.digest,
        viewer=call.viewer,
        reason=given_reason(call, person),
        **_when(call),
    )
    return _changed(call, erasure, created=True)


@operation(
    "GET",
    "/erasures",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="List erasures",
    query=Paging,
    answer=PageOf[ErasureRef],
)
def list_erasures(call: Call) -> Answer:
    """The erasures that were asked for, the newest first."""
    _demand_all(call)
    return Answer(
        page_of(
            queries.erasures(call.viewer),
            call.query,
            _referred,
            columns=(Erasure.id,),
            readers=(int,),
            key=lambda row: (row.id,),
            descending=True,
        )
    )


@operation(
    "GET",
    "/due-erasures",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="List who is due for erasure",
    query=Paging,
    answer=PageOf[DueOut],
)
def list_due_erasures(call: Call) -> Answer:
    """Whose records' time is over by a class of retention, the longest overdue first. Nothing goes
    by itself.
    """
    _demand_all(call)
    return Answer(
        page_of(
            queries.due(call.viewer),
            call.query,
            lambda row: DueOut(person=person_ref(row.person), since_on=row.since_on, rows=row.rows),
            columns=(DueErasure.since_on, DueErasure.person_id),
            readers=(date.fromisoformat, int),
            key=lambda row: (row.since_on, row.person_id),
        )
    )


@operation(
    "GET",
    "/erasures/{erasure_id}",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="Get an erasure",
    answer=ErasureOut,
)
def get_erasure(call: Call, erasure_id: str) -> Answer:
    """How an erasure stands, and what it does to which records."""
    return Answer(_shown(_found(call, erasure_id)))


@operation(
    "GET",
    "/erasures/{erasure_id}/act.pdf",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="Get the act of destruction",
    files=("application/pdf",),
    refusals=(409, 503),
)
def get_erasure_act(call: Call, erasure_id: str) -> Answer:
    """What was destroyed, by whom and why, as a PDF in the language asked for; once it is done."""
    content = printed(_found(call, erasure_id))
    return Answer(file=paper(content, f"act-{erasure_id}.pdf"))


@operation(
    "POST",
    "/erasures/{erasure_id}/answer",
    tag=TAG,
    scope=Scope.ERASURES_WRITE,
    summary="Answer a request for an erasure",
    body=AnswerIn,
    answer=ErasureOut,
    refusals=(409,),
)
def answer_erasure(call: Call, erasure_id: str) -> Answer:
    """Agree or refuse; who asked can't (403). With the agreement the erasure begins."""
    return _decide(call, erasure_id, given_answer(call), call.body.word)


@operation(
    "POST",
    "/erasures/{erasure_id}/withdrawal",
    tag=TAG,
    scope=Scope.ERASURES_WRITE,
    summary="Withdraw a request for an erasure",
    answer=ErasureOut,
    refusals=(409,),
)
def withdraw_erasure(call: Call, erasure_id: str) -> Answer:
    """Take one's own request back: nothing is erased."""
    return _decide(call, erasure_id, models.Answer.WITHDRAWN, "")


def _decide(call: Call, erasure_id: str, answer: models.Answer, word: str) -> Answer:
    _found(call, erasure_id)
    erasure = services.locked(erasure_id)
    if erasure is None:
        raise Missing
    services.decide(erasure=erasure, answer=answer, viewer=call.viewer, word=word, **_when(call))
    return _changed(call, erasure)


def _when(call: Call) -> dict[str, Any]:
    return {"now": call.now, "today": call.today, "zone": call.settings.time_zone}


def _demand_all(call: Call) -> None:
    """Raise Missing unless the owner keeps the whole network's people, as the pages do."""
    if not may_see_all(call.viewer, Permission.KEEP_PEOPLE):
        raise Missing


def _person(call: Call, person_id: str) -> Person:
    _demand_all(call)
    return kept_person(call, person_id)


def _found(call: Call, erasure_id: str) -> Erasure:
    _demand_all(call)
    found = queries.erasure_for(call.viewer, erasure_id)
    if found is None:
        raise Missing
    return found


def _changed(call: Call, erasure: Erasure, *, created: bool = False) -> Answer:
    key = erasure.public_id
    db.session.flush()
    db.session.expire_all()
    found = _found(call, key)
    return Answer(_shown(found), location=f"/erasures/{key}" if created else None)


def _naming(person: Person) -> list[NamingOut]:
    records = records_of(person)
    own = [
        NamingOut(
            at=one.recorded_at, what=str(ACTIONS.get(one.action, one.action)), text=one.reason
        )
        for record in records
        for one in queries.reasons_naming(record)
    ]
    others = [
        NamingOut(at=one.at, what=str(one.what), text=one.text) for one in elsewhere([records])[0]
    ]
    return own + others


def _lines(plan: Plan) -> list[FateOut]:
    return [_line(line) for line in plan.lines if line.rows]


def _line(line: Line) -> FateOut:
    return FateOut(
        records=line.holding.key,
        title=str(line.holding.title),
        retention_class=line.rule.key,
        rows=line.rows,
        fate=line.fate,
        until_on=line.until_on,
    )


def _step(step: ErasureStep) -> FateOut:
    return FateOut(
        records=step.key,
        title=str(holdings()[step.key].title),
        retention_class=step.rule,
        rows=step.rows,
        fate=step.fate,
        until_on=step.until_on,
    )


def _referred(erasure: Erasure) -> ErasureRef:
    return ErasureRef(
        id=erasure.public_id,
        person=person_ref(erasure.person),
        state=erasure.state,
        asked_by=person_ref(erasure.request.asked_by),
        asked_at=erasure.request.asked_at,
        closed_at=erasure.closed_at,
    )


def _shown(erasure: Erasure) -> ErasureOut:
    return ErasureOut(
        id=erasure.public_id,
        person=person_ref(erasure.person),
        state=erasure.state,
        request=request_out(erasure.request),
        records=[_step(step) for step in erasure.steps],
        closed_at=erasure.closed_at,
    )
