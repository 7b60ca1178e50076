"""Due dates that were given before a programme was changed: which would move, and moving them.

Those stay that somebody set by hand, those of courses that people were on already, and those that
would come to lie in the past.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.audit.services import record_many
from lms.catalog.models import Course
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.definitions import ProgrammeDefinition
from lms.learning.programmes.models import Basis, Programme, ProgrammeAssignment
from lms.learning.programmes.policies import due_on
from lms.learning.programmes.rule.consequences import proposed_steps
from lms.learning.programmes.rule.members import Reach, members
from lms.learning.queries.enrolments import OPEN
from lms.learning.queries.people import chunks
from lms.learning.telling.dates import ask_to_tell
from lms.people.models import Person


@dataclass(frozen=True)
class Move:
    """One open due date of one person: as it is, and as the changed programme would give it."""

    enrolment_id: int
    enrolment_key: str
    person_key: str
    name: str
    course: str  # slug
    before: date
    after: date


@dataclass(frozen=True)
class Moves:
    """What a changed programme means for the due dates it gave before."""

    moved: tuple[Move, ...] = ()
    past: tuple[Move, ...] = ()  # their new date has passed: they stay
    by_hand: int = 0  # set by somebody since: they stay

    @property
    def people(self) -> int:
        """How many people have a date that moves."""
        return len({move.person_key for move in self.moved})


def moves_of(definition: ProgrammeDefinition, programme: Programme | None, *, today: date) -> Moves:
    """Return which open due dates saving ``definition`` over ``programme`` could move.

    By name. Writes nothing.
    """
    if programme is None:
        return Moves()
    found = _given(definition, programme, today)
    set_since = _set_by_hand([move.enrolment_key for move in found])
    free = [move for move in found if move.enrolment_key not in set_since]
    return Moves(
        moved=tuple(move for move in free if move.after >= today),
        past=tuple(move for move in free if move.after < today),
        by_hand=len(found) - len(free),
    )


def _given(definition: ProgrammeDefinition, programme: Programme, today: date) -> list[Move]:
    """The open dates that the programme gave and that its new terms would give otherwise."""
    steps = {
        step.step_id: step
        for step in proposed_steps(definition, programme, today=today)
        if step.step_id is not None
    }
    reach = Reach(definition.post, definition.coverage, definition.in_force_on or today)
    begun = {member.person_id: member.begins_on for member in members(reach, today)}
    row = ProgrammeAssignment
    statement = (
        sa.select(row.step_id, row.begins_on, Enrolment, Person, Course.slug)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .join(Person, Person.id == row.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            row.step_id.in_(steps),
            row.basis.in_((Basis.ENROLLED, Basis.CHOSEN)),
            OPEN,
            Enrolment.due_on.is_not(None),
        )
        .order_by(Person.sort_name, Person.id, row.id)
    )
    found: dict[int, Move] = {}
    for step_id, begins_on, enrolment, person, slug in db.session.execute(statement):
        step = steps[step_id]
        after = due_on(begins_on, step.since_on, step.days)
        before = enrolment.due_on
        if begun.get(person.id) == begins_on and before and after != before:
            found[enrolment.id] = Move(
                enrolment.id,
                enrolment.public_id,
                person.public_id,
                person.full_name,
                slug,
                before,
                after,
            )
    return list(found.values())


def _set_by_hand(keys: Sequence[str]) -> set[str]:
    """Which of these enrolments (public ids) somebody gave a due date of its own."""
    found: set[str] = set()
    for part in chunks(keys):
        statement = sa.select(AuditEntry.subject_key).where(
            AuditEntry.subject_kind == "enrolment",
            AuditEntry.subject_key.in_(part),
            AuditEntry.action == "learning.due_set",
        )
        found.update(db.session.scalars(statement))
    return found


def move_due_dates(
    moved: Collection[Move], programme: Programme, *, actor: Person | None, now: datetime
) -> None:
    """Give people the new dates; each is noted with the one before, and told in a job."""
    if not moved:
        return
    table = Enrolment.__table__
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("moved"), *(column.is_(None) for column in _ENDS))
        .values(due_on=sa.bindparam("after"), row_version=table.c.row_version + 1)
    )
    db.session.flush()
    rows = [{"moved": move.enrolment_id, "after": move.after} for move in moved]
    for part in chunks(rows):
        db.session.connection().execute(statement, part)
    db.session.expire_all()
    record_many(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="learning.due_moved",
        subject_kind="enrolment",
        subjects=[
            (
                move.enrolment_key,
                move.person_key,
                {
                    "course": move.course,
                    "programme": programme.key,
                    "due_on": move.after.isoformat(),
                    "previous": move.before.isoformat(),
                },
            )
            for move in moved
        ],
    )
    dates = [(move.enrolment_id, move.before, move.after) for move in moved]
    ask_to_tell(dates, actor=actor, now=now)


_ENDS = (Enrolment.__table__.c.completed_at, Enrolment.__table__.c.withdrawn_at)
