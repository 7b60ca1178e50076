"""When a scheme reminds whom: distances in days for each audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record as audit
from lms.certification.errors import PlanChanged
from lms.certification.lifecycle.reminders import Distances
from lms.certification.reminding.models import ReminderPlan
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.people.models import Person


class Audience(Enum):
    """To whom a reminder goes."""

    PERSON = "person"
    HEAD = "head"  # the head of the person's centre
    HR = "hr"  # HR in whose scope the centre lies


@dataclass(frozen=True)
class Plan:
    """The distances of each audience; ``number`` counts the changes, 0: as first given."""

    distances: Mapping[Audience, Distances]
    number: int = 0

    @property
    def before(self) -> frozenset[int]:
        """All distances before a date, of whatever audience."""
        return frozenset().union(*(one.before for one in self.distances.values()))

    @property
    def after(self) -> frozenset[int]:
        """All distances after a date, of whatever audience."""
        return frozenset().union(*(one.after for one in self.distances.values()))


DEFAULT = Plan(
    {
        Audience.PERSON: Distances(frozenset({60, 30, 14, 7, 1}), frozenset({1, 7, 30})),
        Audience.HEAD: Distances(frozenset({14}), frozenset({1, 14})),
        Audience.HR: Distances(frozenset({7}), frozenset({7, 30})),
    }
)


def plan_of(scheme: CertificationScheme) -> Plan:
    """Return the scheme's plan as it is now."""
    return plans([scheme.id])[scheme.id]


def plans(scheme_ids: list[int]) -> dict[int, Plan]:
    """Return the plans of these schemes, one statement for all."""
    found = dict.fromkeys(scheme_ids, DEFAULT)
    statement = (
        sa.select(ReminderPlan)
        .where(ReminderPlan.scheme_id.in_(scheme_ids))
        .order_by(ReminderPlan.number)
    )
    for row in db.session.scalars(statement):
        found[row.scheme_id] = Plan(_read(row.distances), row.number)
    return found


def _read(data: Mapping[str, Any]) -> dict[Audience, Distances]:
    return {
        audience: Distances(
            frozenset(data[audience.value]["before"]), frozenset(data[audience.value]["after"])
        )
        for audience in Audience
    }


def change_plan(
    *,
    scheme: CertificationScheme,
    distances: Mapping[Audience, Distances],
    seen: int,
    actor: Person,
    now: datetime,
) -> None:
    """Remind at ``distances`` from now on. Raises PlanChanged unless ``seen`` is the last."""
    if plan_of(scheme).number != seen:
        raise PlanChanged
    data = {
        audience.value: {
            "before": sorted(distances[audience].before),
            "after": sorted(distances[audience].after),
        }
        for audience in Audience
    }
    row = ReminderPlan(
        scheme_id=scheme.id, number=seen + 1, distances=data, made_at=now, made_by_id=actor.id
    )
    insert(row, PlanChanged())
    audit(
        now=now,
        actor_key=actor.public_id,
        action="certification.reminders_changed",
        subject_kind="certification_scheme",
        subject_key=scheme.public_id,
    )
