"""Carrying over what was done in the parts that are the same in the later version."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import Activity
from lms.core.database import db
from lms.learning.activities.models import AttendanceMark, ChecklistTick, ReadingBeat
from lms.learning.activities.services import ticks_of
from lms.learning.models import ActivityProgress, BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.moving.parts import PartChanges, PartlyChanged, SharedSteps
from lms.learning.services.progress import complete_activity

# All that is kept for an enrolment's activity. The rows stay where they are, as what was done
# then, and are appended once more for the later activity, in their order and with their instants.
RECORDS: tuple[Any, ...] = (
    ActivityProgress,
    SelfCheckAnswer,
    BlockResponse,
    AttendanceMark,
    ChecklistTick,
    ReadingBeat,
)

# A domain above carries what it keeps: called with the enrolment's id and the activities that are
# the same, earlier to later. Registered once.
Carrier = Callable[[int, Mapping[int, int]], None]
_carriers: list[Carrier] = []


def register_carrier(carrier: Carrier) -> Carrier:
    """Add what carries over a domain's own records; the same one counts once."""
    if carrier not in _carriers:
        _carriers.append(carrier)
    return carrier


def carry_over(enrolment: Enrolment, changes: PartChanges, now: datetime) -> None:
    """Give the enrolment, which is at the later version by now, what was done in same parts.

    Of a lesson that changed in one language only, what was done by who read it in the other one; of
    a checklist that changed, the ticks of the steps that are the same.
    """
    same = changes.same | _same_as_read(enrolment, changes.partly)
    for model in RECORDS:
        _append(model, enrolment.id, same)
    _append(ActivityProgress, enrolment.id, changes.exams)
    for carrier in _carriers:
        carrier(enrolment.id, same)
    for checklist in changes.checklists:
        _carry_steps(enrolment, checklist, now)


def _same_as_read(enrolment: Enrolment, partly: Sequence[PartlyChanged]) -> dict[int, int]:
    """Return the lessons that are the same in the language in which this learner read them.

    Where that was never noted, the learner's own language counts.
    """
    if not partly:
        return {}
    statement = sa.select(ActivityProgress.activity_id, ActivityProgress.language).where(
        ActivityProgress.enrolment_id == enrolment.id,
        ActivityProgress.activity_id.in_([one.earlier_id for one in partly]),
    )
    read = {row.activity_id: row.language for row in db.session.execute(statement)}
    return {
        one.earlier_id: one.later_id
        for one in partly
        if one.earlier_id in read
        and (read[one.earlier_id] or enrolment.learner.language) not in one.languages
    }


def _append(
    model: Any,
    enrolment_id: int,
    same: Mapping[int, int],
    only: Iterable[sa.ColumnElement[bool]] = (),
) -> None:
    if not same:
        return
    columns = sa.inspect(model).columns
    names = [one.key for one in columns if one.key not in {"id", "activity_id"}]
    rows = (
        sa.select(sa.case(same, value=model.activity_id), *(getattr(model, name) for name in names))
        .where(model.enrolment_id == enrolment_id, model.activity_id.in_(same), *only)
        .order_by(model.id)
    )
    db.session.execute(sa.insert(model).from_select(["activity_id", *names], rows))


def _carry_steps(enrolment: Enrolment, checklist: SharedSteps, now: datetime) -> None:
    """Carry the ticks of same steps; without a step left to do, the checklist is complete."""
    only = [ChecklistTick.step_key.in_(checklist.kept)]
    _append(ChecklistTick, enrolment.id, {checklist.earlier_id: checklist.later_id}, only)
    ticks = ticks_of(enrolment.id, checklist.later_id)
    if checklist.steps <= {key for key, tick in ticks.items() if tick.is_done}:
        activity = db.session.get_one(Activity, checklist.later_id)
        complete_activity(enrolment=enrolment, activity=activity, now=now)
