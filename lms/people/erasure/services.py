"""Asking for an erasure, the second person's answer, and the steps themselves."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert
from lms.people.erasure.errors import (
    AlreadyAsked,
    CannotErase,
    DryRunOutdated,
    NothingToErase,
    WorksHere,
)
from lms.people.erasure.holdings import hindrance_for, holdings
from lms.people.erasure.models import DueErasure, Erasure, ErasureStep, Fate
from lms.people.erasure.plans import Plan, left_on, plan_of
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import records_of
from lms.people.second_person import services as second_person
from lms.people.second_person.models import Answer, SecondPersonRequest
from lms.people.second_person.subjects import Subject, register

WORK_JOB = "people.erase"
SUBJECT = "erasure"

register(Subject(SUBJECT, _l("Erasing a person’s data"), "people.erasure", "public_id"))


def plan_for(person: Person, *, today: date, zone: str) -> Plan:
    """Return the dry run of a person. Raises CannotErase with what hinders it."""
    left = left_on(person, zone=zone)
    if left is None:
        raise WorksHere
    hindrance = hindrance_for(person)
    if hindrance is not None:
        raise CannotErase(hindrance)
    return plan_of(person, left=left, today=today, zone=zone)


def ask(
    *,
    person: Person,
    digest: str,
    viewer: Viewer,
    reason: str,
    now: datetime,
    today: date,
    zone: str,
) -> Erasure:
    """Ask a second person to agree to the dry run with ``digest``.

    Raises CannotErase, NothingToErase, DryRunOutdated, AlreadyAsked.
    """
    plan = plan_for(person, today=today, zone=zone)
    if plan.digest != digest:
        raise DryRunOutdated
    if not plan.erases_something:
        raise NothingToErase
    key = public_id()
    with db.session.begin_nested():
        request = second_person.ask(
            kind=SUBJECT,
            key=key,
            permission=Permission.KEEP_PEOPLE,
            viewer=viewer,
            reason=reason,
            now=now,
        )
        erasure = Erasure(
            public_id=key,
            person_id=person.id,
            request_id=request.id,
            digest=digest,
            is_stopped=False,
        )
        insert(erasure, AlreadyAsked())
        db.session.add_all(_steps(erasure, plan))
        db.session.flush()
    return erasure


def _steps(erasure: Erasure, plan: Plan) -> list[ErasureStep]:
    return [
        ErasureStep(
            erasure_id=erasure.id,
            position=position,
            key=line.holding.key,
            rule=line.rule.key,
            fate=line.fate,
            rows=line.rows,
            until_on=line.until_on,
        )
        for position, line in enumerate(plan.lines, start=1)
        if line.rows or line.fate is not Fate.KEEP
    ]


def decide(
    *,
    erasure: Erasure,
    answer: Answer,
    viewer: Viewer,
    word: str,
    now: datetime,
    today: date,
    zone: str,
) -> None:
    """Record the second person's answer; with their agreement the erasure begins.

    Raises CannotErase and DryRunOutdated when agreed to what isn't so any more, and what
    ``second_person.answer`` raises.
    """
    if (
        answer is Answer.AGREED
        and erasure.request.answer is None
        and plan_for(erasure.person, today=today, zone=zone).digest != erasure.digest
    ):
        raise DryRunOutdated
    second_person.answer(request=erasure.request, answer=answer, viewer=viewer, word=word, now=now)
    if answer is Answer.AGREED:
        jobs.enqueue(WORK_JOB, key=erasure.public_id, now=now, erasure_id=erasure.public_id)
    else:
        erasure.closed_at = now
    db.session.flush()


def locked(public_id: str) -> Erasure | None:
    """Return an erasure to work on, as it is now; nobody else changes it until commit."""
    statement = (
        sa.select(Erasure)
        .where(Erasure.public_id == public_id)
        .with_for_update(of=Erasure)
        .options(
            joinedload(Erasure.person),
            joinedload(Erasure.request, innerjoin=True).joinedload(
                SecondPersonRequest.asked_by, innerjoin=True
            ),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def next_step(erasure: Erasure) -> ErasureStep | None:
    """Return the step to do now: the last of those to come, since others' records point down."""
    order = list(holdings())
    statement = sa.select(ErasureStep).where(
        ErasureStep.erasure_id == erasure.id,
        ErasureStep.done_at.is_(None),
        ErasureStep.fate != Fate.KEEP,
    )
    steps = db.session.scalars(statement).all()
    return max(steps, key=lambda step: order.index(step.key), default=None)


def do_step(erasure: Erasure, step: ErasureStep, now: datetime) -> None:
    """Let one kind of a person's records go; doing it again changes nothing."""
    person_id, key = erasure.person_id, (step.erasure_id, step.position)
    for record_of_them in records_of(erasure.person):
        holdings()[step.key].deeds[step.fate](record_of_them, now)
    db.session.flush()
    db.session.get_one(ErasureStep, key).done_at = now
    db.session.execute(sa.delete(DueErasure).where(DueErasure.person_id == person_id))
    db.session.flush()


def stop(erasure: Erasure, now: datetime) -> None:
    """Note that a locked erasure isn't done: something hinders it."""
    erasure.is_stopped, erasure.closed_at = True, now
    db.session.flush()
    _audit(erasure, now, action="people.erasure_stopped")


def finish(erasure: Erasure, now: datetime) -> None:
    """Note that all steps of a locked erasure are done."""
    erasure.closed_at = now
    db.session.flush()
    statement = (
        sa.select(ErasureStep.fate, sa.func.sum(ErasureStep.rows))
        .where(ErasureStep.erasure_id == erasure.id)
        .group_by(ErasureStep.fate)
    )
    counts = {fate: int(rows) for fate, rows in db.session.execute(statement)}
    _audit(
        erasure,
        now,
        action="people.person_erased",
        deleted=counts.get(Fate.DELETE, 0),
        nameless=counts.get(Fate.ANONYMISE, 0),
        kept=counts.get(Fate.KEEP, 0),
    )


def _audit(erasure: Erasure, now: datetime, *, action: str, **details: Any) -> None:
    record(
        now=now,
        actor_key=erasure.request.asked_by.public_id,
        action=action,
        subject_kind=SUBJECT,
        subject_key=erasure.public_id,
        person_key=erasure.person.public_id,
        **details,
    )
