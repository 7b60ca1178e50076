"""Results from before a certification asked for them: which would count now, and for what award.

By itself a result counts at the moment it is achieved, for the certifications that ask for it then.
What was completed or passed before a certification, a part or a look-back was there counts once
somebody says so: as evidence of its own day, recorded today, by the same key, so that no result
counts twice. Results that no longer stand are left out: an exam that isn't passed any more after a
correction, unless it was decided that its certificate stays, and all whose certificate was revoked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import SCORE_COUNTS, Assessment, Attempt, Counting, Score
from lms.assessment.rules.counting import Sat, counted_number
from lms.catalog.models import FINAL_EXAM, Activity, ActivityKind, Course
from lms.certification.lifecycle.facts import Awarded, EvidenceAccepted, FactKind
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, state_on
from lms.certification.lifecycle.work import work_on
from lms.certification.queries.certificates import revoked_completions
from lms.certification.reviews.models import CertificateReview, ReviewDecision
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.recording import earned
from lms.core.calendar import add_days
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning.models import ActivityProgress, Enrolment


@dataclass(frozen=True)
class Result:
    """A course completed or an exam passed on a day, as evidence for a part."""

    part: str
    source: str
    on: date

    @property
    def key(self) -> str:
        """The evidence's key, the same as of what is noticed by itself."""
        return f"{self.part}:{self.source}"


class Standing(Enum):
    """What becomes of somebody's earlier results."""

    COUNTS = "counts"
    HOLDS = "holds"  # and the renewal isn't open yet
    SUSPENDED = "suspended"
    SHOWN = "shown"  # all that is asked now was accepted before
    USED = "used"  # led to an award before, or was lost by a revocation
    TOO_OLD = "too_old"  # the look-back doesn't reach it
    OVER = "over"  # what it leads to would be over already


@dataclass(frozen=True)
class Earlier:
    """What counting somebody's earlier results would record, and lead to."""

    standing: Standing
    results: tuple[Result, ...] = ()  # of each part that lacks one the latest
    award: Awarded | None = None  # None: something lacks, or a person decides
    lacking: tuple[str, ...] = ()  # keys of parts that would still lack


def results_of(
    parts: Sequence[Part], people: Any, time_zone: str, *, accepted_for: int | None = None
) -> Mapping[int, Sequence[Result]]:
    """Return the results that stand and show one of the parts, by person, the earliest first.

    ``people``: their ids, or the statement that selects them. ``accepted_for`` a certification
    leaves out what was accepted for it as evidence of all that it shows: nearly everything, as a
    rule. Four statements at most.
    """
    found: dict[int, list[Result]] = defaultdict(list)
    lost = _lost(parts, people)
    for (slug, exam), rows in _achieved(parts, people, lost, accepted_for).items():
        shown = [
            part.key
            for part in parts
            if part.course == slug
            and part.exam == exam
            and part.kind in (EvidenceKind.COURSE, EvidenceKind.EXAM)
        ]
        kind = _source(exam)
        for person_id, key, at in rows:
            on = local_date(at, time_zone)
            found[person_id] += [Result(part, f"{kind}:{key}", on) for part in shown]
    return {person_id: sorted(own, key=_in_order) for person_id, own in found.items()}


def learners_of(parts: Sequence[Part]) -> sa.Select[int]:
    """Select the ids of those who may have a result: completed the courses, or sit their exams."""
    completed = {part.course for part in parts if part.kind is EvidenceKind.COURSE}
    examining = {part.course for part in parts if part.kind is EvidenceKind.EXAM}
    return (
        sa.select(Enrolment.learner_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            sa.or_(
                sa.and_(Course.slug.in_(completed), Enrolment.completed_at.is_not(None)),
                Course.slug.in_(examining),
            )
        )
    )


def _in_order(result: Result) -> tuple[date, str]:
    return result.on, result.source


Row = tuple[int, str, datetime]
Place = tuple[str, str | None]  # a course's slug, and the key of an exam in it


def _source(exam: str | None) -> str:
    return "enrolment" if exam is None else "exam"


def _lacks(part: Part, scheme_id: int | None) -> sa.ColumnElement[bool]:
    """Tell whether an enrolment's result isn't accepted yet as evidence of a part."""
    fact = CertificationFact
    accepted = sa.exists().where(
        fact.person_id == Enrolment.learner_id,
        fact.scheme_id == scheme_id,
        fact.kind == FactKind.EVIDENCE_ACCEPTED,
        fact.key == sa.literal(f"{part.key}:{_source(part.exam)}:") + Enrolment.public_id,
    )
    shown = [Course.slug == part.course, *([Activity.key == part.exam] if part.exam else [])]
    return sa.and_(*shown, sa.true() if scheme_id is None else ~accepted)


