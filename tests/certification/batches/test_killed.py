"""A worker killed in the middle of a batch: going on issues each certificate exactly once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Course
from lms.certification.batches import services
from lms.certification.batches.models import BatchItem, BatchKind, CertificateBatch, Outcome
from lms.certification.models import Certificate
from lms.certification.register import services as register
from lms.certification.register.checking import check
from lms.certification.register.models import RegisterEntry
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.jobs import Job
from lms.core.signing import checked_keys, public_keys
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from lms.people.second_person.models import Answer
from tests.builders.certification import make_taught_course
from tests.builders.people import make_account, make_person, make_viewer
from tests.support.applications import SECRET
from tests.support.databases import Sqlite

PEOPLE, FATAL = 30, 27  # the kill comes within the second transaction of DEEDS = 25
# The worker ends itself as the machine would: in the middle of a transaction, without a word.
WORKER = f"""
import os, signal
from lms.app import create_app
from lms.certification.batches import applying
from lms.core import jobs
issue, done = applying.issue_to, []
def fatal(*given):
    done.append(1)
    if len(done) == {FATAL}:
        os.kill(os.getpid(), signal.SIGKILL)
    return issue(*given)
applying.issue_to = fatal
with create_app().app_context():
    jobs.run_due()
"""


def agreed_batch() -> CertificateBatch:
    course = db.session.get_one(Course, make_taught_course().course_id)
    people = [make_person().id for _ in range(PEOPLE)]
    first, second = (make_account(AccessRole.HR) for _ in range(2))
    batch = services.ask(
        kind=BatchKind.ISSUE,
        viewer=make_viewer(account=first),
        now=clock.now(),
        people=people,
        reason="Order No. 5",
        course=course,
        is_outside=True,
    )
    viewer = make_viewer(account=second)
    db.session.refresh(batch, ["request"])
    services.decide(batch=batch, answer=Answer.AGREED, viewer=viewer, word="", now=clock.now())
    return batch


def count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_killed_batch_goes_on_and_issues_each_certificate_once(sqlite: Sqlite) -> None:
    app: Flask = sqlite.fresh_app()
    with app.app_context():
        with unit_of_work():
            agreed_batch()
            others = sa.delete(Job).where(Job.name != services.WORK_JOB)
            db.session.execute(others)
        environment = {**os.environ, "LMS_VAR": str(var_of(app)), "LMS_SECRET_KEY": SECRET}
        worker = subprocess.run(
            [sys.executable, "-c", WORKER], env=environment, timeout=120, check=False
        )
        assert worker.returncode == -signal.SIGKILL
        assert count(Certificate) == 25  # what was committed, and nothing of the rest
        with unit_of_work():
            db.session.execute(sa.update(Job).values(due_at=clock.now()))
            db.session.execute(sa.delete(Job).where(Job.name != services.WORK_JOB))
        jobs.run_due()
        holders = sa.select(sa.func.count(sa.distinct(Certificate.holder_id)))
        assert (count(Certificate), db.session.scalar(holders)) == (PEOPLE, PEOPLE)
        assert set(db.session.scalars(sa.select(BatchItem.outcome))) == {Outcome.ISSUED}
        assert count(RegisterEntry) == PEOPLE
        with unit_of_work():
            register.seal(now=clock.now(), settings=app.config["SETTINGS"])
        keys = checked_keys(public_keys(app.config["SETTINGS"]))
        assert check(keys).faults == []


def var_of(app: Flask) -> Path:
    return Path(app.config["SETTINGS"].var)
