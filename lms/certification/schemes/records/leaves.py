"""Leaves of people: facts without a scheme, appended by an import or by HR.

A leave that was entered wrongly is ended on the day it began: it never was. What is right instead
is another leave.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.certification.errors import LeaveChanged, LeaveOverlaps, NothingToEnd
from lms.certification.lifecycle.facts import FactKind, LeaveEnded
from lms.certification.schemes.codec import fact_of
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.decisions import begin_leave, end_leave
from lms.core.database import db
from lms.people.importing.leaves import Leave
from lms.people.models import Person

KINDS = (FactKind.LEAVE_BEGAN, FactKind.LEAVE_ENDED)
DAY = timedelta(days=1)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)  # another year is a slip


def leaves_of(person_ids: Collection[int]) -> dict[int, list[Leave]]:
    """Return the leaves of these people by their first day; who has none is left out.

    Of two ends of a leave the earlier one holds, as in the life cycle.
    """
    statement = sa.select(CertificationFact).where(
        CertificationFact.person_id.in_(person_ids),
        CertificationFact.scheme_id.is_(None),
        CertificationFact.kind.in_(KINDS),
    )
    begun: dict[int, dict[str, date]] = defaultdict(dict)
    ended: dict[tuple[int, str], date] = {}
    order = CertificationFact.effective_on, CertificationFact.id
    for row in db.session.scalars(statement.order_by(*order)):
        fact = fact_of(row)
        if isinstance(fact, LeaveEnded):
            ended.setdefault((row.person_id, fact.leave), fact.effective_on)
        else:
            begun[row.person_id][fact.key] = fact.effective_on
    found = {
        person_id: [Leave(key, on, ended.get((person_id, key))) for key, on in own.items()]
        for person_id, own in begun.items()
    }
    return {person_id: took for person_id, own in found.items() if (took := _took(own))}


def _took(leaves: Collection[Leave]) -> list[Leave]:
    """Leave out what never was."""
    return [one for one in leaves if one.back_on is None or one.back_on > one.began_on]


class LeavesOnRecord:
    """The leaves that the certification facts hold."""

    def of(self, person_ids: Collection[int]) -> dict[int, list[Leave]]:
        """Return the leaves of these people by their first day; who has none is left out."""
        return leaves_of(person_ids)

    def noted(self) -> sa.ColumnElement[bool]:
        """Return the condition on ``AuditEntry`` that ``recording.append_one`` noted a leave."""
        fact = AuditEntry.details["fact"].as_string()
        return sa.and_(
            AuditEntry.action == "certification.fact_recorded",
            fact.in_([kind.value for kind in KINDS]),
        )

    def begin(
        self, *, person: Person, on: date, actor: Person | None, now: datetime, reason: str
    ) -> None:
        """Note that the person is away from ``on``."""
        begin_leave(person=person, on=on, actor=actor, now=now, reason=reason)

    def end(
        self,
        *,
        person: Person,
        began_on: date | None,
        on: date,
        actor: Person | None,
        now: datetime,
        reason: str,
    ) -> None:
        """Note that the leave that began on ``began_on``, or the open one, is over.

        ``on`` is the first day back. Raises NothingToEnd.
        """
        for leave in self.of([person.id]).get(person.id, ()):
            if leave.back_on is None and began_on in (None, leave.began_on):
                end_leave(
                    person=person, leave=leave.key, on=on, actor=actor, now=now, reason=reason
                )
                return
        raise NothingToEnd


class LeaveDesk:
    """Entries by HR about one person's leaves; it holds the row until the transaction ends."""

    def __init__(self, *, person: Person, actor: Person, now: datetime, reason: str) -> None:
        """Hold the person and read the leaves: two who enter at once see each other's."""
        held = sa.select(Person.id).where(Person.id == person.id)
        db.session.execute(held.with_for_update())
        self.person, self.actor, self.now, self.reason = person, actor, now, reason
        self.known = leaves_of([person.id]).get(person.id, [])

    def enter(self, first_on: date, last_on: date | None) -> None:
        """Note a leave; ``last_on`` None: its end isn't known. Raises LeaveOverlaps."""
        self._must_be_free(first_on, last_on, self.known)
        self._begin(first_on, last_on)

    def correct(self, key: str, first_on: date, last_on: date | None) -> None:
        """Let the leave with ``key`` have been from ``first_on`` to ``last_on``.

        An open one that only gets its end is ended. Raises LeaveChanged, LeaveOverlaps.
        """
        leave = self._found(key)
        others = [one for one in self.known if one.key != key]
        self._must_be_free(first_on, last_on, others)
        back_on = last_on + DAY if last_on else None
        if (leave.began_on, leave.back_on) == (first_on, back_on):
            return
        if leave.began_on == first_on and leave.back_on is None and back_on is not None:
            self._end(leave, back_on)
            return
        self._end(leave, leave.began_on)
        self._begin(first_on, last_on)

    def strike(self, key: str) -> None:
        """Note that the leave with ``key`` never was. Raises LeaveChanged."""
        leave = self._found(key)
        self._end(leave, leave.began_on)

    def _found(self, key: str) -> Leave:
        leave = next((one for one in self.known if one.key == key), None)
        if leave is None:
            raise LeaveChanged
        return leave

    def _must_be_free(
        self, first_on: date, last_on: date | None, others: Collection[Leave]
    ) -> None:
        for one in others:
            if one.overlaps(first_on, last_on):
                raise LeaveOverlaps(one)

    def _begin(self, first_on: date, last_on: date | None) -> None:
        at: dict[str, Any] = {"actor": self.actor, "now": self.now, "reason": self.reason}
        key = begin_leave(person=self.person, on=first_on, **at)
        if last_on is not None:
            end_leave(person=self.person, leave=key, on=last_on + DAY, **at)

    def _end(self, leave: Leave, on: date) -> None:
        end_leave(
            person=self.person,
            leave=leave.key,
            on=on,
            actor=self.actor,
            now=self.now,
            reason=self.reason,
        )
