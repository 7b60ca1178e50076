"""Sending a training to many people: some hundred in each transaction, safe to run again."""

from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from lms.catalog.facts.models import Fact, FactVersion
from lms.catalog.facts.queries import fact_for
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.learning.deltas.audience import audience_of, lacks
from lms.learning.deltas.models import DeltaOrder, DeltaTraining
from lms.learning.deltas.services import JOB, assign
from lms.learning.deltas.touched import touching_versions
from lms.people.models import Person

CHUNK = 200


@job(JOB)
def assign_delta(order: str) -> None:
    """Give the order's training to those whom it means and who lack it."""
    while _assign_some(order, clock.now()) == CHUNK:
        pass


def _assign_some(order_key: str, now: datetime) -> int:
    """Assign it to the next people; return to how many."""
    with unit_of_work():
        order = db.session.scalars(
            sa.select(DeltaOrder)
            .where(DeltaOrder.public_id == order_key)
            .options(joinedload(DeltaOrder.training), joinedload(DeltaOrder.unit))
        ).one()
        people = _lacking(order, now)
        if people:
            assign(order, people, now=now)
        return len(people)


def _lacking(order: DeltaOrder, now: datetime) -> list[tuple[int, str]]:
    taught = (
        sa.select(Fact.key, FactVersion.id)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .join(DeltaTraining, DeltaTraining.fact_version_id == FactVersion.id)
        .where(DeltaTraining.id == order.training_id)
    )
    key, version_id = db.session.execute(taught).one()
    fact = fact_for(key)
    if fact is None or fact.current.id != version_id:
        return []  # changed again: nobody is sent what no longer holds
    today = clock.local_date(now, current_app.config["SETTINGS"].time_zone)
    meant = audience_of(order).condition(touching_versions(fact), today)
    statement = (
        sa.select(Person.id, Person.public_id)
        .where(meant, lacks(order.training))
        .order_by(Person.id)
        .limit(CHUNK)
    )
    return [(row.id, row.public_id) for row in db.session.execute(statement)]
