"""Jobs of batches: a stint of work, putting the files together, removing old ones."""

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from lms.certification.batches import assembling, queries, reports, services, working
from lms.certification.batches.models import (
    TWO_PEOPLE,
    BatchKind,
    BatchState,
    CertificateBatch,
)
from lms.certification.batches.services import WORK_JOB
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.jobs import Job, JobState, job
from lms.core.unit_of_work import unit_of_work

ASSEMBLE_JOB = "certification.assemble_batch"
STINT = timedelta(seconds=15)  # then other jobs have their turn


@job(WORK_JOB)
def work_batch(batch_id: str, stint: int) -> None:
    """Work off portions of a batch for a while, then ask for the next stint."""
    until = clock.now() + STINT
    while True:
        with unit_of_work():
            batch = queries.locked(batch_id)  # as it is now: somebody may have stopped it
            if batch is None or batch.stint != stint or batch.state is not BatchState.RUNNING:
                return
            portions = working.take(batch)
        if not portions:
            break
        working.work(batch, portions)
        if clock.now() >= until:
            break
    _go_on(batch_id, stint, is_worked_off=not portions)


def _go_on(batch_id: str, stint: int, *, is_worked_off: bool) -> None:
    with unit_of_work():
        batch = queries.locked(batch_id)
        if batch is None or batch.stint != stint or batch.state is not BatchState.RUNNING:
            return
        now = clock.now()
        if not is_worked_off:
            services.begin(batch, now)
        elif batch.kind in TWO_PEOPLE:
            services.finish(batch, now)
        else:
            jobs.enqueue(ASSEMBLE_JOB, key=f"{batch_id}-{stint}", now=now, batch_id=batch_id)


@job(ASSEMBLE_JOB)
def assemble_batch(batch_id: str) -> None:
    """Put the files of a batch into the one that is downloaded."""
    with unit_of_work():
        batch = queries.batch(batch_id)
        if batch is None or batch.state is not BatchState.RUNNING:
            return
        sources = assembling.sources(batch)
    file, size = assembling.assemble(batch, sources)
    with unit_of_work():
        batch = queries.locked(batch_id)
        if batch is not None and batch.finished_at is None:
            services.finish(batch, clock.now())
            assembling.keep(batch, file, size, clock.now())
            if batch.kind is BatchKind.REPORT:
                reports.tell_ready(batch, clock.now(), current_app.config["SETTINGS"])


@job("certification.sweep_batches", every_seconds=3600)
def sweep_batches() -> None:
    """Remove the files whose time is over, and what was made for downloads that stay stopped."""
    with unit_of_work():
        now = clock.now()
        for batch_id in queries.outdated(now, now - assembling.KEPT_FOR):
            batch = queries.locked(batch_id)
            if batch is not None:
                assembling.forget(batch)
                batch.finished_at = batch.finished_at or now


@job("certification.tend_batches", every_seconds=60)
def tend_batches() -> None:
    """Mark batches whose work failed for good as stopped by a fault: their page offers to go on."""
    with unit_of_work():
        for batch_id in queries.running():
            batch = queries.locked(batch_id)
            if batch is not None and batch.state is BatchState.RUNNING and not _has_job(batch):
                batch.stopped_at, batch.has_failed = clock.now(), True


def _has_job(batch: CertificateBatch) -> bool:
    key = f"{batch.public_id}-{batch.stint}"
    statement = sa.select(Job.id).where(
        Job.name.in_((WORK_JOB, ASSEMBLE_JOB)),
        Job.unique_key == key,
        Job.state.in_((JobState.WAITING, JobState.RUNNING)),
    )
    return db.session.scalars(statement).first() is not None
