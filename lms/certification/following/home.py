"""The home page's list of what one's work requires, and by when."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.certification.lifecycle.state import IN_FORCE, Holding, Obligation
from lms.certification.schemes.models import CertificationScheme, CertificationStanding
from lms.core.clock import local_date
from lms.core.database import execute
from lms.learning.home_sections import Section
from lms.learning.policies import urgency_of
from lms.people.identity import Viewer
from lms.people.permissions import Permission


def _unmet() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a standing that asks something of its person.

    Without ``in_``: it would be written out anew each time that the home page is opened.
    """
    asked, held = CertificationStanding.obligation, CertificationStanding.holding
    return (
        sa.or_(asked == Obligation.REQUIRED, asked == Obligation.OVERDUE),
        held != Holding.VALID,
        held != Holding.SUSPENDED,
    )


def asks_something(person_id: Any) -> sa.Exists:
    """Return the condition 'something is asked of the person', today or on another day."""
    return sa.exists().where(CertificationStanding.person_id == person_id, *_unmet())


def _statement() -> sa.Select[Any]:
    row = CertificationStanding
    day: Any = sa.bindparam("day")
    return (
        sa.select(CertificationScheme.title, row.due_on, row.valid_until_on, row.holding, row.work)
        .join(CertificationScheme, CertificationScheme.id == row.scheme_id)
        .where(
            row.person_id == sa.bindparam("person"),
            row.first_on <= day,
            row.last_on >= day,
            *_unmet(),
        )
        # No date sorts as the last date on both databases.
        .order_by(sa.func.coalesce(row.due_on, date.max), row.scheme_id)
    )


STATEMENT = _statement()


def _due_on(row: Any) -> date | None:
    """Return by when to act: what is held is to be renewed by its last day, not in its grace."""
    due_on: date | None = row.due_on
    until_on: date | None = row.valid_until_on
    if row.holding in IN_FORCE and due_on is not None and until_on is not None:
        return min(due_on, until_on)
    return due_on


def obligations_section(viewer: Viewer, now: datetime) -> Section | None:
    """Show what must be earned or renewed; nothing to someone of whom nothing is asked."""
    if not viewer.may(Permission.LEARN):
        return None
    today = local_date(now, current_app.config["SETTINGS"].time_zone)
    rows = execute(STATEMENT, {"person": viewer.person.id, "day": today}).all()
    if not rows:
        return None
    asked = sorted(((_due_on(row), row) for row in rows), key=lambda one: one[0] or date.max)
    obligations = [
        {
            "title": row.title,
            "due_on": due_on,
            "days": (due_on - today).days if due_on else None,
            "urgency": urgency_of(due_on, today),
            "work": row.work.value,
            "renews": row.holding is not Holding.NONE,
        }
        for due_on, row in asked
    ]
    return Section(
        "certification/home_obligations.html", 20, {"obligations": obligations, "today": today}
    )
