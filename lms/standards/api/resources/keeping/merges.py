"""Merging two records of one person: likely duplicates, the dry run, the second person's answer."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.merging import duplicates, queries, services
from lms.people.merging.carrying import Pair
from lms.people.merging.duplicates import Alike
from lms.people.merging.models import MergeState, PersonMerge
from lms.people.merging.plans import Plan, Post, Value
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.people.second_person import models
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Digest,
    Key,
    PageOf,
    Paging,
    PersonRef,
    PostRef,
    Received,
    Sent,
    UnitRef,
    Why,
    person_ref,
    post_ref,
    unit_ref,
)
from lms.standards.api.resources.second_person import (
    AnswerIn,
    RequestOut,
    given_answer,
    given_reason,
    request_out,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Merges"


class DuplicateOut(Sent):
    """Two records that are likely of one person, and why."""

    people: list[PersonRef]
    reasons: list[Alike]


class PairIn(Received):
    """Which record stays, which one ends, and what is taken over from the one that ends."""

    kept: Key
    ended: Key
    take: list[Value] = Field([], description="`posts`: whose count where those of both overlap.")


class MergeIn(PairIn):
    """The dry run that was seen, and why; without the names."""

    digest: Digest
    reason: Why


class PostOf(Sent):
    """A post, and whose record has it now."""

    unit: UnitRef
    post: PostRef
    started_on: date
    ended_on: date | None
    person: Key


class MovedOut(Sent):
    """A kind of rows that moves, and how many."""

    rows_of: str = Field(examples=["enrolments"])
    title: str
    rows: int


class ClashOut(Sent):
    """What both records hold, and what happens then."""

    what: str
    outcome: str


class MergePlan(Sent):
    """A dry run: how the record that stays would read, what moves and what clashes."""

    kept: PersonRef
    ended: PersonRef
    take: list[Value]
    name: str
    personnel_number: str
    email: str | None
    language: str
    posts: list[PostOf]
    dropped_posts: list[PostOf] = Field(description="Those that count twice.")
    moves: list[MovedOut]
    clashes: list[ClashOut]
    warnings: list[str]
    digest: Digest = Field(description="What the dry run is asked for by.")


class MergeOut(Sent):
    """A merge that was asked for."""

    id: Key
    state: MergeState
    kept: PersonRef
    ended: PersonRef
    take: list[Value]
    request: RequestOut
    moved: dict[str, int] = Field(description="By kind: how many rows moved.", examples=[{}])
    closed_at: datetime | None


@operation(
    "GET",
    "/duplicates",
    tag=TAG,
    scope=Scope.MERGES_READ,
    summary="List likely duplicates",
    query=Paging,
    answer=PageOf[DuplicateOut],
)
def list_duplicates(call: Call) -> Answer:
    """Pairs of records that are likely of one person, and why each was found. Who was told apart
    isn't among them.
    """
    found = duplicates.pairs(call.viewer)
    page = page_of(
        sa.select(found),
        call.query,
        lambda row: row,
        columns=(found.c.low, found.c.high),
        readers=(int, int),
        key=lambda row: (row.low, row.high),
    )
    people = duplicates.people_of(page.items)
    shown = [
        DuplicateOut(
            people=[person_ref(people[row.low]), person_ref(people[row.high])],
            reasons=[one for one in Alike if getattr(row, one.value)],
        )
        for row in page.items
    ]
    return Answer(PageOf[DuplicateOut](items=shown, next=page.next))


@operation(
    "POST",
    "/merges/dry-run",
    tag=TAG,
    scope=Scope.MERGES_READ,
    summary="Make the dry run of a merge",
    body=PairIn,
    answer=MergePlan,
    refusals=(409,),
)
def plan_merge(call: Call) -> Answer:
    """What merging two records would do. Nothing changes. What hinders it is said (409)."""
    return Answer(_planned(services.plan_for(_pair(call), call.body.take)))


@operation(
    "POST",
    "/merges",
    tag=TAG,
    scope=Scope.MERGES_WRITE,
    summary="Ask for a merge",
    body=MergeIn,
    answer=MergeOut,
    status=201,
    refusals=(409,),
)
def ask_merge(call: Call) -> Answer:
    """Ask a second person to agree to a dry run. When it isn't what would happen any more, or a
    merge of one of the two was asked for already, it is refused (409).
    """
    pair = _pair(call)
    merge = services.ask(
        pair=pair,
        taken=frozenset(call.body.take),
        digest=call.body.digest,
        viewer=call.viewer,
        reason=given_reason(call, *pair.both),
        now=call.now,
    )
    return Answer(_shown(_found(call, merge.public_id)), location=f"/merges/{merge.public_id}")


@operation(
    "GET",
    "/merges",
    tag=TAG,
    scope=Scope.MERGES_READ,
    summary="List merges",
    query=Paging,
    answer=PageOf[MergeOut],
)
def list_merges(call: Call) -> Answer:
    """The merges that were asked for, the newest first."""
    return Answer(
        page_of(
            queries.merges(call.viewer),
            call.query,
            _shown,
            columns=(PersonMerge.id,),
            readers=(int,),
            key=lambda row: (row.id,),
            descending=True,
        )
    )


@operation(
    "GET",
    "/merges/{merge_id}",
    tag=TAG,
    scope=Scope.MERGES_READ,
    summary="Get a merge",
    answer=MergeOut,
)
def get_merge(call: Call, merge_id: str) -> Answer:
    """How a merge stands."""
    return Answer(_shown(_found(call, merge_id)))


@operation(
    "POST",
    "/merges/{merge_id}/answer",
    tag=TAG,
    scope=Scope.MERGES_WRITE,
    summary="Answer a request for a merge",
    body=AnswerIn,
    answer=MergeOut,
    refusals=(409,),
)
def answer_merge(call: Call, merge_id: str) -> Answer:
    """Agree or refuse; who asked can't (403). With the agreement the merge is done."""
    return _decide(call, merge_id, given_answer(call), call.body.word)


