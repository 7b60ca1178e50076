"""What moving a centre would mean: which rules begin and end, who is late, who sees its people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification.lifecycle.facts import Fact, Required, RequirementLifted
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Obligation, State, state_on
from lms.certification.schemes.models import RequirementRule
from lms.certification.schemes.records.alike import Alike, shared_histories
from lms.certification.schemes.records.histories import schemes_by_id
from lms.certification.schemes.rules.spells import BY_RULE
from lms.core.database import db
from lms.people.models import (
    AccessRole,
    Account,
    Employment,
    OrganisationUnit,
    Person,
    RoleGrant,
)
from lms.people.planned.models import PlannedPost


@dataclass(frozen=True)
class Change:
    """A rule that begins, or no longer holds, for people of the centre."""

    rule: RequirementRule  # with scheme, post and unit
    people: int  # whom it is about
    lacking: int = 0  # of a rule that begins: who don't hold it
    late: int = 0  # of them, whose term is over on the first day


@dataclass(frozen=True)
class Holder:
    """Somebody whose role covers the centre only before, or only after the move."""

    person: Person
    role: AccessRole


@dataclass(frozen=True)
class Meaning:
    """What a move would mean today."""

    people: int  # who work at the centre
    planned: int  # who are to begin there
    begin: tuple[Change, ...]
    end: tuple[Change, ...]
    gain: tuple[Holder, ...]  # who come to see the centre's people
    lose: tuple[Holder, ...]

    @property
    def late(self) -> int:
        """How many terms are over on the first day."""
        return sum(one.late for one in self.begin)


def meaning(
    centre: OrganisationUnit, above: OrganisationUnit, *, now: datetime, today: date
) -> Meaning:
    """Return what moving ``centre`` to ``above`` would mean. Reads; writes nothing.

    The number of statements doesn't grow with the people, nor with the rules.
    """
    former, new = _parts(centre.path), _parts(above.path + centre.code)
    roles = _roles(centre)
    rules = _rules({*former, *new}, today)
    begin = [rule for rule in rules if rule.unit.code in new - former]
    end = [rule for rule in rules if rule.unit.code in former - new]
    planned = sa.select(sa.func.count()).where(
        PlannedPost.unit_id == centre.id, PlannedPost.ended_at.is_(None)
    )
    gain, lose = _access(former, new)
    return Meaning(
        people=len(roles),
        planned=db.session.scalar(planned) or 0,
        begin=tuple(_beginning(centre, begin, end, roles, now, today)),
        end=tuple(Change(rule, len(_asked(rule, roles))) for rule in end),
        gain=gain,
        lose=lose,
    )


def _parts(path: str) -> frozenset[str]:
    return frozenset(path.strip("/").split("/"))


def _roles(centre: OrganisationUnit) -> dict[int, int]:
    """Return the posts of those who work there, by their ids."""
    statement = sa.select(Employment.person_id, Employment.job_role_id).where(
        Employment.unit_id == centre.id, Employment.ended_on.is_(None)
    )
    return {row.person_id: row.job_role_id for row in db.session.execute(statement)}


def _rules(codes: Collection[str], today: date) -> list[RequirementRule]:
    """Return the rules over these units that aren't over, with what they are called by."""
    rule = RequirementRule
    statement = (
        sa.select(rule)
        .join(rule.unit)
        .where(
            OrganisationUnit.code.in_(codes),
            sa.or_(rule.ended_on.is_(None), rule.ended_on > today),
        )
        .options(joinedload(rule.unit), joinedload(rule.job_role), joinedload(rule.scheme))
        .order_by(rule.scheme_id, rule.id)
    )
    return list(db.session.scalars(statement))


def _asked(rule: RequirementRule, roles: Mapping[int, int]) -> set[int]:
    return {person for person, role in roles.items() if rule.job_role_id in (None, role)}


def _beginning(
    centre: OrganisationUnit,
    rules: Collection[RequirementRule],
    over: Collection[RequirementRule],
    roles: Mapping[int, int],
    now: datetime,
    today: date,
) -> Iterator[Change]:
    """Yield what each rule would ask that begins with the move; terms are counted from that day.

    What is ``over`` with it asks nothing any more, whether or not its term had passed.
    """
    if not rules:
        return
    schemes = schemes_by_id({rule.scheme_id for rule in rules})
    people = sa.select(Employment.person_id).where(
        Employment.unit_id == centre.id, Employment.ended_on.is_(None)
    )
    shared = shared_histories(people, schemes, leaves=True)
    keys = tuple(f"{BY_RULE}{rule.public_id}:" for rule in over)
    for rule in rules:
        asked, day = _asked(rule, roles), max(today, rule.in_force_on)
        known = shared[rule.scheme_id]
        others = asked - {person for one in known for person in one.people}
        nobody = Alike(frozenset(others), History([], schemes[rule.scheme_id]))
        fact = Required(key="proposed", effective_on=day, recorded_at=now, days=rule.days)
        lacking = late = 0
        for number, state in _states((*known, nobody), asked, fact, keys):
            lacking += number * _lacks(state)
            late += number * (state.obligation is Obligation.OVERDUE)
        yield Change(rule, len(asked), lacking, late)


def _states(
    known: Iterable[Alike], asked: set[int], fact: Required, over: tuple[str, ...]
) -> Iterator[tuple[int, State]]:
    """Yield how many of whom it is asked would stand how: ``over`` is how keys begin of what no
    longer is.
    """
    for one in known:
        if number := len(one.people & asked):
            facts = one.history.facts
            then = History([*facts, *_lifted(facts, fact, over), fact], one.history.scheme)
            yield number, state_on(then, fact.effective_on)


def _lifted(
    facts: Sequence[Fact], new: Required, over: tuple[str, ...]
) -> Iterator[RequirementLifted]:
    gone = {one.requirement for one in facts if isinstance(one, RequirementLifted)}
    for one in facts:
        if isinstance(one, Required) and one.key.startswith(over) and one.key not in gone:
            yield RequirementLifted(
                key=f"proposed:{one.key}",
                effective_on=new.effective_on,
                recorded_at=new.recorded_at,
                requirement=one.key,
            )


def _lacks(state: State) -> bool:
    return not state.may_serve and state.obligation is not Obligation.WAIVED


def _access(
    former: frozenset[str], new: frozenset[str]
) -> tuple[tuple[Holder, ...], tuple[Holder, ...]]:
    """Return who comes to see the centre's people, and who no longer does, by name."""
    statement = (
        sa.select(RoleGrant.role, OrganisationUnit.code, Person)
        .join(RoleGrant.unit)
        .join(RoleGrant.account)
        .join(Account.person)
        .where(
            OrganisationUnit.code.in_(former | new),
            RoleGrant.ended_at.is_(None),
            RoleGrant.role != AccessRole.TRAINEE,
            Account.suspended_at.is_(None),
        )
        .order_by(Person.sort_name, Person.id, RoleGrant.role)
    )
    over: dict[tuple[Person, AccessRole], set[str]] = defaultdict(set)
    for role, code, person in db.session.execute(statement):
        over[person, role].add(code)
    gain = [Holder(*one) for one, codes in over.items() if not codes & former]
    lose = [Holder(*one) for one, codes in over.items() if not codes & new]
    return tuple(gain), tuple(lose)
