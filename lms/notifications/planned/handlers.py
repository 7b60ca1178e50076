"""Whoever planned a post or an end of work is told when it couldn't be done on its day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from lms.core.database import db
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.services import collect
from lms.people.events import plan_failed
from lms.people.identity import viewers_of
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.planned.models import PlannedPost
from lms.people.planned.queries import plans_by_key
from lms.people.planned.words import failure_words
from lms.people.queries import who_keep

WITHIN = timedelta(minutes=15)  # what fails at midnight is one mail
MOST = 50  # in one message; how many there are in all is said


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Read the plans anew: a message names nobody."""
    found = plans_by_key({key for details in many for key in details["plans"][:MOST]})
    return [
        {
            "lines": [
                {"person": plan.person, "words": failure_words(plan)}
                for key in details["plans"][:MOST]
                if (plan := found.get(key)) is not None
            ],
            "total": len(details["plans"]),
        }
        for details in many
    ]


KIND = register(
    Kind(
        key="people.plan_failed",
        template="plan_failed",
        subject=lambda _details: _("What you planned couldn’t take effect"),
        present=_present,
        endpoint="people.planned_posts",
    )
)


@plan_failed.connect
def tell_who_planned(plan: PlannedPost, *, now: datetime) -> None:
    """Tell who planned it; where they keep people no more, those who keep this person."""
    for person in _concerned(plan, now):
        collect(
            recipient=person,
            kind=KIND.key,
            key=f"{KIND.key}:{plan.public_id}",
            details={"plans": [plan.public_id]},
            merge=lambda said, more: {"plans": [*said["plans"], *more["plans"]]},
            within=WITHIN,
            now=now,
            settings=current_app.config["SETTINGS"],
        )


def _concerned(plan: PlannedPost, now: datetime) -> list[Person]:
    planner = db.session.get(Person, plan.planned_by_id) if plan.planned_by_id else None
    if planner is not None and planner.merged_into_id is not None:
        planner = db.session.get_one(Person, planner.merged_into_id)
    if planner is not None:
        viewer = viewers_of([planner.id], now).get(planner.id)
        if viewer is not None and viewer.may(Permission.KEEP_PEOPLE):
            return [planner]
    return who_keep(plan.person, Permission.KEEP_PEOPLE)
