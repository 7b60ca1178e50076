"""What HR decides about a person: each a fact with actor and reason, effective on a date."""

from datetime import date, datetime
from typing import Any

from lms.certification.errors import NotHeld, NothingToEnd
from lms.certification.lifecycle.facts import (
    EvidenceWithdrawn,
    Extended,
    Fact,
    LeaveBegan,
    LeaveEnded,
    Reinstated,
    Required,
    RequirementLifted,
    Revoked,
    Suspended,
    Waived,
    WaiverEnded,
)
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, state_on
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.records.recording import append_one, award_fact, is_known
from lms.core.identifiers import public_id
from lms.people.models import Person

PERSONAL = "personal"  # begins the keys of requirements that no rule made


class Desk:
    """Decisions of one person of HR about one person and scheme, at one moment."""

    def __init__(
        self, *, person: Person, scheme_id: int, actor: Person, now: datetime, today: date
    ) -> None:
        """Load what is known so far."""
        self.person, self.scheme_id, self.actor = person, scheme_id, actor
        self.now, self.today = now, today
        scheme = schemes_by_id([scheme_id])[scheme_id]
        self.known: History = history(person.id, scheme_id, scheme)

    def award(self, *, reason: str) -> None:
        """Award it today, whatever the evidence. Nothing changes when it was awarded today."""
        self._append(award_fact(self.known, today=self.today, now=self.now), reason)

    def require(self, *, due_on: date, reason: str, enrols: bool = False) -> None:
        """Require it of this person by a date, beside the rules.

        Where it ``enrols``, jobs follow as after a rule that enrols.
        """
        self._append(self._fact(Required, PERSONAL, due_on=due_on, enrols=enrols), reason)

    def lift(self, *, reason: str) -> None:
        """Take back what was required of this person alone. Raises NothingToEnd."""
        self._end(
            RequirementLifted,
            "requirement",
            [
                one.key
                for one in self.known.requirements(self.today)
                if one.key.startswith(PERSONAL)
            ],
            reason,
        )

    def suspend(self, *, on: date, reason: str) -> None:
        """Let it count no longer from ``on``. Raises NotHeld."""
        self._must_hold()
        self._append(self._fact(Suspended, "suspended", on), reason)

    def reinstate(self, *, reason: str) -> None:
        """End each suspension, from today. Raises NothingToEnd."""
        over = {one.suspension for one in self.known.seen(Reinstated, self.today)}
        self._end(
            Reinstated,
            "suspension",
            [one.key for one in self.known.seen(Suspended, self.today) if one.key not in over],
            reason,
        )

    def revoke(self, *, reason: str) -> None:
        """Take away all that was awarded up to today. Raises NotHeld."""
        self._must_hold()
        self._append(self._fact(Revoked, "revoked"), reason)

    def extend(self, *, until_on: date, reason: str) -> None:
        """Let the present or last period run to ``until_on``. Raises NotHeld."""
        period = self.known.standing_period(self.today)
        if period is None or period.until_on is None or until_on <= period.until_on:
            raise NotHeld
        fact = self._fact(Extended, "extended", award=period.award, until_on=until_on)
        self._append(fact, reason)

    def waive(self, *, until_on: date, grants_authority: bool, reason: str) -> None:
        """Ask nothing until a date; with authority the person may serve meanwhile."""
        fact = self._fact(Waived, "waived", until_on=until_on, grants_authority=grants_authority)
        self._append(fact, reason)

    def end_waiver(self, *, reason: str) -> None:
        """End each waiver in force, from today. Raises NothingToEnd."""
        self._end(
            WaiverEnded,
            "waiver",
            [one.key for one in self.known.waivers(self.today)],
            reason,
        )

    def withdraw(self, *, part: str, reason: str) -> None:
        """Let the evidence for a part count no more, from today; what was awarded stands.

        Raises NothingToEnd.
        """
        known = [one.key for one in self.known.evidence(self.today) if one.part == part]
        self._end(EvidenceWithdrawn, "evidence", known, reason)

    def _must_hold(self) -> None:
        holding = state_on(self.known, self.today).holding
        if holding in (Holding.NONE, Holding.REVOKED):
            raise NotHeld

    def _fact(self, kind: type[Fact], name: str, on: date | None = None, **own: Any) -> Fact:
        key = f"{name}:{public_id()}"
        return kind(key=key, effective_on=on or self.today, recorded_at=self.now, **own)

    def _end(self, kind: type[Fact], field: str, keys: list[str], reason: str) -> None:
        if not keys:
            raise NothingToEnd
        for key in keys:
            fact = kind(
                key=f"end:{key}",
                effective_on=self.today,
                recorded_at=self.now,
                **{field: key},
            )
            self._append(fact, reason)

    def _append(self, fact: Fact, reason: str) -> None:
        append_one(
            person=self.person,
            scheme_id=self.scheme_id,
            fact=fact,
            now=self.now,
            actor=self.actor,
            reason=reason,
        )


def begin_leave(
    *, person: Person, on: date, actor: Person | None, now: datetime, reason: str
) -> str:
    """Note that the person is away from ``on``: terms stand still, nobody is reminded.

    Return the leave's key: one from the same day that never was has its own.
    """
    key = f"leave:{on.isoformat()}"
    if is_known(person, key):
        key = f"{key}:{public_id()}"
    fact = LeaveBegan(key=key, effective_on=on, recorded_at=now)
    append_one(person=person, scheme_id=None, fact=fact, now=now, actor=actor, reason=reason)
    return key


def end_leave(
    *, person: Person, leave: str, on: date, actor: Person | None, now: datetime, reason: str
) -> None:
    """Note that the leave with the key ``leave`` is over; ``on`` is the first day back.

    Where it was ended before, the earlier end holds.
    """
    key = f"end:{leave}"
    if is_known(person, key):
        key = f"end:{public_id()}:{leave}"
    fact = LeaveEnded(key=key, effective_on=on, recorded_at=now, leave=leave)
    append_one(person=person, scheme_id=None, fact=fact, now=now, actor=actor, reason=reason)
