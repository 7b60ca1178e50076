"""The facts of one person and scheme in the shape in which a date asks for them.

What a date sees: facts effective on or before it. So each question takes the date, and a fact that
ends another counts only once it is effective itself.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from lms.certification.lifecycle.calendar import Stretch, deadline
from lms.certification.lifecycle.facts import (
    Awarded,
    EquivalentEnded,
    EvidenceAccepted,
    EvidenceWithdrawn,
    Extended,
    Fact,
    LeaveBegan,
    LeaveEnded,
    Left,
    Reinstated,
    Required,
    RequirementLifted,
    Returned,
    Revoked,
    Suspended,
    Waived,
    WaiverEnded,
)
from lms.certification.lifecycle.terms import Period, Scheme
from lms.core.calendar import add_days

F = TypeVar("F", bound=Fact)


class History:
    """Facts in an order that doesn't depend on when they were recorded."""

    def __init__(self, facts: Iterable[Fact], scheme: Scheme) -> None:
        """Take the facts of one person about one scheme; a key that comes twice counts once."""
        unique = {fact.key: fact for fact in facts}
        self.facts = sorted(unique.values(), key=lambda fact: (fact.effective_on, fact.key))
        self.scheme = scheme
        self._by_kind: dict[type[Fact], list[Any]] = {}
        for fact in self.facts:
            self._by_kind.setdefault(type(fact), []).append(fact)

    def seen(self, kind: type[F], day: date) -> list[F]:
        """Return the facts of a kind that ``day`` sees, the earliest effective first."""
        return [one for one in self._by_kind.get(kind, ()) if one.effective_on <= day]

    def requirements(self, day: date) -> list[Required]:
        """Return the requirements in force on ``day``."""
        lifted = {one.requirement for one in self.seen(RequirementLifted, day)}
        return [one for one in self.seen(Required, day) if one.key not in lifted]

    def due_on(self, requirement: Required, day: date) -> date | None:
        """Return the last day to meet it, as ``day`` sees it; None: not before a leave ends."""
        if requirement.due_on is not None:
            return requirement.due_on
        return deadline(requirement.effective_on, requirement.days, self.leaves(day))

    def leaves(self, day: date) -> list[Stretch]:
        """Return the stretches on leave that ``day`` sees."""
        ends = self._ends(LeaveEnded, day, lambda one: one.leave)
        return self._stretches(self.seen(LeaveBegan, day), ends)

    def has_left(self, day: date) -> bool:
        """Tell whether the person doesn't work in the network on ``day``."""
        ends = self._ends(Returned, day, lambda one: one.absence)
        absences = self._stretches(self.seen(Left, day), ends)
        return any(one.covers(day) for one in absences)

    def is_suspended(self, day: date) -> bool:
        """Tell whether a suspension stands on ``day``."""
        over = {one.suspension for one in self.seen(Reinstated, day)}
        return any(one.key not in over for one in self.seen(Suspended, day))

    def waivers(self, day: date) -> list[Waived]:
        """Return the waivers that cover ``day``."""
        over = {one.waiver for one in self.seen(WaiverEnded, day)}
        return [
            one for one in self.seen(Waived, day) if one.key not in over and day <= one.until_on
        ]

    def revoked_on(self, day: date) -> date | None:
        """Return the day of the last revocation that ``day`` sees."""
        revocations = self.seen(Revoked, day)
        return revocations[-1].effective_on if revocations else None

    def own_awards(self, day: date) -> list[Awarded]:
        """Return the awards that ``day`` sees, what counts in its place for a time left out."""
        return [one for one in self.seen(Awarded, day) if not one.is_equivalent]

    def taken_away_on(self, day: date) -> date | None:
        """Return the day of the revocation that stands on ``day``: nothing was awarded since.

        What counts in its place isn't an award: it doesn't lift what a person decided.
        """
        revoked = self.revoked_on(day)
        if revoked is None or any(one.effective_on > revoked for one in self.own_awards(day)):
            return None
        return revoked

    def periods(self, day: date) -> list[Period]:
        """Return what was awarded and not revoked, as ``day`` sees it; the first to end first."""
        revoked = self.revoked_on(day)
        extensions = self.seen(Extended, day)
        over = {one.award for one in self.seen(EquivalentEnded, day)}
        found = [
            Period(
                award.key,
                award.from_on,
                _latest(award, extensions),
                award.route,
                self.scheme.terms_of(award.version),
                award.is_equivalent,
            )
            for award in self.seen(Awarded, day)
            if (revoked is None or award.effective_on > revoked) and award.key not in over
        ]
        return sorted(found, key=lambda one: (one.until_on or date.max, one.from_on, one.award))

    def standing_period(self, day: date) -> Period | None:
        """Return the period that tells how things stand on ``day``.

        That in force, or the one that follows it without a gap (already renewed); else the last one
        that was, and of one's own the grace outlasts what counted in its place for a time. None:
        nothing was ever in force, or all of it is revoked.
        """
        begun = [one for one in self.periods(day) if one.from_on <= day]
        if not begun:
            return None
        standing = begun[-1]
        if standing.is_equivalent and (standing.until_on or date.max) < day:
            standing = max(begun, key=lambda one: one.grace_until_on or date.max)
        for one in self.periods(day):
            end, reach = one.until_on, standing.until_on
            longer = reach is not None and (end is None or end > reach)
            if longer and reach is not None and day <= reach and one.from_on <= add_days(reach, 1):
                standing = one
        return standing

    def evidence(self, day: date) -> list[EvidenceAccepted]:
        """Return the evidence that ``day`` sees and that wasn't withdrawn."""
        withdrawn = {one.evidence for one in self.seen(EvidenceWithdrawn, day)}
        return [one for one in self.seen(EvidenceAccepted, day) if one.key not in withdrawn]

    def consumed_on(self, day: date) -> date | None:
        """Return the last day whose evidence is used up: by an award, or lost by a revocation."""
        ends = [*self.own_awards(day), *self.seen(Revoked, day)]
        return max((one.effective_on for one in ends), default=None)

    def _ends(self, kind: type[F], day: date, names: Callable[[F], str]) -> dict[str, date]:
        return {names(one): one.effective_on for one in reversed(self.seen(kind, day))}

    def _stretches(self, begun: Iterable[Fact], ends: dict[str, date]) -> list[Stretch]:
        found = []
        for one in begun:
            end = ends.get(one.key)
            if end is None:
                found.append(Stretch(one.effective_on))
            elif end > one.effective_on:
                found.append(Stretch(one.effective_on, add_days(end, -1)))
        return found


def _latest(award: Awarded, extensions: list[Extended]) -> date | None:
    if award.until_on is None:
        return None
    return max([award.until_on, *(one.until_on for one in extensions if one.award == award.key)])
