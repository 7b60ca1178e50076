"""Builders of service groups and of centres with windows and needs. Each flushes."""

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import Any

from lms.certification.schemes.models import CertificationScheme
from lms.certification.staffing import services
from lms.certification.staffing.models import ServiceGroup
from lms.certification.staffing.seating.plans import Needs
from lms.certification.staffing.seating.shifts import EVERY, Shift
from lms.people.models import OrganisationUnit, Person
from tests.builders.people import NOW, make_job_role, make_person, make_unit

_numbers = count(1)


def make_group(*schemes: CertificationScheme, **overrides: Any) -> ServiceGroup:
    """A service group that asks for these certifications."""
    number = next(_numbers)
    values = {
        "group": None,
        "key": f"group-{number}",
        "name_ru": f"Группа {number}",
        "name_en": f"Group {number}",
        "scheme_ids": [one.id for one in schemes],
        "now": NOW,
        "actor": None,
    }
    return services.save_group(**{**values, **overrides})


def make_centre(*groups: ServiceGroup, **options: Any) -> OrganisationUnit:
    """A centre with windows and needs; options as of ``plan_centre``."""
    unit = make_unit()
    plan_centre(unit, *groups, **options)
    return unit


def plan_centre(
    unit: OrganisationUnit,
    *groups: ServiceGroup,
    windows: int = 2,
    needs: int = 1,
    weekdays: Iterable[int] = (0,),
) -> None:
    """Let the windows of a centre offer all of ``groups``, and everybody work always.

    It needs ``needs`` windows for each in the first half of ``weekdays``.
    """
    ids = {group.id for group in groups}
    offers = dict.fromkeys(range(1, windows + 1), frozenset(ids))
    wanted = {(day, Shift.FIRST): dict.fromkeys(ids, needs) for day in weekdays}
    by: dict[str, Any] = {"unit": unit, "now": NOW, "actor": None}
    services.save_windows(windows=offers, **by)
    services.save_needs(hours=None, needs=wanted, **by)
    services.save_centre_pattern(pattern=EVERY, **by)


def make_head(unit: OrganisationUnit) -> Person:
    """The head of a centre."""
    return make_person(unit=unit, job_role=make_job_role("head-of-centre"))


def make_needs(
    windows: Mapping[int, Collection[int]],
    required: Mapping[int, int],
    people: Mapping[int, Collection[int]],
) -> Needs:
    """Needs, said by who is there and what each of them may serve."""
    groups = {group for own in people.values() for group in own}
    able = {
        group: frozenset(person for person, own in people.items() if group in own)
        for group in groups
    }
    return Needs(windows, required, able)


def people_of(needs: Needs) -> dict[int, frozenset[int]]:
    """Who is there and may serve something, and what each of them may serve."""
    people = frozenset().union(*needs.able.values())
    return {person: needs.groups_of(person) for person in people}
