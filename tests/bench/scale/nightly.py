"""Rules: the nightly evaluation after some posts changed, and what a new one would mean."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask

from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.rules.applying import apply_rule, rule_ids, rule_with_unit
from lms.certification.schemes.rules.consequences import consequence
from lms.certification.schemes.rules.spells import Coverage
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.models import Employment, JobRole, Person

MOST_SECONDS = 2.0  # for the meaning of a rule


@dataclass(frozen=True)
class Night:
    """One evaluation after ``changes`` posts changed."""

    changes: int
    facts: int  # written
    people: int  # of whom facts were written
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether nobody but those whose post changed was touched."""
        return self.people <= self.changes


@dataclass(frozen=True)
class Preview:
    """What a rule for everybody would mean, worked out while somebody waits."""

    scheme: str
    people: int
    lacking: int
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether it is there soon enough for a page."""
        return self.seconds <= MOST_SECONDS


def previews(app: Flask) -> Iterator[Preview]:
    """Yield what it would mean that everybody must hold each certification."""
    with app.app_context():
        with unit_of_work():
            named = sa.select(CertificationScheme.id, CertificationScheme.key)
            schemes = dict(db.session.execute(named.order_by("id")).tuples().all())
        for identifier, key in schemes.items():
            today = _today(app)
            coverage = Coverage(identifier, "/", None, 30, in_force_on=today, enrols=True)
            begun = time.perf_counter()
            with unit_of_work():
                meant = consequence(coverage, now=clock.now(), today=today)
            seconds = time.perf_counter() - begun
            yield Preview(key, meant.people, meant.lacking, seconds)


def nights(app: Flask) -> list[Night]:
    """Evaluate the rules after no, ten and a thousand changes."""
    with app.app_context():
        _evaluate(app)  # what the copies lack, if anything
        return [_night(app, changes) for changes in (0, 10, 1000)]


def _night(app: Flask, changes: int) -> Night:
    changes = _change(app, changes)
    with unit_of_work():
        last = db.session.scalar(sa.select(sa.func.max(CertificationFact.id))) or 0
    begun = time.perf_counter()
    facts = _evaluate(app)
    seconds = time.perf_counter() - begun
    with unit_of_work():
        written = sa.select(sa.func.count(CertificationFact.person_id.distinct()))
        people = db.session.scalar(written.where(CertificationFact.id > last)) or 0
    return Night(changes, facts, people, seconds)


def _change(app: Flask, most: int) -> int:
    """Let people take up a post that rules know, without telling anybody, as an import would.

    Return how many: ``most``, or as many as could.
    """
    today = _today(app)
    with unit_of_work():
        role = sa.select(JobRole.id).filter_by(code="universal-specialist").scalar_subquery()
        other = sa.select(JobRole.id).filter_by(code="document-courier").scalar_subquery()
        statement = (
            sa.select(Employment)
            .join(Person, Person.id == Employment.person_id)
            .where(
                Employment.job_role_id == other,
                Employment.ended_on.is_(None),
                Employment.started_on < today - timedelta(days=2),
            )
            .order_by(Person.id.desc())
            .limit(most)
        )
        posts = db.session.scalars(statement).all()
        for post in posts:
            post.ended_on = today - timedelta(days=1)
            db.session.flush()
            values = {"person_id": post.person_id, "unit_id": post.unit_id, "job_role_id": role}
            db.session.execute(sa.insert(Employment).values(**values, started_on=today))
    return len(posts)


def _evaluate(app: Flask) -> int:
    now, facts = clock.now(), 0
    with unit_of_work():
        identifiers = rule_ids()
    for identifier in identifiers:
        with unit_of_work():
            facts += apply_rule(rule_with_unit(identifier), now=now, today=_today(app))
    return facts


def _today(app: Flask) -> date:
    return local_date(clock.now(), app.config["SETTINGS"].time_zone)
