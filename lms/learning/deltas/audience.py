"""To whom a training goes: those whom its change touches, if its author doesn't choose others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.learning.deltas.models import DeltaAssignment, DeltaOrder, DeltaTraining, Whom
from lms.learning.deltas.touched import groups, touched_people, works_here
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.queries import within


@dataclass(frozen=True)
class Audience:
    """Whom an order means: for which reasons (names of groups), and beneath which unit."""

    whom: Whom = Whom.TOUCHED
    reasons: tuple[str, ...] = ()
    unit: OrganisationUnit | None = None

    @property
    def key(self) -> str:
        """What names it in a form, so that a page knows whether its count was shown."""
        reasons = ",".join(sorted(self.reasons)) if self.whom is Whom.CHOSEN else ""
        return "/".join((self.whom.value, reasons, self.unit.public_id if self.unit else ""))

    def condition(self, versions: Collection[int], today: date) -> sa.ColumnElement[bool]:
        """Return the condition on ``Person``; ``versions`` taught the old fact (ids)."""
        return sa.and_(self._reached(versions, today), _beneath(self.unit))

    def _reached(self, versions: Collection[int], today: date) -> sa.ColumnElement[bool]:
        match self.whom:
            case Whom.TOUCHED:
                return touched_people(versions, today)
            case Whom.CHOSEN:
                return touched_people(versions, today, self.reasons)
            case Whom.EVERYBODY:
                return works_here()


EVERY_TOUCHED = Audience()


def _beneath(unit: OrganisationUnit | None) -> sa.ColumnElement[bool]:
    if unit is None:
        return sa.true()
    return Person.id.in_(
        sa.select(Employment.person_id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Employment.ended_on.is_(None), within(frozenset({unit.path})))
    )


def audience_of(order: DeltaOrder) -> Audience:
    """Return whom an order means."""
    return Audience(order.whom, tuple(order.reasons), order.unit)


def orders_of(training: DeltaTraining) -> list[DeltaOrder]:
    """Return how a training was sent, the first order first. One statement."""
    statement = (
        sa.select(DeltaOrder)
        .where(DeltaOrder.training_id == training.id)
        .options(joinedload(DeltaOrder.unit))
        .order_by(DeltaOrder.id)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class Reach:
    """How many people each choice would give a training to who lack it."""

    meant: int  # the audience that was asked about
    touched: int
    everybody: int
    reasons: Mapping[str, int]  # by name of the group


def reach(
    audience: Audience,
    versions: Collection[int],
    today: date,
    *,
    training: DeltaTraining | None = None,
) -> Reach:
    """Count in the whole network, beneath the audience's unit. One statement.

    ``training``: who was sent it already isn't counted.
    """
    names = [group.name for group in groups()]
    choices = [
        audience,
        Audience(Whom.TOUCHED, (), audience.unit),
        Audience(Whom.EVERYBODY, (), audience.unit),
        *(Audience(Whom.CHOSEN, (name,), audience.unit) for name in names),
    ]
    columns = (
        sa.select(sa.func.count())
        .select_from(Person)
        .where(choice.condition(versions, today), lacks(training))
        .scalar_subquery()
        for choice in choices
    )
    meant, touched, everybody, *own = db.session.execute(sa.select(*columns)).one()
    return Reach(meant, touched, everybody, dict(zip(names, own, strict=True)))


def lacks(training: DeltaTraining | None) -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'was not sent the training' (None: nobody was)."""
    if training is None:
        return sa.true()
    return Person.id.not_in(
        sa.select(DeltaAssignment.person_id).where(DeltaAssignment.training_id == training.id)
    )
