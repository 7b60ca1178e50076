"""Commands on delta trainings: write, publish, send to whom the change touches, answer."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record, record_many
from lms.catalog.facts.models import FactVersion
from lms.catalog.source.content import Texts
from lms.core.database import db
from lms.core.jobs import enqueue
from lms.core.unit_of_work import insert
from lms.learning.deltas.audience import EVERY_TOUCHED, Audience
from lms.learning.deltas.errors import (
    AlreadyDone,
    AlreadyPublished,
    ChangedAgain,
    NotPublished,
    TrainingChanged,
    Unanswered,
)
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment, DeltaOrder, DeltaTraining
from lms.learning.deltas.questions import CheckQuestion, restored, stored
from lms.people.models import Person

JOB = "learning.assign_delta"


def write_training(
    version: FactVersion,
    training: DeltaTraining | None,
    *,
    was: Texts,
    now_is: Texts,
    questions: Sequence[CheckQuestion],
    expected: int,
    actor: Person,
    now: datetime,
) -> DeltaTraining:
    """Write the training on the change that led to ``version`` (None: there is none yet).

    ``expected`` is the row version that the form was opened with, 0 for a new one. Raises
    AlreadyPublished and TrainingChanged.
    """
    if training is not None and training.published_at is not None:
        raise AlreadyPublished
    if expected != (training.row_version if training else 0):
        raise TrainingChanged
    kept = [stored(question) for question in questions]
    if training is None:
        training = DeltaTraining(
            fact_version_id=version.id,
            text_was=was,
            text_now=now_is,
            questions=kept,
            created_at=now,
            created_by_id=actor.id,
        )
        insert(training, TrainingChanged())
    else:
        training.text_was, training.text_now, training.questions = was, now_is, kept
        db.session.flush()
    _note("learning.delta_written", training, now, actor, questions=len(kept))
    return training


def publish_training(
    training: DeltaTraining,
    *,
    audience: Audience = EVERY_TOUCHED,
    due_on: date,
    actor: Person,
    now: datetime,
) -> DeltaOrder:
    """Publish it and send it to the audience. Raises AlreadyPublished."""
    if training.published_at is not None:
        raise AlreadyPublished
    training.published_at = now
    db.session.flush()
    _note("learning.delta_published", training, now, actor)
    return send_training(training, audience=audience, due_on=due_on, actor=actor, now=now)


def send_training(
    training: DeltaTraining,
    *,
    audience: Audience = EVERY_TOUCHED,
    due_on: date,
    actor: Person,
    now: datetime,
) -> DeltaOrder:
    """Send a published training to those of the audience who lack it, in a job."""
    if training.published_at is None:
        raise NotPublished
    if is_outdated(training):
        raise ChangedAgain
    order = DeltaOrder(
        training=training,
        whom=audience.whom,
        reasons=sorted(audience.reasons),
        unit=audience.unit,
        due_on=due_on,
        asked_by_id=actor.id,
        asked_at=now,
    )
    db.session.add(order)
    db.session.flush()
    _note(
        "learning.delta_sent",
        training,
        now,
        actor,
        due_on=due_on.isoformat(),
        whom=audience.whom.value,
        reasons=", ".join(sorted(audience.reasons)) or None,
        unit=audience.unit.code if audience.unit else None,
    )
    enqueue(JOB, key=order.public_id, now=now, order=order.public_id)
    return order


def is_outdated(training: DeltaTraining) -> bool:
    """Tell whether the fact has changed again since; asks the database."""
    own = sa.select(FactVersion.fact_id, FactVersion.number).where(
        FactVersion.id == training.fact_version_id
    )
    fact_id, number = db.session.execute(own).one()
    last = sa.select(sa.func.max(FactVersion.number)).where(FactVersion.fact_id == fact_id)
    return db.session.scalar(last) != number


def assign(order: DeltaOrder, people: Sequence[tuple[int, str]], *, now: datetime) -> None:
    """Give the training to people by id and public id, who must lack it."""
    rows = [
        DeltaAssignment(
            training_id=order.training_id,
            person_id=person_id,
            order_id=order.id,
            due_on=order.due_on,
            assigned_at=now,
        )
        for person_id, _key in people
    ]
    db.session.add_all(rows)
    db.session.flush()
    record_many(
        now=now,
        actor_key=db.session.get_one(Person, order.asked_by_id).public_id,
        action="learning.delta_assigned",
        subject_kind="delta_assignment",
        subjects=[
            (row.public_id, key, {"due_on": order.due_on.isoformat()})
            for row, (_id, key) in zip(rows, people, strict=True)
        ],
    )


def answer_check(
    assignment: DeltaAssignment, chosen: Sequence[Collection[str]], *, now: datetime
) -> DeltaAnswer:
    """Add a go at the check; the right one completes the assignment. ``chosen``: by question.

    ``assignment`` comes with its training and person. A completed one answers with what completed
    it. Raises ChangedAgain, and Unanswered naming the questions.
    """
    done = completion_of(assignment.id)
    if done is not None:
        return done
    if is_outdated(assignment.training):
        raise ChangedAgain
    questions = [restored(question) for question in assignment.training.questions]
    pairs = list(zip(questions, chosen, strict=True))
    missing = [place for place, (one, keys) in enumerate(pairs) if not one.is_answered(keys)]
    if missing:
        raise Unanswered(missing)
    answer = DeltaAnswer(
        assignment_id=assignment.id,
        given=[sorted(keys) for keys in chosen],
        is_right=all(one.is_met_by(keys) for one, keys in pairs),
        answered_at=now,
    )
    try:
        insert(answer, AlreadyDone())
    except AlreadyDone:  # sent twice at the same moment: the other one completed it
        completed: DeltaAnswer = db.session.scalars(_completions(assignment.id)).one()
        return completed
    if answer.is_right:
        record(
            now=now,
            actor_key=assignment.person.public_id,
            action="learning.delta_completed",
            subject_kind="delta_assignment",
            subject_key=assignment.public_id,
            person_key=assignment.person.public_id,
        )
    return answer


def completion_of(assignment_id: int) -> DeltaAnswer | None:
    """Return the answer that completed an assignment."""
    found: DeltaAnswer | None = db.session.scalars(_completions(assignment_id)).one_or_none()
    return found


def _completions(assignment_id: int) -> sa.Select[Any]:
    return sa.select(DeltaAnswer).where(
        DeltaAnswer.assignment_id == assignment_id, DeltaAnswer.is_right
    )


def _note(
    action: str, training: DeltaTraining, now: datetime, actor: Person, **details: Any
) -> None:
    record(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="delta_training",
        subject_key=training.public_id,
        **details,
    )
