"""Work on many certificates at once: how far it is, steering it, the second person, its file."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from lms.certification.batches import queries, services
from lms.certification.batches.models import (
    TWO_PEOPLE,
    BatchItem,
    BatchKind,
    BatchState,
    CertificateBatch,
    Outcome,
)
from lms.certification.batches.policies import may_see, may_steer
from lms.certification.batches.views.sending import TYPES, send_file
from lms.core.database import db
from lms.core.errors import Forbidden, Missing
from lms.people.permissions import Permission
from lms.people.second_person import models
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Number,
    PageOf,
    Paging,
    PersonRef,
    Sent,
    person_ref,
)
from lms.standards.api.resources.second_person import (
    AnswerIn,
    DecisionOut,
    decision_out,
    given_answer,
)
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope

TAG = "Many certificates at once"
PATH = "/batches/{batch_id}"


class BatchOut(Sent):
    """What somebody asked for of many certificates or people."""

    id: Key
    kind: BatchKind
    state: BatchState
    asked_by: PersonRef
    asked_at: datetime
    reason: str
    language: str = Field(description="Of the documents.")
    course: str | None
    certification: CertificationRef | None
    part: str = Field(
        description="What the evidence shows; empty: the certification is awarded, of the kind"
        " `earlier` each result shows its own."
    )
    shown_on: date | None = Field(description="The day of the evidence.")
    title: str | None = Field(description="Of a report.")
    total: int
    done: int
    decision: DecisionOut | None = Field(description="The second person's; null: needs none.")
    finished_at: datetime | None
    file_size: int | None = Field(description="Bytes; null without a file.")
    expires_at: datetime | None = Field(description="Until when its file stays.")


class BatchTold(BatchOut):
    """A batch with what became of those that are done."""

    outcomes: dict[str, int] = Field(
        description="How many ended how: " + ", ".join(f"`{one.value}`" for one in Outcome) + ".",
        examples=[{Outcome.ISSUED.value: 12}],
    )


class ItemOut(Sent):
    """One person or certificate of a batch."""

    person: PersonRef | None
    certificate: Number | None
    outcome: Outcome | None = Field(description="Null: not done yet.")
    done_at: datetime | None


@operation(
    "GET",
    "/batches",
    tag=TAG,
    scope=Scope.BATCHES_READ,
    summary="List batches",
    query=Paging,
    answer=PageOf[BatchOut],
)
def list_batches(call: Call) -> Answer:
    """The owner's batches, and what others ask a second person for, the newest first. A page may
    hold fewer than asked for: what others ask outside the token's part of the network is left out.
    """
    page = page_of(
        queries.visible(call.viewer),
        call.query,
        lambda batch: batch,
        columns=(CertificateBatch.id,),
        readers=(int,),
        key=lambda batch: (batch.id,),
        descending=True,
    )
    rows = [batch for batch in page.items if may_see(call.viewer, batch)]
    done = queries.done_counts([batch.id for batch in rows])
    items = [BatchOut(**_values(batch, done.get(batch.id, 0))) for batch in rows]
    return Answer(PageOf[BatchOut](items=items, next=page.next))


@operation(
    "GET",
    PATH,
    tag=TAG,
    scope=Scope.BATCHES_READ,
    summary="Get a batch",
    answer=BatchTold,
)
def get_batch(call: Call, batch_id: str) -> Answer:
    """One batch: how far it is, and what became of what is done."""
    return Answer(told(_seen(call, queries.batch(batch_id))))


@operation(
    "GET",
    PATH + "/items",
    tag=TAG,
    scope=Scope.BATCHES_READ,
    summary="List a batch's people",
    query=Paging,
    answer=PageOf[ItemOut],
)
def list_batch_items(call: Call, batch_id: str) -> Answer:
    """Whom a batch that needs a second person is about, in its order, and what became of each.
    Downloads name nobody: 404.
    """
    found = _seen(call, queries.batch(batch_id))
    if found.kind not in TWO_PEOPLE:
        raise Missing
    return Answer(
        page_of(
            queries.items(found.id),
            call.query,
            _item,
            columns=(BatchItem.position,),
            readers=(int,),
            key=lambda item: (item.position,),
        )
    )


@operation(
    "GET",
    PATH + "/file",
    tag=TAG,
    scope=Scope.BATCHES_READ,
    summary="Download a batch's file",
    files=tuple(dict.fromkeys(media for _ending, media in TYPES.values())),
    also=(206,),
    refusals=(416,),
)
def get_batch_file(call: Call, batch_id: str) -> Answer:
    """The finished ZIP or PDF, whole or a range of it; 404 before it is done and after its time.
    That it was taken is written down.
    """
    if not call.viewer.may(Permission.MANAGE_CERTIFICATES):
        raise Forbidden
    found = _seen(call, queries.batch(batch_id))
    return Answer(file=send_file(found, call.viewer.person.public_id))


@operation(
    "POST",
    PATH + "/answer",
    tag=TAG,
    scope=Scope.BATCHES_WRITE,
    summary="Agree or refuse as the second person",
    body=AnswerIn,
    answer=BatchTold,
    refusals=(409,),
)
def answer_batch(call: Call, batch_id: str) -> Answer:
    """Record the second person's decision; with their agreement the work begins. Who asked can't
    be that person (403), nor who looks after less of the network than it is about.
    """
    return _decided(call, _two_people(call, batch_id), given_answer(call), call.body.word)


@operation(
    "POST",
    PATH + "/withdrawal",
    tag=TAG,
    scope=Scope.BATCHES_WRITE,
    summary="Withdraw a request",
    answer=BatchTold,
    refusals=(409,),
)
def withdraw_batch(call: Call, batch_id: str) -> Answer:
    """Take the owner's own request back before it is answered."""
    return _decided(call, _two_people(call, batch_id), models.Answer.WITHDRAWN, "")


