"""Steps of a review reach whom they concern: reviewers a request, who asked the answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from lms.catalog.models import VersionStatus
from lms.catalog.reviewing.models import ReviewEvent, ReviewStep
from lms.catalog.reviewing.policies import Hands, may_approve
from lms.core.database import db
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.services import notify
from lms.people.identity import viewers_of
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import holders

MOST = 200  # reviewers who are told


def _subject(details: Details) -> str:
    match ReviewStep(details["step"]):
        case ReviewStep.REQUESTED:
            return str(_("A draft of a course is ready for your review"))
        case ReviewStep.APPROVED:
            return str(_("Your draft is approved"))
        case _:
            return str(_("Changes of your draft are asked for"))


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Read the steps anew: a message holds no name and no text of a course, and drafts can go."""
    statement = (
        sa.select(ReviewEvent)
        .where(ReviewEvent.public_id.in_([one["event"] for one in many]))
        .options(joinedload(ReviewEvent.actor), joinedload(ReviewEvent.version))
    )
    found = {event.public_id: event for event in db.session.scalars(statement)}
    return [_shown(one, found.get(one["event"])) for one in many]


def _shown(details: Details, event: ReviewEvent | None) -> dict[str, Any]:
    return {
        "event": event,
        "actor": _named(details, event),
        "is_open": event is not None and event.version.status is VersionStatus.DRAFT,
    }


def _named(details: Details, event: ReviewEvent | None) -> str:
    """Return who took the step, "" for nobody: to a co-author from outside no one is named.

    An answer without the mark is older than it, and may have gone to one.
    """
    if event is None or event.actor is None:
        return ""
    if details.get("is_guest", event.step is not ReviewStep.REQUESTED):
        return str(_("Another editor"))
    return event.actor.full_name


KIND = register(
    Kind(
        key="catalog.review_step",
        template="review_step",
        subject=_subject,
        present=_present,
        endpoint="catalog.courses",
    )
)


def tell_reviewers(event: ReviewEvent, hands: Hands, *, now: datetime) -> None:
    """Tell all who may approve the draft that it waits; nobody what they asked for themselves."""
    for person in holders(Permission.AUTHOR_COURSES, "", limit=MOST):
        if person.id != event.actor_id and may_approve(person.id, hands):
            _tell(person, event, now)


def tell_who_asked(event: ReviewEvent, hands: Hands, *, now: datetime) -> None:
    """Tell the answer to who asked for the review, unless they gave it themselves."""
    if hands.asked_by is None or hands.asked_by == event.actor_id:
        return
    viewer = viewers_of([hands.asked_by], now).get(hands.asked_by)
    is_guest = viewer is None or viewer.is_guest
    _tell(db.session.get_one(Person, hands.asked_by), event, now, is_guest=is_guest)


def _tell(person: Person, event: ReviewEvent, now: datetime, *, is_guest: bool = False) -> None:
    notify(
        recipient=person,
        kind=KIND.key,
        key=f"{KIND.key}:{event.public_id}",
        details={"event": event.public_id, "step": event.step.value, "is_guest": is_guest},
        now=now,
        settings=current_app.config["SETTINGS"],
    )
