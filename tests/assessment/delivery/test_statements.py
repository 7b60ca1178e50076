"""What an exam costs the database: fixed, whatever was sat before and however many others sit."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Course
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Holding
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.core.database import db
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import (
    answer_all_right,
    answer_event,
    make_attempt,
    make_exam,
    make_place,
    right_responses,
)
from tests.builders.schemes import make_scheme
from tests.support.statements import counted_statements

# The viewer costs one statement where there is a sign-in.
BOUNDS = {
    "start page": 9,  # the bell in its header counts messages
    "paper": 4,  # one of them finds the pictures of questions; the paper is in memory
    "save": 3,  # the attempt, its log, the new entry
    "heartbeat": 1,
    "save by form": 11,
    "review": 4,
    # A pass with all that follows from it: the exam and the course are counted for certifications.
    # Some of them are locks of PostgreSQL.
    "hand in": 36,
    "result": 15,
}


def costs(candidate: Candidate) -> dict[str, int]:
    """Sit the exam; return how many statements each step costs."""
    candidate.start()
    token, given = candidate.token, right_responses(candidate.attempt)
    first = answer_event(1, given[1], sequence=1)
    rest = [answer_event(p, given[p], sequence=p) for p in sorted(given) if p > 1]
    path, csrf = candidate.path, candidate.client.csrf_token()
    fields = candidate.paper().form_values("#paper") | {"q1-flag": "1", "csrf_token": csrf}

    def cost(step: Callable[[], object]) -> int:
        with counted_statements() as statements:
            step()
        return len(statements)

    def post(action: str, values: dict[str, str]) -> object:
        return candidate.client._open("POST", f"{path}/{action}", status=303, data=values)

    one = cost(lambda: candidate.send(first, token=token))
    many = cost(lambda: candidate.send(*rest, token=token))
    assert one == many
    return {
        "save": one,
        "heartbeat": cost(lambda: candidate.send(token=token)),
        "start page": cost(candidate.exam),
        "paper": cost(candidate.paper),
        "save by form": cost(lambda: post("form", fields)),
        "review": cost(candidate.review),
        "hand in": cost(lambda: post("submit", {"csrf_token": csrf})),
        "result": cost(candidate.result),
    }


def test_each_step_of_an_exam_has_a_fixed_number_of_statements(app: Flask, moment: Moment) -> None:
    few = costs(Candidate(app, make_exam(attempts=9)))
    assert {step: few[step] for step in few if few[step] > BOUNDS[step]} == {}
    version = make_exam(attempts=9)
    for _ in range(6):
        answer_all_right(make_attempt(enrolment=make_place(version)))
    candidate = Candidate(app, version)
    for hours in range(1, 5):
        moment.after_start(timedelta(hours=hours))
        candidate.start()
        candidate.send(candidate.choose())
        candidate.hand_in()
        make_place(make_exam(), candidate.person)
    moment.after_start(timedelta(hours=6))
    assert costs(candidate) == few


def test_a_pass_that_earns_a_certification_reads_and_refreshes_once(app: Flask) -> None:
    version = make_exam()
    slug = db.session.get_one(Course, version.course_id).slug
    title = {"ru": "Приём", "en": "Taking"}
    make_scheme(parts=(Part("shown", EvidenceKind.EXAM, title, slug, "exam"),))
    candidate = Candidate(app, version)
    candidate.start()
    answer_all_right(candidate.attempt)
    csrf = candidate.client.csrf_token()
    with counted_statements() as statements:
        path = f"{candidate.path}/submit"
        candidate.client._open("POST", path, status=303, data={"csrf_token": csrf})
    assert len(statements) <= 56
    asked = [one for one in statements if "FROM certification_scheme " in one]
    assert len(asked) <= 2  # the second names the scheme for whoever is told of the change
    kinds = sa.select(CertificationFact.kind).order_by(CertificationFact.id)
    held = db.session.scalars(sa.select(CertificationStanding.holding)).all()
    assert list(db.session.scalars(kinds)) == [FactKind.EVIDENCE_ACCEPTED, FactKind.AWARDED]
    assert Holding.VALID in held
