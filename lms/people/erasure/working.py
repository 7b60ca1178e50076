"""The jobs: doing what was agreed, and the nightly walk that finds whose time is over."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.jobs import Job, JobState, job
from lms.core.unit_of_work import unit_of_work
from lms.people.erasure import queries, services
from lms.people.erasure.classes import in_force
from lms.people.erasure.holdings import hindrance_for
from lms.people.erasure.models import DueErasure, Erasure, ErasureState
from lms.people.erasure.plans import left_on, plan_of
from lms.people.erasure.services import WORK_JOB
from lms.people.models import Person
from lms.people.second_person.models import Answer, SecondPersonRequest

PORTION = 50  # people of one transaction of the walk


@job(WORK_JOB)
def erase(erasure_id: str) -> None:
    """Do the steps of an erasure, each in a transaction of its own; again goes on where it was."""
    while True:
        with unit_of_work():
            erasure = services.locked(erasure_id)
            if erasure is None or erasure.state is not ErasureState.RUNNING:
                break
            step = services.next_step(erasure)
            now = clock.now()
            if step is None:
                services.finish(erasure, now)
            elif _is_hindered(erasure):
                services.stop(erasure, now)
            else:
                services.do_step(erasure, step, now)
    _wipe()


def _is_hindered(erasure: Erasure) -> bool:
    zone = current_app.config["SETTINGS"].time_zone
    return left_on(erasure.person, zone=zone) is None or hindrance_for(erasure.person) is not None


def _wipe() -> None:
    """Let SQLite forget the pages that its log of writes still holds.

    Rows are overwritten where they were (``secure_delete``). PostgreSQL frees what is deleted with
    its own VACUUM.
    """
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


@job("people.tend_erasures", every_seconds=600)
def tend_erasures() -> None:
    """Note erasures whose work failed for good as stopped: they can be asked for again."""
    with unit_of_work():
        statement = (
            sa.select(Erasure.public_id)
            .join(Erasure.request)
            .join(Job, sa.and_(Job.name == WORK_JOB, Job.unique_key == Erasure.public_id))
            .where(
                Erasure.closed_at.is_(None),
                SecondPersonRequest.answer == Answer.AGREED,
                Job.state == JobState.FAILED,
            )
        )
        for erasure_id in db.session.scalars(statement).all():
            erasure = services.locked(erasure_id)
            if erasure is not None and erasure.state is ErasureState.RUNNING:
                services.stop(erasure, clock.now())


@job("people.find_due_erasures", every_seconds=24 * 3600)
def find_due_erasures() -> None:
    """Note who left and has records whose time is over. Erases nothing."""
    now = clock.now()
    zone = current_app.config["SETTINGS"].time_zone
    last = 0
    while True:
        with unit_of_work():
            today = local_date(now, zone)
            ids = queries.left_before(today, last, PORTION)
            for person in _people(ids):
                note_due(person, today=today, zone=zone, now=now)
        if not ids:
            return
        last = ids[-1]


def _people(ids: list[int]) -> list[Person]:
    return list(db.session.scalars(sa.select(Person).where(Person.id.in_(ids))))


def note_due(person: Person, *, today: date, zone: str, now: datetime) -> None:
    """Note what is due of one person, or that nothing is."""
    left = left_on(person, zone=zone)
    found = None
    if left is not None and hindrance_for(person) is None:
        found = plan_of(person, left=left, today=today, zone=zone, rules=in_force()).due(today)
    row = db.session.get(DueErasure, person.id)
    if found is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(
            DueErasure(person_id=person.id, since_on=found[0], rows=found[1], found_at=now)
        )
    else:
        row.since_on, row.rows, row.found_at = found[0], found[1], now
    db.session.flush()