@operation(
    "POST",
    PATH + "/stop",
    tag=TAG,
    scope=Scope.BATCHES_WRITE,
    summary="Stop a batch",
    answer=BatchTold,
    refusals=(409,),
)
def stop_batch(call: Call, batch_id: str) -> Answer:
    """Let a running batch rest after the portion under way; what is done stays done."""
    found = _steered(call, batch_id)
    services.stop(batch=found, actor=call.viewer.person, now=call.now)
    return Answer(told(found))


@operation(
    "POST",
    PATH + "/resume",
    tag=TAG,
    scope=Scope.BATCHES_WRITE,
    summary="Resume a batch",
    answer=BatchTold,
    refusals=(409,),
)
def resume_batch(call: Call, batch_id: str) -> Answer:
    """Let a stopped batch go on where it was."""
    found = _steered(call, batch_id)
    services.resume(batch=found, actor=call.viewer.person, now=call.now)
    return Answer(told(found))


def told(batch: CertificateBatch) -> BatchTold:
    """Return a batch, loaded as ``queries.batch`` does, with what became of it."""
    outcomes = queries.outcomes(batch.id)
    counts = {outcome.value: count for outcome, count in outcomes.items()}
    return BatchTold(**_values(batch, sum(counts.values())), outcomes=counts)


def _values(batch: CertificateBatch, done: int) -> dict[str, Any]:
    return {
        "id": batch.public_id,
        "kind": batch.kind,
        "state": batch.state,
        "asked_by": person_ref(batch.asked_by),
        "course": batch.course.slug if batch.course else None,
        "certification": certification_ref(batch.scheme) if batch.scheme else None,
        "done": done,
        "decision": decision_out(batch.request) if batch.request else None,
        **{
            name: getattr(batch, name)
            for name in ("asked_at", "reason", "language", "part", "shown_on", "title", "total")
        },
        **{name: getattr(batch, name) for name in ("finished_at", "file_size", "expires_at")},
    }


def _item(item: BatchItem) -> ItemOut:
    return ItemOut(
        person=person_ref(item.person) if item.person else None,
        certificate=item.certificate.number if item.certificate else None,
        outcome=item.outcome,
        done_at=item.done_at,
    )


def _seen(call: Call, found: CertificateBatch | None) -> CertificateBatch:
    if found is None or not may_see(call.viewer, found):
        raise Missing
    return found


def _steered(call: Call, batch_id: str) -> CertificateBatch:
    found = _seen(call, queries.locked(batch_id))
    if not may_steer(call.viewer, found):
        raise Missing
    return found


def _two_people(call: Call, batch_id: str) -> CertificateBatch:
    found = _seen(call, queries.locked(batch_id))
    if found.request is None:
        raise Missing
    return found


def _decided(call: Call, found: CertificateBatch, given: models.Answer, word: str) -> Answer:
    services.decide(batch=found, answer=given, viewer=call.viewer, word=word, now=call.now)
    return Answer(told(reread(found)))


def reread(batch: CertificateBatch) -> CertificateBatch:
    """Return a batch as it is after a change, loaded anew."""
    key = batch.public_id
    if batch.request is not None:
        db.session.expire(batch.request)
    db.session.expire(batch)
    found = queries.batch(key)
    assert found is not None
    return found
