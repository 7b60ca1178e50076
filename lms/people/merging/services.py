"""Asking for a merge, the second person's answer, and the merge itself: one transaction."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert
from lms.people.events import posts_rearranged, tell_posts_changed
from lms.people.identity import Viewer
from lms.people.merging.carrying import Deed, Pair, carries, hindrances_for, run
from lms.people.merging.errors import AlreadyAsked, CannotMerge, DryRunOutdated, OwnRecord
from lms.people.merging.models import PersonMerge
from lms.people.merging.plans import Plan, Value, plan_of
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.second_person import services as second_person
from lms.people.second_person.models import Answer, SecondPersonRequest
from lms.people.second_person.subjects import Subject, register

SUBJECT = "person_merge"
LATE_JOB = "people.carry_late"
# By then whoever wrote of the record that ended, and waited for the merge, has written.
UNTIL_LATE = timedelta(minutes=1)
register(Subject(SUBJECT, _l("Merging two records of a person"), "people.merge", "public_id"))


def plan_for(pair: Pair, taken: Collection[Value]) -> Plan:
    """Return the dry run of a pair. Raises CannotMerge with all that hinders it."""
    hindrances = hindrances_for(pair)
    if hindrances:
        raise CannotMerge(hindrances)
    return plan_of(pair, taken)


def ask(
    *,
    pair: Pair,
    taken: Collection[Value],
    digest: str,
    viewer: Viewer,
    reason: str,
    now: datetime,
) -> PersonMerge:
    """Ask a second person to agree to the dry run with ``digest``.

    Raises CannotMerge, DryRunOutdated, AlreadyAsked, OwnRecord.
    """
    not_ones_own(pair, viewer)
    hold(pair)
    if plan_for(pair, taken).digest != digest:
        raise DryRunOutdated
    if db.session.scalar(_open_about(pair)) is not None:
        raise AlreadyAsked
    key = public_id()
    with db.session.begin_nested():
        request = second_person.ask(
            kind=SUBJECT,
            key=key,
            permission=Permission.KEEP_PEOPLE,
            viewer=viewer,
            reason=reason,
            now=now,
        )
        merge = PersonMerge(
            public_id=key,
            kept_id=pair.kept.id,
            ended_id=pair.ended.id,
            request_id=request.id,
            taken=sorted(value.value for value in taken),
            digest=digest,
            moved={},
            dropped_posts=[],
        )
        insert(merge, AlreadyAsked())
    return merge


def _open_about(pair: Pair) -> sa.Select[Any]:
    both = [one.id for one in pair.both]
    return sa.select(PersonMerge.id).where(
        PersonMerge.closed_at.is_(None),
        sa.or_(PersonMerge.kept_id.in_(both), PersonMerge.ended_id.in_(both)),
    )


def not_ones_own(pair: Pair, viewer: Viewer) -> None:
    """Raise OwnRecord when the viewer is one of the two."""
    if viewer.person.id in {one.id for one in pair.both}:
        raise OwnRecord


def hold(pair: Pair) -> None:
    """Let nobody else change the two before this transaction ends; they are read as they are."""
    statement = (
        sa.select(Person)
        .where(Person.id.in_([one.id for one in pair.both]))
        .order_by(Person.id)
        .with_for_update(of=Person)
        .execution_options(populate_existing=True)
    )
    db.session.scalars(statement).all()


def locked(public_id: str) -> PersonMerge | None:
    """Return a merge as it is now; nobody else changes it until the transaction ends."""
    statement = (
        sa.select(PersonMerge)
        .where(PersonMerge.public_id == public_id)
        .with_for_update(of=PersonMerge)
        .options(
            joinedload(PersonMerge.kept, innerjoin=True),
            joinedload(PersonMerge.ended, innerjoin=True),
            joinedload(PersonMerge.request, innerjoin=True),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def decide(
    *,
    merge: PersonMerge,
    answer: Answer,
    viewer: Viewer,
    word: str,
    now: datetime,
    today: date,
) -> None:
    """Record the second person's answer to a locked merge; with their agreement it is done.

    Raises OwnRecord, CannotMerge and DryRunOutdated when agreed to what isn't so any more, and what
    ``second_person.answer`` raises.
    """
    pair = Pair(merge.kept, merge.ended)
    plan = None
    if answer is Answer.AGREED and merge.request.answer is None:
        not_ones_own(pair, viewer)
        hold(pair)
        plan = plan_for(pair, [Value(one) for one in merge.taken])
        if plan.digest != merge.digest:
            raise DryRunOutdated
    second_person.answer(request=merge.request, answer=answer, viewer=viewer, word=word, now=now)
    merge.closed_at = now
    db.session.flush()
    if plan is not None:
        _do(merge, plan, Deed(pair, viewer.person, now, today))


def _do(merge: PersonMerge, plan: Plan, deed: Deed) -> None:
    merge.moved = {line.carry.key: line.rows for line in plan.moving}
    merge.dropped_posts = [_told(one.row, of=one.owner_id, deed=deed) for one in plan.dropped]
    posts = [(one.row.id, deed.pair.kept.id) for one in plan.posts]
    posts += [(one.row.id, deed.pair.ended.id) for one in plan.dropped]
    db.session.flush()
    for one in carries().values():
        one.move(deed)
    _rearrange(deed, posts)
    _exchange_values(deed.pair, plan.taken)
    _lead_on(deed.pair)
    tell_posts_changed(deed.pair.kept, now=deed.now)
    _audit(merge, deed)
    jobs.enqueue(
        LATE_JOB,
        key=merge.public_id,
        now=deed.now,
        due_at=deed.now + UNTIL_LATE,
        merge_id=merge.public_id,
    )


def carry_late(*, merge_id: str, now: datetime, today: date) -> None:
    """Move what was written of the record that ended while the merge was being done.

    An enrolment, say, that waited for the merge's locks and knew nothing of it. What a merge leaves
    behind stays there.
    """
    merge = locked(merge_id)
    assert merge is not None
    kept_id = merge.ended.merged_into_id
    assert kept_id is not None
    # The record that stayed may have been merged on.
    kept = db.session.get_one(Person, kept_id)
    request = db.session.get_one(SecondPersonRequest, merge.request_id)
    assert request.answered_by_id is not None
    actor = db.session.get_one(Person, request.answered_by_id)
    deed = Deed(Pair(kept, merge.ended), actor, now, today)
    hold(deed.pair)
    if kept.erased_at is not None:
        return
    for one in carries().values():
        one.move(deed)
    posts_rearranged.send(deed.pair.both, now=now)


def _told(post: Employment, *, of: int, deed: Deed) -> dict[str, Any]:
    return {
        "record": "kept" if of == deed.pair.kept.id else "ended",
        "unit": post.unit.code,
        "job_role": post.job_role.code,
        "started_on": post.started_on.isoformat(),
        "ended_on": post.ended_on.isoformat() if post.ended_on else None,
    }


def _rearrange(deed: Deed, posts: list[tuple[int, int]]) -> None:
    """Give the posts to whom they belong; those that count twice go.

    Two open posts of one person are never there at once: those that go are given away first.
    """
    pair = deed.pair
    for mine in (False, True):
        for post_id, owner_id in posts:
            if (owner_id == pair.kept.id) is mine:
                run(_given(post_id, owner_id, parked=not mine))
    posts_rearranged.send(pair.both, now=deed.now)
    run(sa.delete(Employment).where(Employment.person_id == pair.ended.id))


def _given(post_id: int, owner_id: int, *, parked: bool) -> Any:
    values: dict[str, Any] = {"person_id": owner_id}
    if parked:  # on its way out: no open post of the record that ends stands in another's way
        values["ended_on"] = sa.func.coalesce(Employment.ended_on, Employment.started_on)
    return sa.update(Employment).where(Employment.id == post_id).values(values)


def _exchange_values(pair: Pair, taken: Collection[Value]) -> None:
    """Let the record that stays have the chosen values; the other keeps those that weren't."""
    kept, ended = pair.both
    names = ("family_name", "given_name", "patronymic", "sort_name")
    fields = {
        Value.NAME: names,
        Value.EMAIL: ("email",),
        Value.LANGUAGE: ("language",),
        Value.POSTS: (),
        Value.NUMBER: (),
    }
    for name in (name for value in taken for name in fields[value]):
        mine, other = getattr(kept, name), getattr(ended, name)
        setattr(kept, name, other)
        setattr(ended, name, mine)
    if Value.NUMBER in taken:
        mine, other = kept.personnel_number, ended.personnel_number
        ended.personnel_number = f"merging-{ended.public_id}"
        db.session.flush()  # numbers are unique
        kept.personnel_number = other
        db.session.flush()
        ended.personnel_number = mine
    db.session.flush()


def _lead_on(pair: Pair) -> None:
    """Let the record that ends, and those that led to it, lead to the one that stays."""
    leading = sa.update(Person).where(
        sa.or_(Person.merged_into_id == pair.ended.id, Person.id == pair.ended.id)
    )
    run(leading.values(merged_into_id=pair.kept.id, row_version=Person.row_version + 1))


def _audit(merge: PersonMerge, deed: Deed) -> None:
    request = db.session.get_one(SecondPersonRequest, merge.request_id)
    asked_by = db.session.get_one(Person, request.asked_by_id)
    for person, other in (deed.pair.both, deed.pair.both[::-1]):
        record(
            now=deed.now,
            actor_key=asked_by.public_id,
            action="people.merged",
            subject_kind=SUBJECT,
            subject_key=merge.public_id,
            person_key=person.public_id,
            reason=request.reason,
            merged_with=other.public_id,
            agreed_by=deed.actor.public_id,
            carried=sum(merge.moved.values()),
        )
