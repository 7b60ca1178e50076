"""Many people at once: copies of one person's rows, inserted in bulk."""

from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Attempt, Score
from lms.certification.models import Certificate
from lms.certification.numbers import new_number
from lms.certification.schemes.models import CertificationStanding
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.learning.models import Enrolment
from lms.people.models import Employment, Person


def _row(model: Any, **where: Any) -> dict[str, Any]:
    """The values of one stored row, without its key."""
    table = model.__table__
    row = db.session.execute(sa.select(table).filter_by(**where).limit(1)).mappings().one()
    return {name: value for name, value in row.items() if name != "id"}


def _insert(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert ``rows``; return their keys in order."""
    first = db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(model.id), 0))) + 1
    numbered = [{"id": first + place, **row} for place, row in enumerate(rows)]
    db.session.execute(sa.insert(model.__table__), numbered)
    return [row["id"] for row in numbered]


def make_crowd(like: Certificate, sitting: Attempt, count: int) -> None:
    """``count`` colleagues of a certificate's holder, each with an enrolment, the certificate it
    earned, and an enrolment with a sat exam like ``sitting``.
    """
    person, post = _row(Person, id=like.holder_id), _row(Employment, person_id=like.holder_id)
    earned = _row(Certificate, id=like.id)
    people = _insert(
        Person,
        [
            {
                **person,
                "public_id": public_id(),
                "personnel_number": f"C{n:06d}",
                "sort_name": f"crowd {n:06d}",
            }
            for n in range(count)
        ],
    )
    _insert(Employment, [{**post, "person_id": one} for one in people])
    _stand(people, like.holder_id)
    done = _enrol(people, like.enrolment_id)
    _insert(
        Certificate,
        [
            {
                **earned,
                "number": new_number(),
                "holder_id": one,
                "enrolment_id": enrolment,
            }
            for one, enrolment in zip(people, done, strict=True)
        ],
    )
    _sit(people, _enrol(people, sitting.enrolment_id), sitting)


def _stand(people: list[int], like: int) -> None:
    """Give everyone the timelines of one person."""
    table = CertificationStanding.__table__
    rows = db.session.execute(sa.select(table).filter_by(person_id=like)).mappings().all()
    copies = [{**row, "person_id": one} for one in people for row in rows]
    if copies:
        db.session.execute(sa.insert(table), copies)


def _enrol(people: list[int], like: int) -> list[int]:
    pattern = _row(Enrolment, id=like)
    return _insert(
        Enrolment,
        [{**pattern, "public_id": public_id(), "learner_id": person} for person in people],
    )


def _sit(people: list[int], enrolments: list[int], like: Attempt) -> None:
    pattern = _row(Attempt, id=like.id)
    attempts = _insert(
        Attempt,
        [
            {
                **pattern,
                "public_id": public_id(),
                "candidate_id": person,
                "enrolment_id": enrolment,
            }
            for person, enrolment in zip(people, enrolments, strict=True)
        ],
    )
    score = _row(Score, attempt_id=like.id)
    _insert(Score, [{**score, "attempt_id": attempt} for attempt in attempts])
