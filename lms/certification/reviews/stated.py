"""Certificates that state a score which was corrected since: HR decide whether they are reissued.

A certificate states the score of the final exam with which its course was passed. It is found
among the scores that the enrolment's sittings ever had: what that sitting is worth now is due.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.events import ScoreChange
from lms.assessment.examining.models import Regrade, RegradeResult
from lms.assessment.models import Attempt, Score
from lms.catalog.models import FINAL_EXAM
from lms.certification import snapshots
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.reviews.models import CertificateReview, ReviewDecision, ReviewKind
from lms.core.database import db
from lms.learning.models import Enrolment

AT_ONCE = 500  # enrolments in one statement: databases bound how many names they take


@dataclass(frozen=True)
class Given:
    """A score that a sitting of the final exam had or has; the last of a sitting counts."""

    attempt_id: int
    percent: float
    passed: bool


def due_percent(stated: float, given: Iterable[Given]) -> float | None:
    """Return what a certificate that states ``stated`` should state by its enrolment's scores.

    ``given`` stands in the order the scores were given. None where nothing can be said: no sitting
    ever had the stated score, or none is passed now.
    """
    ever, now = set[int](), dict[int, Given]()
    for score in given:
        now[score.attempt_id] = score
        if score.passed and score.percent == stated:
            ever.add(score.attempt_id)
    passed = [score for score in now.values() if score.passed]
    if not ever or not passed:
        return None
    if any(score.percent == stated for score in passed):
        return stated
    own = [score.percent for score in passed if score.attempt_id in ever]
    return max(own or [score.percent for score in passed])


def restate(
    *,
    enrolment: Enrolment,
    regrade_key: str | None,
    changes: Iterable[ScoreChange],
    now: datetime,
    today: date,
) -> CertificateReview | None:
    """List the enrolment's certificate if it states an old score now; drop what no longer is so.

    At most one is open for an enrolment. What HR have left as it is isn't listed again for the same
    score, unless it is one that was just given. Returns what is open afterwards.
    """
    certificate = db.session.scalars(
        _standing(today).where(Certificate.enrolment_id == enrolment.id).with_for_update()
    ).one_or_none()
    due = None
    if certificate is not None and _states_score(certificate):
        stated = certificate.snapshot["percent"]
        due = due_percent(stated, _given([enrolment.id])[enrolment.id])
        due = None if due == stated else due
    last = _last_listed(enrolment)
    if last is not None and last.decision is None:
        if last.percent_after == due:
            return last
        drop(last, now)
    if certificate is None or due is None:
        return None
    kept = last is not None and last.decision is ReviewDecision.KEPT and last.percent_after == due
    if kept and due not in {change.after for change in changes}:
        return None
    review = CertificateReview(
        regrade_key=regrade_key,
        enrolment_id=enrolment.id,
        exam_key=FINAL_EXAM,
        holder_id=certificate.holder_id,
        certificate_id=certificate.id,
        kind=ReviewKind.CHANGED,
        percent_before=certificate.snapshot["percent"],
        percent_after=due,
        raised_at=now,
        reason="",
    )
    db.session.add(review)
    db.session.flush()
    return review


def drop(review: CertificateReview, now: datetime) -> None:
    """Note that nothing is left to decide on an open review."""
    review.decision, review.decided_at = ReviewDecision.DROPPED, now
    db.session.flush()


def drop_open(
    enrolment_id: int,
    *kinds: ReviewKind,
    now: datetime,
    exam: str | None = None,
    of_evidence: bool = False,
) -> None:
    """Drop what is open of these kinds on an enrolment's certificate, or on its evidence.

    Without ``exam``: whichever exam it is about.
    """
    row = CertificateReview
    statement = sa.select(row).where(
        row.enrolment_id == enrolment_id,
        row.kind.in_(kinds),
        row.fact_id.is_not(None) if of_evidence else row.fact_id.is_(None),
        row.decision.is_(None),
        sa.true() if exam is None else row.exam_key == exam,
    )
    for review in db.session.scalars(statement.with_for_update()):
        drop(review, now)


def would_state_old(regrade: Regrade, today: date) -> int:
    """Return how many certificates a previewed regrade would leave with an old score.

    Those whose exam stays passed: where the pass is lost, HR decide on that instead.
    """
    result = RegradeResult
    rows = db.session.execute(
        sa.select(Attempt.id, Attempt.enrolment_id, result.after_percent, result.after_passed)
        .join(Attempt, Attempt.id == result.attempt_id)
        .where(
            result.regrade_id == regrade.id,
            result.after_percent != result.before_percent,
            Attempt.exam_key == FINAL_EXAM,
        )
    ).all()
    foreseen: dict[int, list[Given]] = defaultdict(list)
    for row in rows:
        foreseen[row.enrolment_id].append(Given(row.id, row.after_percent, row.after_passed))
    ids = list(foreseen)
    return sum(
        _would(foreseen, ids[start : start + AT_ONCE], today)
        for start in range(0, len(ids), AT_ONCE)
    )


def _would(foreseen: Mapping[int, list[Given]], ids: list[int], today: date) -> int:
    found = db.session.scalars(_standing(today).where(Certificate.enrolment_id.in_(ids)))
    stated = {one.enrolment_id: one.snapshot["percent"] for one in found if _states_score(one)}
    given = _given(stated)
    due = {key: due_percent(stated[key], [*given[key], *foreseen[key]]) for key in stated}
    return sum(due[key] not in (None, stated[key]) for key in stated)


def _standing(today: date) -> sa.Select[Any]:
    """Return the certificates that hold on this day: those that could be reissued."""
    later = sa.orm.aliased(Certificate)
    return sa.select(Certificate).where(
        sa.or_(Certificate.valid_until_on.is_(None), Certificate.valid_until_on >= today),
        ~sa.exists().where(later.replaces_id == Certificate.id),
        ~sa.exists().where(CertificateRevocation.certificate_id == Certificate.id),
    )


def _states_score(certificate: Certificate) -> bool:
    snapshot = certificate.snapshot
    return snapshot["percent"] is not None and not snapshots.is_erased(snapshot)


def _given(enrolment_ids: Collection[int]) -> dict[int, list[Given]]:
    """Return all scores that sittings of the final exam ever had, by enrolment, as they came."""
    statement = (
        sa.select(Attempt.enrolment_id, Score.attempt_id, Score.percent, Score.passed)
        .join(Attempt, Attempt.id == Score.attempt_id)
        .where(Attempt.enrolment_id.in_(enrolment_ids), Attempt.exam_key == FINAL_EXAM)
        .order_by(Score.attempt_id, Score.number)
    )
    found: dict[int, list[Given]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.enrolment_id].append(Given(row.attempt_id, row.percent, row.passed))
    return found


def _last_listed(enrolment: Enrolment) -> CertificateReview | None:
    statement = (
        sa.select(CertificateReview)
        .where(
            CertificateReview.enrolment_id == enrolment.id,
            CertificateReview.kind == ReviewKind.CHANGED,
        )
        .order_by(CertificateReview.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement.with_for_update()).one_or_none()
