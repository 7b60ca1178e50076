"""Two different people: a pair that looks like one person and isn't, until it is taken back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased, joinedload

from lms.audit.services import record_many
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.identity import Viewer
from lms.people.merging.carrying import Carry, Deed, Pair, count, run
from lms.people.merging.errors import AlreadyApart, AlreadyTakenBack, MergeWaits
from lms.people.merging.models import DifferentPeople, PersonMerge
from lms.people.merging.services import hold, not_ones_own
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

KEEP = Permission.KEEP_PEOPLE
SUBJECT = "different_people"
IN_FORCE = DifferentPeople.taken_back_at.is_(None)


def is_told_apart(low: Any, high: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a pair, the lower id first, is marked as two people."""
    return sa.exists().where(
        DifferentPeople.low_id == low, DifferentPeople.high_id == high, IN_FORCE
    )


def marks(viewer: Viewer) -> sa.Select[DifferentPeople]:
    """Return the marks in force on living pairs whom the viewer keeps both; to be paged by id."""
    low, high = aliased(Person), aliased(Person)
    live = (
        condition
        for one in (low, high)
        for condition in (one.erased_at.is_(None), one.merged_into_id.is_(None))
    )
    return (
        sa.select(DifferentPeople)
        .join(DifferentPeople.low.of_type(low))
        .join(DifferentPeople.high.of_type(high))
        .where(
            IN_FORCE,
            *live,
            visible_to(viewer, KEEP, DifferentPeople.low_id),
            visible_to(viewer, KEEP, DifferentPeople.high_id),
        )
        .options(
            joinedload(DifferentPeople.low),
            joinedload(DifferentPeople.high),
            joinedload(DifferentPeople.marked_by),
        )
    )


def mark_for(viewer: Viewer, public_id: str) -> DifferentPeople | None:
    """Return a mark in force of the viewer's scope."""
    statement = marks(viewer).where(DifferentPeople.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def mark_on(pair: Pair) -> DifferentPeople | None:
    """Return the mark in force on a pair, whichever of the two comes first."""
    low, high = sorted(one.id for one in pair.both)
    statement = sa.select(DifferentPeople).where(
        DifferentPeople.low_id == low, DifferentPeople.high_id == high, IN_FORCE
    )
    return db.session.scalars(statement).one_or_none()


def tell_apart(*, pair: Pair, viewer: Viewer, reason: str, now: datetime) -> DifferentPeople:
    """Note that the two are different people: the pair isn't offered and can't be merged.

    Raises OwnRecord, AlreadyApart, and MergeWaits while a merge of these two is asked for.
    """
    not_ones_own(pair, viewer)
    hold(pair)
    low, high = sorted(pair.both, key=lambda one: one.id)
    if db.session.scalar(_merge_of(low, high)) is not None:
        raise MergeWaits
    mark = DifferentPeople(
        low_id=low.id,
        high_id=high.id,
        reason=reason,
        marked_by_id=viewer.person.id,
        marked_at=now,
    )
    insert(mark, AlreadyApart())
    record_many(
        now=now,
        actor_key=viewer.person.public_id,
        action="people.told_apart",
        subject_kind=SUBJECT,
        subjects=_subjects(mark, pair),
        reason=reason,
    )
    return mark


def _merge_of(low: Person, high: Person) -> sa.Select[Any]:
    both = (low.id, high.id)
    return sa.select(PersonMerge.id).where(
        PersonMerge.closed_at.is_(None),
        PersonMerge.kept_id.in_(both),
        PersonMerge.ended_id.in_(both),
    )


def take_back(*, mark: DifferentPeople, viewer: Viewer, reason: str, now: datetime) -> None:
    """Let the two be offered and merged again. Raises OwnRecord and AlreadyTakenBack."""
    pair = Pair(*mark.both)
    not_ones_own(pair, viewer)
    taken = sa.update(DifferentPeople).where(DifferentPeople.id == mark.id, IN_FORCE)
    done = db.session.execute(
        taken.values(
            taken_back_at=now, taken_back_by_id=viewer.person.id, taken_back_reason=reason
        ).returning(DifferentPeople.id)
    )
    if done.one_or_none() is None:
        raise AlreadyTakenBack
    record_many(
        now=now,
        actor_key=viewer.person.public_id,
        action="people.told_apart_taken_back",
        subject_kind=SUBJECT,
        subjects=_subjects(mark, pair),
        reason=reason,
    )


def _subjects(mark: DifferentPeople, pair: Pair) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the audit log says of it: it stands at both records."""
    return [
        (mark.public_id, person.public_id, {"other_record": other.public_id})
        for person, other in (pair.both, pair.both[::-1])
    ]


def while_told_apart(pair: Pair) -> Any:
    """Say that two who are marked as different people aren't merged."""
    if mark_on(pair) is None:
        return None
    return _l("They are marked as two different people. Take the mark back first.")


def _move(deed: Deed) -> None:
    """Let who was told apart from the record that ends be told apart from the one that stays.

    What the record that stays has already, and what was taken back about the two, stays behind.
    """
    kept, ended = deed.pair.kept.id, deed.pair.ended.id
    naming = sa.or_(DifferentPeople.low_id == ended, DifferentPeople.high_id == ended)
    found = db.session.scalars(sa.select(DifferentPeople).where(naming, IN_FORCE)).all()
    others = {one.id: one.high_id if one.low_id == ended else one.low_id for one in found}
    for mark_id, other in others.items():
        low, high = sorted((kept, other))
        moved = sa.update(DifferentPeople).where(DifferentPeople.id == mark_id, ~_known(low, high))
        run(moved.values(low_id=low, high_id=high))


def _known(low: int, high: int) -> sa.ColumnElement[bool]:
    known = aliased(DifferentPeople)
    return sa.exists().where(
        known.low_id == low, known.high_id == high, known.taken_back_at.is_(None)
    )


TOLD_APART = Carry(
    "told_apart",
    _l("Marks that somebody else with a like record is another person"),
    frozenset({"different_people.low_id", "different_people.high_id"}),
    lambda person: count(
        DifferentPeople,
        sa.or_(DifferentPeople.low_id == person.id, DifferentPeople.high_id == person.id),
        IN_FORCE,
    ),
    _move,
)