@operation(
    "POST",
    "/merges/{merge_id}/withdrawal",
    tag=TAG,
    scope=Scope.MERGES_WRITE,
    summary="Withdraw a request for a merge",
    answer=MergeOut,
    refusals=(409,),
)
def withdraw_merge(call: Call, merge_id: str) -> Answer:
    """Take one's own request back: nothing is merged."""
    return _decide(call, merge_id, models.Answer.WITHDRAWN, "")


def pair_of(call: Call, *names: str) -> Pair:
    """Return the two records that the body names under ``names``, both kept by the owner."""
    people = []
    for name in names:
        person = person_for(call.viewer, Permission.KEEP_PEOPLE, getattr(call.body, name))
        if person is None:
            raise unknown(f"body.{name}")
        people.append(person)
    if people[0].id == people[1].id:
        raise fault(f"body.{names[1]}", _l("is the same record"))
    return Pair(*people)


def _pair(call: Call) -> Pair:
    return pair_of(call, "kept", "ended")


def _found(call: Call, merge_id: str) -> PersonMerge:
    found = queries.merge_for(call.viewer, merge_id)
    if found is None:
        raise Missing
    return found


def _decide(call: Call, merge_id: str, answer: models.Answer, word: str) -> Answer:
    _found(call, merge_id)
    merge = services.locked(merge_id)
    if merge is None:
        raise Missing
    services.decide(
        merge=merge,
        answer=answer,
        viewer=call.viewer,
        word=word,
        now=call.now,
        today=call.today,
    )
    db.session.expire_all()
    return Answer(_shown(_found(call, merge_id)))


def _planned(plan: Plan) -> MergePlan:
    return MergePlan(
        kept=person_ref(plan.pair.kept),
        ended=person_ref(plan.pair.ended),
        take=_in_order(plan.taken),
        name=plan.value(Value.NAME),
        personnel_number=plan.value(Value.NUMBER),
        email=plan.value(Value.EMAIL),
        language=plan.value(Value.LANGUAGE),
        posts=[_post(one, plan.pair) for one in plan.posts],
        dropped_posts=[_post(one, plan.pair) for one in plan.dropped],
        moves=[
            MovedOut(rows_of=one.carry.key, title=str(one.carry.title), rows=one.rows)
            for one in plan.moving
        ],
        clashes=[ClashOut(what=str(one.what), outcome=str(one.outcome)) for one in plan.clashes],
        warnings=[str(words) for words in plan.warnings],
        digest=plan.digest,
    )


def _post(one: Post, pair: Pair) -> PostOf:
    holder: Person = pair.kept if one.row.person_id == pair.kept.id else pair.ended
    return PostOf(
        unit=unit_ref(one.row.unit),
        post=post_ref(one.row.job_role),
        started_on=one.row.started_on,
        ended_on=one.row.ended_on,
        person=holder.public_id,
    )


def _in_order(taken: Any) -> list[Value]:
    return [value for value in Value if value in taken]


def _shown(merge: PersonMerge) -> MergeOut:
    return MergeOut(
        id=merge.public_id,
        state=merge.state,
        kept=person_ref(merge.kept),
        ended=person_ref(merge.ended),
        take=_in_order({Value(one) for one in merge.taken}),
        request=request_out(merge.request),
        moved=merge.moved,
        closed_at=merge.closed_at,
    )
