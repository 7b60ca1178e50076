"""Asking for a review, answering it, and the course's rule about a second person."""

from datetime import datetime

from lms.audit.services import record
from lms.catalog.models import Course, CourseVersion
from lms.catalog.reviewing.errors import AlreadyAsked, NotApproved, NotAsked, OwnWork
from lms.catalog.reviewing.models import ReviewEvent, ReviewRule, ReviewStep
from lms.catalog.reviewing.policies import Standing, may_approve, standing_of
from lms.catalog.reviewing.queries import events_of, hands_of, wants_second_person
from lms.catalog.reviewing.telling import tell_reviewers, tell_who_asked
from lms.catalog.services.drafts import lock_draft, note
from lms.catalog.source.collecting import whole
from lms.core.database import db
from lms.people.models import Person


def fingerprint(version: CourseVersion) -> str:
    """Return the digest of everything the draft would publish: lessons, items, exam, outline."""
    return whole(version).digest()


def present_standing(version: CourseVersion) -> Standing:
    """Return where the draft stands, an approval of other content not counting."""
    events = events_of(version)
    approved = bool(events) and events[-1].step is ReviewStep.APPROVED
    return standing_of(version.status, events, fingerprint(version) if approved else None)


def ask_for_review(
    version: CourseVersion, *, message: str, actor: Person, now: datetime
) -> ReviewEvent:
    """Hand the draft to a reviewer. Raises AlreadyAsked."""
    lock_draft(version.id)
    if present_standing(version) in (Standing.READY, Standing.APPROVED):
        raise AlreadyAsked
    event = _append(version, ReviewStep.REQUESTED, message, actor, now, asked_by_id=actor.id)
    note(version, action="catalog.review_requested", now=now, actor=actor)
    tell_reviewers(event, hands_of(version, [event]), now=now)
    return event


def approve(version: CourseVersion, *, message: str, actor: Person, now: datetime) -> ReviewEvent:
    """Approve the draft as it stands. Raises NotAsked, and OwnWork where a second person approves.

    The approval holds for this content alone.
    """
    lock_draft(version.id)
    events = events_of(version)
    if standing_of(version.status, events) is not Standing.READY:
        raise NotAsked
    hands = hands_of(version, events)
    if not may_approve(actor.id, hands):
        raise OwnWork
    event = _append(
        version,
        ReviewStep.APPROVED,
        message,
        actor,
        now,
        digest=fingerprint(version),
        second_person=hands.second_person,
        asked_by_id=hands.asked_by,
        edited_by_id=hands.edited_by,
    )
    note(version, action="catalog.review_approved", now=now, actor=actor, digest=event.digest)
    tell_who_asked(event, hands, now=now)
    return event


def request_changes(
    version: CourseVersion, *, message: str, actor: Person, now: datetime
) -> ReviewEvent:
    """Send the draft back with what should change. Raises NotAsked."""
    lock_draft(version.id)
    if present_standing(version) not in (Standing.READY, Standing.APPROVED):
        raise NotAsked
    event = _append(version, ReviewStep.CHANGES_REQUESTED, message, actor, now)
    note(version, action="catalog.review_returned", now=now, actor=actor)
    tell_who_asked(event, hands_of(version, events_of(version)), now=now)
    return event


def lapse(version: CourseVersion, *, actor: Person | None, now: datetime) -> None:
    """Take an approval away because the draft was changed; without one nothing happens."""
    events = events_of(version)
    if events and events[-1].step is ReviewStep.APPROVED:
        _append(version, ReviewStep.LAPSED, "", actor, now)
        note(version, action="catalog.review_lapsed", now=now, actor=actor)


def _append(
    version: CourseVersion,
    step: ReviewStep,
    message: str,
    actor: Person | None,
    now: datetime,
    **facts: object,
) -> ReviewEvent:
    event = ReviewEvent(
        version_id=version.id,
        step=step,
        note=message,
        actor_id=actor.id if actor else None,
        happened_at=now,
        **facts,
    )
    db.session.add(event)
    db.session.flush()
    return event


def check_approved(version: CourseVersion, content: str) -> None:
    """Raise NotApproved where the course wants a second person and nobody approved ``content``."""
    if not wants_second_person(version.course_id):
        return
    events = events_of(version)
    if standing_of(version.status, events, content) is not Standing.APPROVED:
        raise NotApproved
    if not events[-1].second_person:  # approved before the course asked for a second person
        raise NotApproved


def lacks_approval(version: CourseVersion, content: str) -> bool:
    """Tell whether ``content`` can't be published yet: a second person hasn't approved it."""
    try:
        check_approved(version, content)
    except NotApproved:
        return True
    return False


def set_rule(course: Course, *, second_person: bool, actor: Person, now: datetime) -> None:
    """Say whether a second person approves the course's drafts; the same again is nothing."""
    if wants_second_person(course.id) is second_person:
        return
    db.session.add(
        ReviewRule(course_id=course.id, second_person=second_person, set_at=now, set_by_id=actor.id)
    )
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="catalog.review_rule_set",
        subject_kind="course",
        subject_key=course.public_id,
        second_person=second_person,
    )
