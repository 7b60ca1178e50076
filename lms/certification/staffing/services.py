"""Commands of staffing: groups, windows, hours, needs, patterns of work, training."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from lms.audit.services import record as audit
from lms.catalog.models import Course
from lms.certification.errors import GroupKeyTaken, SetupChanged
from lms.certification.staffing.models import (
    CentreStaffing,
    OpeningDay,
    ServiceGroup,
    ServiceGroupScheme,
    ServiceWindow,
    StaffingNeed,
    WindowService,
    WorkException,
    WorkPattern,
)
from lms.certification.staffing.seating.shifts import OFFICE, Shift
from lms.certification.staffing.training.showing import Candidate
from lms.certification.staffing.weeks import Hours
from lms.core.database import db
from lms.core.unit_of_work import insert
from lms.learning.services.enrolling import EnrolmentWish, enrol_many
from lms.people.models import OrganisationUnit, Person


def save_group(
    *,
    group: ServiceGroup | None,
    key: str,
    name_ru: str,
    name_en: str,
    scheme_ids: Collection[int],
    retired: bool = False,
    row_version: int = 0,
    now: datetime,
    actor: Person | None,
) -> ServiceGroup:
    """Make or change a service group. Raises GroupKeyTaken, SetupChanged."""
    if group is None:
        group = ServiceGroup(key=key, name_ru=name_ru, name_en=name_en)
        insert(group, GroupKeyTaken())
    elif group.row_version != row_version:
        raise SetupChanged
    group.name_ru, group.name_en = name_ru, name_en
    if not retired:
        group.retired_at = None
    elif group.retired_at is None:
        group.retired_at = now
    flag_modified(group, "name_ru")
    _ask(group, scheme_ids)
    audit(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="certification.service_group_saved",
        subject_kind="service_group",
        subject_key=group.public_id,
    )
    return group


def _ask(group: ServiceGroup, scheme_ids: Collection[int]) -> None:
    gone = sa.delete(ServiceGroupScheme).where(ServiceGroupScheme.group_id == group.id)
    db.session.flush()
    db.session.execute(gone, execution_options={"synchronize_session": False})
    rows = [{"group_id": group.id, "scheme_id": one} for one in sorted(set(scheme_ids))]
    if rows:
        db.session.execute(sa.insert(ServiceGroupScheme), rows)
    db.session.expire(group, ["asked"])


def _hold(unit: OrganisationUnit, row_version: int | None) -> CentreStaffing:
    """Return the centre's row with its version counted on. Raises SetupChanged."""
    centre = db.session.get(CentreStaffing, unit.id)
    if row_version is not None and row_version != (centre.row_version if centre else 0):
        raise SetupChanged
    if centre is None:
        centre = CentreStaffing(unit_id=unit.id, pattern=OFFICE)
        insert(centre, SetupChanged())
    else:
        flag_modified(centre, "pattern")
    db.session.flush()
    return centre


def save_windows(
    *,
    unit: OrganisationUnit,
    windows: Mapping[int, Collection[int]],
    row_version: int | None = None,
    now: datetime,
    actor: Person | None,
) -> None:
    """Say which windows a centre has and which groups each offers. Raises SetupChanged.

    ``row_version`` is that of the centre when the form was opened; None: whatever it is now.
    """
    _hold(unit, row_version)
    known = sa.select(ServiceWindow).where(ServiceWindow.unit_id == unit.id)
    rows = {row.number: row for row in db.session.scalars(known)}
    for number in rows.keys() - windows.keys():
        db.session.execute(sa.delete(WindowService).filter_by(window_id=rows[number].id))
        db.session.execute(sa.delete(ServiceWindow).filter_by(id=rows[number].id))
    made = [ServiceWindow(unit_id=unit.id, number=one) for one in windows.keys() - rows.keys()]
    db.session.add_all(made)
    db.session.flush()
    ids = {row.number: row.id for row in (*rows.values(), *made) if row.number in windows}
    _offer({ids[number]: groups for number, groups in windows.items()})
    _audit(unit, action="certification.windows_saved", now=now, actor=actor, rows=len(windows))


def _offer(windows: Mapping[int, Collection[int]]) -> None:
    gone = sa.delete(WindowService).where(WindowService.window_id.in_(windows))
    db.session.execute(gone, execution_options={"synchronize_session": False})
    rows = [
        {"window_id": window, "group_id": group}
        for window, groups in windows.items()
        for group in sorted(set(groups))
    ]
    if rows:
        db.session.execute(sa.insert(WindowService), rows)


