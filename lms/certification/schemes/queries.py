"""Named reads of schemes, rules, and facts. People are read within the viewer's scope."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from lms.catalog.models import Activity, ActivityKind, Course, CourseVersion, VersionStatus
from lms.catalog.queries import courses
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    RequirementRule,
    SchemeVersion,
)
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import units_within, within


def schemes(*, retired: bool = False) -> list[CertificationScheme]:
    """Return the schemes with their versions, in the order they were made."""
    statement = schemes_statement(retired=retired).order_by(CertificationScheme.id)
    return list(db.session.scalars(statement))


def schemes_statement(*, retired: bool = False) -> sa.Select[CertificationScheme]:
    """Return the statement of schemes with their versions, without an order."""
    return (
        sa.select(CertificationScheme)
        .where(CertificationScheme.retired_at.is_not(None) if retired else _in_use())
        .options(selectinload(CertificationScheme.versions))
    )


def _in_use() -> sa.ColumnElement[bool]:
    return CertificationScheme.retired_at.is_(None)


def versions_statement(scheme: CertificationScheme) -> sa.Select[SchemeVersion]:
    """Return the statement of a scheme's versions, without an order."""
    return sa.select(SchemeVersion).where(SchemeVersion.scheme_id == scheme.id)


def scheme_for(public_id: str) -> CertificationScheme | None:
    """Return the scheme with this public id, with its versions."""
    statement = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.public_id == public_id)
        .options(selectinload(CertificationScheme.versions))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def rules_of(viewer: Viewer, scheme: CertificationScheme) -> list[RequirementRule]:
    """Return the scheme's rules over units in the viewer's scope or above it, oldest first."""
    statement = (
        rules_seen(viewer)
        .where(RequirementRule.scheme_id == scheme.id)
        .order_by(RequirementRule.ended_on.is_not(None), RequirementRule.id)
    )
    return list(db.session.scalars(statement))


def rules_seen(viewer: Viewer) -> sa.Select[RequirementRule]:
    """Return the statement of rules over units in the viewer's scope or above it."""
    scope = viewer.scope(Permission.SEE_CERTIFICATES)
    above = {path[: place + 1] for path in scope for place, sign in enumerate(path) if sign == "/"}
    return (
        _with_names()
        .join(RequirementRule.unit)
        .where(sa.or_(within(scope), OrganisationUnit.path.in_(sorted(above))))
    )


def rules_that_stay(scheme: CertificationScheme) -> list[RequirementRule]:
    """Return the scheme's rules of which no end is known, oldest first, with unit and post."""
    statement = (
        _with_names()
        .where(RequirementRule.scheme_id == scheme.id, RequirementRule.ended_on.is_(None))
        .order_by(RequirementRule.id)
    )
    return list(db.session.scalars(statement))


def rules_beside(
    scheme: CertificationScheme, unit: OrganisationUnit, job_role: JobRole | None
) -> list[RequirementRule]:
    """Return the rules that ask it of some of the same people: of this part and post."""
    return [
        rule
        for rule in rules_that_stay(scheme)
        if (rule.unit.path.startswith(unit.path) or unit.path.startswith(rule.unit.path))
        and (rule.job_role is None or job_role is None or rule.job_role_id == job_role.id)
    ]


def rule_for(viewer: Viewer, public_id: str) -> RequirementRule | None:
    """Return a rule that the viewer may end, with unit, post and scheme."""
    statement = (
        _with_names()
        .join(RequirementRule.unit)
        .where(
            RequirementRule.public_id == public_id,
            within(viewer.scope(Permission.MANAGE_CERTIFICATES)),
        )
    )
    return db.session.scalars(statement).one_or_none()


def _with_names() -> sa.Select[RequirementRule]:
    return sa.select(RequirementRule).options(
        joinedload(RequirementRule.unit),
        joinedload(RequirementRule.job_role),
        joinedload(RequirementRule.scheme),
    )


def job_roles() -> list[JobRole]:
    """Return all posts by their Russian names."""
    return list(db.session.scalars(sa.select(JobRole).order_by(JobRole.name_ru)))


def facts_of(person: Person) -> list[CertificationFact]:
    """Return a person's facts with who recorded them and the rule, the newest effective first."""
    statement = facts_statement(person).order_by(
        CertificationFact.effective_on.desc(), CertificationFact.id.desc()
    )
    return list(db.session.scalars(statement))


def facts_statement(person: Person) -> sa.Select[CertificationFact]:
    """Return the statement of a person's facts as ``facts_of`` loads them, without an order."""
    return (
        sa.select(CertificationFact)
        .where(CertificationFact.person_id == person.id)
        .options(
            joinedload(CertificationFact.actor),
            joinedload(CertificationFact.rule).options(
                joinedload(RequirementRule.unit), joinedload(RequirementRule.job_role)
            ),
        )
    )


def units_by_path(
    viewer: Viewer, permission: Permission = Permission.SEE_CERTIFICATES
) -> list[OrganisationUnit]:
    """Return the open units in the viewer's scope, each after the one above it."""
    return units_within(viewer, permission)


def topmost(units: Sequence[OrganisationUnit]) -> list[OrganisationUnit]:
    """Return those of the units that lie beneath no other of them."""
    paths = tuple(one.path for one in units)
    return [
        one
        for one in units
        if not any(one.path.startswith(path) and one.path != path for path in paths)
    ]


def courses_on_offer() -> list[tuple[str, Mapping[str, str]]]:
    """Return the courses that a part can ask for, published and in use: slug and title."""
    return [
        (row.course.slug, row.published.title)
        for row in courses()
        if row.published is not None and row.course.retired_at is None
    ]


def exams_on_offer() -> list[tuple[str, str, Mapping[str, str], Mapping[str, str]]]:
    """Return the exams of courses as published last: slug, key, titles of course and exam.

    A final exam has no title of its own.
    """
    later = aliased(CourseVersion)
    newest = ~sa.exists().where(
        later.course_id == CourseVersion.course_id,
        later.status == VersionStatus.PUBLISHED,
        later.number > CourseVersion.number,
    )
    statement = (
        sa.select(Course.slug, Activity.key, CourseVersion.title, Activity.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Activity, Activity.version_id == CourseVersion.id)
        .where(
            Course.retired_at.is_(None),
            CourseVersion.status == VersionStatus.PUBLISHED,
            Activity.kind == ActivityKind.EXAM,
            newest,
        )
        .order_by(Course.slug, Activity.position)
    )
    return [tuple(row) for row in db.session.execute(statement)]  # type: ignore[misc]