def _achieved(
    parts: Sequence[Part],
    people: Any,
    lost: Mapping[str, set[str]],
    accepted_for: int | None,
) -> dict[Place, list[Row]]:
    """Return person, the enrolment's key and the moment of what was completed and passed."""
    found: dict[Place, list[Row]] = defaultdict(list)
    of_people = Enrolment.learner_id.in_(people)
    stands = Enrolment.id.not_in(revoked_completions())
    taught = [part for part in parts if part.kind is EvidenceKind.COURSE]
    if taught:
        completed = (
            sa.select(
                Course.slug, Enrolment.learner_id, Enrolment.public_id, Enrolment.completed_at
            )
            .join(Course, Course.id == Enrolment.course_id)
            .where(
                of_people,
                stands,
                Enrolment.completed_at.is_not(None),
                sa.or_(*(_lacks(part, accepted_for) for part in taught)),
            )
        )
        for slug, person_id, key, at in db.session.execute(completed):
            if at and key not in lost:
                found[slug, None].append((person_id, key, at))
    examined = [part for part in parts if part.kind is EvidenceKind.EXAM]
    if examined:
        passed = (
            sa.select(
                Course.slug,
                Activity.key,
                Enrolment.learner_id,
                Enrolment.public_id,
                ActivityProgress.completed_at,
            )
            .join(Enrolment, Enrolment.id == ActivityProgress.enrolment_id)
            .join(Course, Course.id == Enrolment.course_id)
            .join(Activity, Activity.id == ActivityProgress.activity_id)
            .where(
                of_people,
                sa.or_(stands, Activity.key != FINAL_EXAM),
                Activity.kind == ActivityKind.EXAM,
                ActivityProgress.completed_at.is_not(None),
                sa.or_(*(_lacks(part, accepted_for) for part in examined)),
            )
        )
        for slug, exam, person_id, key, at in db.session.execute(passed):
            if at and exam not in lost.get(key, ()):
                found[slug, exam].append((person_id, key, at))
    return found


def _lost(parts: Sequence[Part], people: Any) -> Mapping[str, set[str]]:
    """Return the exams that were passed and aren't any more, by the enrolment's key.

    Not those of which it was decided that the certificate stays. A second statement is needed only
    where a score that passed was given anew and no longer does.
    """
    earlier = aliased(Score)
    turned = (
        sa.select(Attempt.enrolment_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(
            Enrolment.learner_id.in_(people),
            Course.slug.in_({part.course for part in parts if part.course}),
            Score.number > 1,  # by the index: hardly any is
            ~Score.passed,
            sa.exists().where(earlier.attempt_id == Score.attempt_id, earlier.passed),
            SCORE_COUNTS,
        )
    )
    enrolments = set(db.session.scalars(turned))
    return _not_passed(enrolments) if enrolments else {}


def _not_passed(enrolment_ids: Collection[int]) -> Mapping[str, set[str]]:
    kept = sa.exists().where(
        CertificateReview.enrolment_id == Attempt.enrolment_id,
        CertificateReview.exam_key == Attempt.exam_key,
        CertificateReview.decision == ReviewDecision.KEPT,
    )
    statement = (
        sa.select(
            Enrolment.public_id,
            Attempt.exam_key,
            Assessment.counting,
            Attempt.number,
            Score.passed,
            Score.percent,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .outerjoin(Score, Score.attempt_id == Attempt.id)
        .where(
            Attempt.enrolment_id.in_(enrolment_ids),
            ~kept,
            SCORE_COUNTS,
        )
    )
    sittings: dict[tuple[str, str, Counting], list[Sat]] = defaultdict(list)
    for key, exam, counting, number, passed, percent in db.session.execute(statement):
        sittings[key, exam, counting].append(Sat(number, passed, percent))
    found: dict[str, set[str]] = defaultdict(set)
    for (key, exam, counting), sat in sittings.items():
        counted = counted_number(counting, sat)
        if not any(one.passed for one in sat if one.number == counted):
            found[key].add(exam)
    return found


def foresee(known: History, results: Iterable[Result], *, today: date, now: datetime) -> Earlier:
    """Return what counting these results today would record of somebody, and lead to.

    Where nothing is required of the person, the look-back reaches back from today.
    """
    taken = {fact.key for fact in known.facts}
    new = {one.key: one for one in results if one.key not in taken}
    state, period = state_on(known, today), known.standing_period(today)
    before = work_on(known, today, period)
    terms = known.scheme.terms_on(today)
    asked = before.lacking if before.is_open else terms.route_parts(before.route)
    if state.holding is Holding.SUSPENDED:
        return Earlier(Standing.SUSPENDED)
    after = work_on(_with(known, new.values(), now), today, period)
    if not after.is_open:
        return Earlier(Standing.HOLDS)
    wanted = [one for one in new.values() if one.part in asked]
    if not wanted:
        return Earlier(Standing.SHOWN)
    counted = {one.key for one in after.counted}
    since = _since(known, terms.look_back_days, today)
    chosen = {one.part: one for one in wanted if one.key in counted and one.on >= since}
    if not chosen:
        used = known.consumed_on(today)
        is_used = used is not None and all(one.on <= used for one in wanted)
        return Earlier(Standing.USED if is_used else Standing.TOO_OLD)
    then = _with(known, chosen.values(), now)
    award = earned(then, today=today, now=now)
    if award is not None and award.until_on is not None and award.until_on < today:
        return Earlier(Standing.OVER)
    lacking = work_on(then, today, period).lacking
    return Earlier(Standing.COUNTS, tuple(chosen.values()), award, lacking)


def _with(known: History, results: Iterable[Result], now: datetime) -> History:
    shown = (
        EvidenceAccepted(key=one.key, effective_on=one.on, recorded_at=now, part=one.part)
        for one in results
    )
    return History([*known.facts, *shown], known.scheme)


def _since(known: History, look_back: int | None, today: date) -> date:
    """Return the first day that counts for somebody of whom nothing is required."""
    if look_back is None or known.requirements(today):
        return date.min
    return add_days(today, -look_back)
