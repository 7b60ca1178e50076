"""Reads of the organisation tree and of job roles."""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import JobRole, OrganisationUnit, UnitKind
from lms.people.queries.persons import within
from lms.web.i18n import localised
from lms.web.lists.asking import offered


def units_within(viewer: Viewer, permission: Enum) -> list[OrganisationUnit]:
    """Return the open units in the viewer's scope, each after the one above it."""
    statement = (
        sa.select(OrganisationUnit)
        .where(within(viewer.scope(permission)), OrganisationUnit.closed_on.is_(None))
        .order_by(OrganisationUnit.path)
    )
    return list(db.session.scalars(statement))


def unit_for(viewer: Viewer, permission: Enum, public_id: str) -> OrganisationUnit | None:
    """Return the unit with ``public_id`` if it lies in the viewer's scope."""
    statement = sa.select(OrganisationUnit).where(
        OrganisationUnit.public_id == public_id, within(viewer.scope(permission))
    )
    return db.session.scalars(statement).one_or_none()


def unit_asked(
    viewer: Viewer, permission: Enum, values: Mapping[str, str]
) -> OrganisationUnit | None:
    """Return the unit of the viewer's scope that a list's address names; None without one.

    Raises NotOffered.
    """
    found = unit_for(viewer, permission, values["unit"]) if values.get("unit") else None
    return offered(values, "unit", {found.public_id: found} if found else {})


def is_called(words: str, unit: Any = OrganisationUnit) -> sa.ColumnElement[bool]:
    """Return the condition 'the unit has this code, or these words in a name'."""
    text = words.strip()
    return sa.or_(
        unit.code == text.lower(),
        unit.name_ru.icontains(text, autoescape=True),
        unit.name_en.icontains(text, autoescape=True),
    )


def lies_in_called(words: str) -> sa.ColumnElement[bool]:
    """Return the condition 'the unit is called so, or lies in a district that is'."""
    above = aliased(OrganisationUnit)
    lies_in = sa.func.substr(OrganisationUnit.path, 1, sa.func.length(above.path)) == above.path
    in_district = sa.exists().where(
        above.kind == UnitKind.DISTRICT, is_called(words, above), lies_in
    )
    return sa.or_(is_called(words), in_district)


def unit_coded(code: str) -> OrganisationUnit | None:
    """Return the unit with this code."""
    statement = sa.select(OrganisationUnit).where(OrganisationUnit.code == code)
    return db.session.scalars(statement).one_or_none()


def unit_names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of the units with these codes, in the reader's language."""
    return _names(OrganisationUnit, codes)


def job_role_names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of the job roles with these codes, in the reader's language."""
    return _names(JobRole, codes)


def _names(kind: type[OrganisationUnit | JobRole], codes: Collection[str]) -> dict[str, str]:
    statement = sa.select(kind.code, kind.name_ru, kind.name_en).where(kind.code.in_(codes))
    return {
        code: localised({"ru": russian, "en": english})
        for code, russian, english in db.session.execute(statement)
    }
