"""What merging two people does with what learning holds of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased, joinedload

from lms.catalog.facts.models import FactVersion
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.learning.activities.models import MentorNaming
from lms.learning.deltas.models import DeltaAssignment, DeltaTraining
from lms.learning.models import Enrolment
from lms.learning.programmes.models import ProgrammeAssignment
from lms.learning.queries.enrolments import LESSONS_READ, OPEN
from lms.learning.services import withdraw
from lms.people.merging.carrying import Clash, Deed, Pair, Unless, carry, clashing, rows_of


def _open_twice(pair: Pair) -> list[tuple[Enrolment, Enrolment]]:
    """Return the open enrolments of both in the same course: the one that goes on comes first.

    That is the one in which more is done, else the one of the record that stays.
    """
    statement = (
        sa.select(Enrolment)
        .where(Enrolment.learner_id.in_([one.id for one in pair.both]), OPEN)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.learner))
        .order_by(Enrolment.id)
        .execution_options(populate_existing=True)
    )
    by_course: dict[int, list[Enrolment]] = {}
    for one in db.session.scalars(statement):
        by_course.setdefault(one.course_id, []).append(one)
    found = []
    for two in by_course.values():
        if len(two) == 2:
            done = {one.id: _done(one) for one in two}
            two.sort(key=lambda one: (-done[one.id], one.learner_id != pair.kept.id))
            found.append((two[0], two[1]))
    return found


def _done(enrolment: Enrolment) -> int:
    return db.session.scalar(sa.select(LESSONS_READ).where(Enrolment.id == enrolment.id)) or 0


def _enrolment_clashes(pair: Pair) -> Sequence[Clash]:
    found = []
    for goes_on, _ends in _open_twice(pair):
        title = db.session.get_one(CourseVersion, goes_on.version_id).title
        if goes_on.learner_id == pair.kept.id:
            outcome = _l(
                "The enrolment of the record that stays goes on; the other is withdrawn and keeps "
                "its progress and attempts."
            )
        else:
            outcome = _l(
                "The enrolment of the record that ends goes on, because more is done in it; the "
                "other is withdrawn and keeps its progress and attempts."
            )
        found.append(Clash(title, outcome))
    return found


def _withdraw_one(deed: Deed) -> None:
    for _goes_on, ends in _open_twice(deed.pair):
        withdraw(
            enrolment=ends,
            reason="",
            row_version=ends.row_version,
            actor=deed.actor,
            now=deed.now,
            merged_with=deed.pair.ended.public_id,
        )


def _delta_clashes(pair: Pair) -> Sequence[Clash]:
    other = aliased(DeltaAssignment)
    statement = (
        sa.select(FactVersion.statement)
        .join(DeltaTraining, DeltaTraining.fact_version_id == FactVersion.id)
        .join(DeltaAssignment, DeltaAssignment.training_id == DeltaTraining.id)
        .join(other, other.training_id == DeltaTraining.id)
        .where(DeltaAssignment.person_id == pair.kept.id, other.person_id == pair.ended.id)
        .order_by(DeltaTraining.id)
    )
    outcome = _l("The delta training of the record that stays counts.")
    return clashing(db.session.scalars(statement), outcome)


carry(
    rows_of(
        "enrolments",
        _l("Enrolments, with progress and answers"),
        Enrolment.learner_id,
        before=_withdraw_one,
        clashes=_enrolment_clashes,
    ),
    rows_of(
        "deltas",
        _l("Delta trainings"),
        DeltaAssignment.person_id,
        unless=Unless((DeltaAssignment.training_id,)),
        clashes=_delta_clashes,
    ),
    rows_of(
        "programmes",
        _l("Programmes of the post"),
        ProgrammeAssignment.person_id,
        unless=Unless(
            (
                ProgrammeAssignment.step_id,
                ProgrammeAssignment.begins_on,
                ProgrammeAssignment.enrolment_id,
            )
        ),
    ),
    rows_of("mentored", _l("Trainees whose mentor they are"), MentorNaming.mentor_id),
)
