"""Leaves of people as an import reads and writes them: facts without a scheme."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.errors import NothingToEnd
from lms.certification.lifecycle.facts import FactKind, LeaveEnded
from lms.certification.schemes.codec import fact_of
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.decisions import begin_leave, end_leave
from lms.core.database import db
from lms.people.importing.leaves import Leave
from lms.people.models import Person

KINDS = (FactKind.LEAVE_BEGAN, FactKind.LEAVE_ENDED)


class LeavesOnRecord:
    """The leaves that the certification facts hold."""

    def of(self, person_ids: Collection[int]) -> dict[int, list[Leave]]:
        """Return the leaves of these people by their first day; who has none is left out."""
        statement = sa.select(CertificationFact).where(
            CertificationFact.person_id.in_(person_ids), CertificationFact.kind.in_(KINDS)
        )
        begun: dict[int, dict[str, date]] = defaultdict(dict)
        ended: dict[tuple[int, str], date] = {}
        for row in db.session.scalars(statement.order_by(CertificationFact.effective_on)):
            fact = fact_of(row)
            if isinstance(fact, LeaveEnded):
                ended[row.person_id, fact.leave] = fact.effective_on
            else:
                begun[row.person_id][fact.key] = fact.effective_on
        return {
            person_id: [Leave(key, on, ended.get((person_id, key))) for key, on in own.items()]
            for person_id, own in begun.items()
        }

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
