"""Release codes: what a candidate needs to start an exam that asks for one.

A code is either a password that stays until it is withdrawn, or made for one sitting and valid for
some hours. Only a hash is kept: scrypt over an HMAC with the installation's secret, so that a copy
of the database alone doesn't suffice to try codes out. A check costs the same whatever is wrong and
compares in constant time; how often one may try is limited by whoever takes the form.
"""

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment.errors import WrongCode
from lms.assessment.rules.models import ReleaseCode
from lms.audit.services import record
from lms.catalog.models import FINAL_EXAM, Course
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Employment, OrganisationUnit, Person

# Letters and digits that can't be taken for each other when they are read aloud or from a board.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
LENGTHS = range(6, 65)  # of a password that an author chooses
MOST = 5  # valid codes of one course and scope at once
# About 10 ms: slow enough for guessing, quick enough for a whole group that starts at once.
COST = {"n": 4096, "r": 8, "p": 1}


def plain(code: str) -> str:
    """Return a code as it is compared: without case, spaces, hyphens and dots on ё."""
    return _dotted(code).replace("ё", "е")


def _dotted(code: str) -> str:
    """Return a code as passwords with ё were once kept."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(c for c in folded if not c.isspace() and c != "-")


def new_code() -> str:
    """Return a code for one sitting: 39 random bits, written in two halves."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{code[:4]}-{code[4:]}"


def exam_named(exam_key: str) -> dict[str, str]:
    """Return what an audit entry says of the exam: nothing when the final one is meant."""
    return {} if exam_key == FINAL_EXAM else {"exam": exam_key}


def _hash(code: str, course_id: int, secret: str, exam_key: str = FINAL_EXAM) -> str:
    """Return the hash of a code of one exam; one hash serves to compare with all its codes."""
    return _hash_of(plain(code), course_id, secret, exam_key)


def _hash_of(compared: str, course_id: int, secret: str, exam_key: str) -> str:
    keyed = hmac.new(secret.encode(), compared.encode(), hashlib.sha256).digest()
    further = "" if exam_key == FINAL_EXAM else f":{exam_key}"
    salt = f"release-code:{course_id}{further}".encode()
    return hashlib.scrypt(keyed, salt=salt, dklen=32, **COST).hex()


def _valid(course_id: int, exam_key: str, now: datetime) -> sa.Select[ReleaseCode]:
    return (
        sa.select(ReleaseCode)
        .where(
            ReleaseCode.course_id == course_id,
            ReleaseCode.exam_key == exam_key,
            ReleaseCode.withdrawn_at.is_(None),
            sa.or_(ReleaseCode.expires_at.is_(None), ReleaseCode.expires_at > now),
        )
        .order_by(ReleaseCode.id.desc())
    )


def valid_codes(course_id: int, now: datetime, exam_key: str = FINAL_EXAM) -> list[ReleaseCode]:
    """Return the codes that open an exam of a course now, the newest first."""
    statement = _valid(course_id, exam_key, now).options(joinedload(ReleaseCode.made_by))
    return list(db.session.scalars(statement))


def check_code(
    *,
    enrolment: Enrolment,
    exam_key: str = FINAL_EXAM,
    code: str | None,
    now: datetime,
    secret: str,
) -> None:
    """Raise WrongCode unless ``code`` opens the exam for the enrolment's learner."""
    path = db.session.scalar(
        sa.select(OrganisationUnit.path)
        .join(Employment, Employment.unit_id == OrganisationUnit.id)
        .where(Employment.person_id == enrolment.learner_id, Employment.ended_on.is_(None))
    )
    rows = db.session.scalars(_valid(enrolment.course_id, exam_key, now))
    given = (code or "")[: 4 * LENGTHS.stop]
    forms = dict.fromkeys((plain(given), _dotted(given)))
    typed = [_hash_of(form, enrolment.course_id, secret, exam_key) for form in forms]
    opens = False
    for row in rows:  # all of them, whichever is right
        for one in typed:
            opens |= hmac.compare_digest(one, row.code_hash) and admits(row.scope, path)
    if not opens:
        raise WrongCode


def admits(scope: list[str], path: str | None) -> bool:
    """Tell whether a code made over ``scope`` lets in someone whose unit has ``path``."""
    if "/network/" in scope:
        return True
    return path is not None and any(path.startswith(part) for part in scope)


def make_code(
    *,
    course: Course,
    exam_key: str = FINAL_EXAM,
    code: str,
    hours: int | None,
    scope: frozenset[str],
    actor: Person,
    now: datetime,
    secret: str,
) -> ReleaseCode:
    """Let ``code`` open an exam of the course, for ``hours`` or (None) until it is withdrawn.

    The oldest valid one of the same scope gives way when there would be too many: nobody's codes
    are ended by somebody who answers for other people.
    """
    own = [old for old in valid_codes(course.id, now, exam_key) if old.scope == sorted(scope)]
    for old in own[MOST - 1 :]:
        withdraw_code(row=old, course=course, actor=actor, now=now)
    row = ReleaseCode(
        course_id=course.id,
        exam_key=exam_key,
        code_hash=_hash(code, course.id, secret, exam_key),
        scope=sorted(scope),
        made_at=now,
        made_by_id=actor.id,
        expires_at=None if hours is None else now + timedelta(hours=hours),
    )
    db.session.add(row)
    db.session.flush()
    _record(row, course, actor, now, action="assessment.code_made", hours=hours)
    return row


def withdraw_code(*, row: ReleaseCode, course: Course, actor: Person, now: datetime) -> None:
    """End a code; again: nothing happens."""
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        db.session.flush()
        _record(row, course, actor, now, action="assessment.code_withdrawn")


def _record(
    row: ReleaseCode, course: Course, actor: Person, now: datetime, *, action: str, **details: Any
) -> None:
    record(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="release_code",
        subject_key=row.public_id,
        course=course.slug,
        **exam_named(row.exam_key),
        **details,
    )