def save_needs(
    *,
    unit: OrganisationUnit,
    hours: Mapping[int, Hours | None] | None,
    needs: Mapping[tuple[int, Shift], Mapping[int, int]] | None,
    row_version: int | None = None,
    now: datetime,
    actor: Person | None,
) -> None:
    """Say when a centre is open and how many windows must serve what; None leaves it as it is.

    Raises SetupChanged.
    """
    _hold(unit, row_version)
    if hours is not None:
        _replace(OpeningDay, unit, [_opening(day, times) for day, times in hours.items()])
    if needs is not None:
        rows = [
            {"weekday": weekday, "shift": shift, "group_id": group, "windows": windows}
            for (weekday, shift), groups in needs.items()
            for group, windows in groups.items()
            if windows
        ]
        _replace(StaffingNeed, unit, rows)
    _audit(unit, action="certification.needs_saved", now=now, actor=actor)


def _opening(weekday: int, times: Hours | None) -> dict[str, Any]:
    opens, changes, closes = times or (None, None, None)
    return {"weekday": weekday, "opens_at": opens, "changes_at": changes, "closes_at": closes}


def _replace(table: Any, unit: OrganisationUnit, rows: Iterable[dict[str, Any]]) -> None:
    gone = sa.delete(table).where(table.unit_id == unit.id)
    db.session.execute(gone, execution_options={"synchronize_session": False})
    found = [{"unit_id": unit.id, **row} for row in rows]
    if found:
        db.session.execute(sa.insert(table), found)


def save_centre_pattern(
    *,
    unit: OrganisationUnit,
    pattern: int,
    row_version: int | None = None,
    now: datetime,
    actor: Person | None,
) -> None:
    """Say when those of a centre work who have no pattern of their own. Raises SetupChanged."""
    _hold(unit, row_version).pattern = pattern
    db.session.flush()
    _audit(unit, action="certification.pattern_saved", now=now, actor=actor)


def save_pattern(
    *,
    person: Person,
    pattern: int | None,
    row_version: int | None = None,
    now: datetime,
    actor: Person | None,
) -> None:
    """Say when a person works; None: as the centre. Raises SetupChanged."""
    row = db.session.get(WorkPattern, person.id)
    if row_version is not None and row_version != (row.row_version if row else 0):
        raise SetupChanged
    if pattern is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        insert(WorkPattern(person_id=person.id, pattern=pattern), SetupChanged())
    else:
        row.pattern = pattern
    db.session.flush()
    _audit_person(person, action="certification.pattern_saved", now=now, actor=actor)


def say_days(
    *,
    person: Person,
    first_on: date,
    last_on: date,
    shifts: int,
    now: datetime,
    actor: Person | None,
) -> WorkException:
    """Note that a person works otherwise on some days, or not at all."""
    row = WorkException(
        person_id=person.id, first_on=first_on, last_on=last_on, shifts=shifts, said_at=now
    )
    db.session.add(row)
    db.session.flush()
    on = first_on.isoformat()
    _audit_person(person, action="certification.days_said", now=now, actor=actor, on=on)
    return row


def remove_days(*, row: WorkException, person: Person, now: datetime, actor: Person) -> None:
    """Take back what was said of some days."""
    db.session.delete(row)
    db.session.flush()
    on = row.first_on.isoformat()
    _audit_person(person, action="certification.days_removed", now=now, actor=actor, on=on)


def enrol_candidates(
    *,
    candidates: Iterable[Candidate],
    due_on: date | None,
    reason: str,
    now: datetime,
    actor: Person,
) -> int:
    """Enrol people in the courses they lack; return how many enrolments were made."""
    wishes: dict[str, dict[int, EnrolmentWish]] = {}
    for one in candidates:
        for slug in one.way.courses:
            wish = EnrolmentWish(one.worker.id, one.worker.public_id, due_on)
            wishes.setdefault(slug, {})[one.worker.id] = wish
    courses = sa.select(Course).where(Course.slug.in_(wishes)).order_by(Course.slug)
    return sum(
        enrol_many(
            wishes=list(wishes[course.slug].values()),
            course=course,
            actor=actor,
            now=now,
            reason=reason,
        )
        for course in db.session.scalars(courses).all()
    )


def _audit(
    unit: OrganisationUnit, *, action: str, now: datetime, actor: Person | None, **details: Any
) -> None:
    audit(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="organisation_unit",
        subject_key=unit.public_id,
        unit=unit.code,
        **details,
    )


def _audit_person(
    person: Person, *, action: str, now: datetime, actor: Person | None, **details: Any
) -> None:
    audit(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        **details,
    )
