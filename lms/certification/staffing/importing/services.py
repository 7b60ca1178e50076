"""Importing rows that are right, all of them together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from lms.audit.services import record as audit
from lms.certification.staffing import queries, services
from lms.certification.staffing.importing.checking import Checked, Known, check
from lms.certification.staffing.importing.tables import Given, Named, TableKind
from lms.certification.staffing.loading import load_setup
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import numbers_for_example, people_numbered


def checked_for(viewer: Viewer, kind: TableKind, rows: Sequence[Given]) -> list[Checked]:
    """Return what the rows mean, or their flaws, to somebody who may plan some centres."""
    numbers = {row.cells.get("number", "") for row in rows}
    known = Known(
        centres=queries.centres_coded(viewer),
        groups={group.key: group.id for group in queries.groups()},
        people=people_numbered(viewer, Permission.PLAN_STAFFING, numbers - {""}),
    )
    return check(kind, rows, known)


def named_for(viewer: Viewer) -> Named:
    """Return what an example names to this viewer; made-up codes where there is nothing to name."""
    return Named(
        centre=min(queries.centres_coded(viewer), default="centre-1"),
        groups=[group.key for group in queries.groups()[:2]] or ["documents"],
        numbers=numbers_for_example(viewer, Permission.PLAN_STAFFING),
    )


def import_rows(*, kind: TableKind, rows: Sequence[Checked], now: datetime, actor: Person) -> int:
    """Write what rows without a flaw mean; return how many rows that was."""
    by: dict[str, Any] = {"now": now, "actor": actor}
    if kind is TableKind.WORK:
        for row in rows:
            services.save_pattern(person=row.about, pattern=row.meaning, **by)
    elif kind is TableKind.DAYS:
        for row in rows:
            first, last, shifts = row.meaning
            services.say_days(person=row.about, first_on=first, last_on=last, shifts=shifts, **by)
    else:
        for unit, meanings in _by_centre(rows):
            _save(kind, unit, meanings, by)
    audit(
        now=now,
        actor_key=actor.public_id,
        action="certification.staffing_imported",
        subject_kind="staffing",
        subject_key=kind.value,
        rows=len(rows),
    )
    return len(rows)


def _by_centre(rows: Iterable[Checked]) -> list[tuple[OrganisationUnit, list[Any]]]:
    units: dict[int, OrganisationUnit] = {}
    meanings: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        units[row.about.id] = row.about
        meanings[row.about.id].append(row.meaning)
    return [(unit, meanings[identifier]) for identifier, unit in units.items()]


def _save(kind: TableKind, unit: OrganisationUnit, meanings: list[Any], by: dict[str, Any]) -> None:
    if kind is TableKind.WINDOWS:
        services.save_windows(unit=unit, windows=dict(meanings), **by)
    elif kind is TableKind.HOURS:
        hours = {**load_setup(unit).hours, **dict(meanings)}
        services.save_needs(unit=unit, hours=hours, needs=None, **by)
    else:
        needs: dict[Any, dict[int, int]] = defaultdict(dict)
        for place, group, number in meanings:
            needs[place][group] = number
        services.save_needs(unit=unit, hours=None, needs=needs, **by)
