"""A plan's outline, kept with the upload: planning thousands of rows takes seconds.

It counts as long as the plan would be the same: on the same day, for the same importer, and while
the log has nothing new that a plan could follow from. All changes of people, posts, leaves and
units stand there, in the order in which they were committed (``audit.services``). What a page shows
of people is read anew in any case, and what is confirmed is planned anew.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.people.importing.leaves import leave_book
from lms.people.importing.planning import Importer, Wanted, outline
from lms.people.importing.rules.plans import Outcome, Outline

LETTERS = {outcome.value[0]: outcome for outcome in Outcome}  # a row each
# What the log says of people from which no plan follows; whatever isn't named here may matter.
OTHERS = frozenset(
    {
        "people.audit_checked",
        "people.audit_exported",
        "people.password_changed",
        "people.password_reset",
        "people.record_taken",
        "people.recovery_code_used",
        "people.recovery_codes_renewed",
        "people.second_factor_removed",
        "people.second_factor_set",
    }
)


def outline_to_keep(importer: Importer, wanted: Wanted, *, today: date) -> dict[str, Any]:
    """Plan, and return the outline as it is stored."""
    newest = db.session.scalar(sa.select(sa.func.max(AuditEntry.id)))  # first: before what is read
    made = outline(importer, wanted, today=today)
    return {
        "log": newest or 0,
        **_terms(importer, today),
        "outcomes": "".join(outcome.value[0] for outcome in made.outcomes),
        "missing": list(made.missing),
        "digest": made.digest,
    }


def kept_outline(
    kept: Mapping[str, Any] | None, importer: Importer, *, today: date
) -> Outline | None:
    """Return an outline that was stored; None when the plan may be another by now."""
    if kept is None or not _terms(importer, today).items() <= kept.items():
        return None
    if db.session.scalar(sa.select(sa.exists().where(AuditEntry.id > kept["log"], _matters()))):
        return None
    return Outline([LETTERS[one] for one in kept["outcomes"]], kept["missing"], kept["digest"])


def _terms(importer: Importer, today: date) -> dict[str, Any]:
    return {
        "on": today.isoformat(),
        "by": importer.person.id if importer.person else None,
        "over": sorted(importer.scope),
    }


def _matters() -> sa.ColumnElement[bool]:
    book = leave_book()
    about_people = AuditEntry.action.startswith("people.") & AuditEntry.action.not_in(OTHERS)
    return sa.or_(about_people, book.noted()) if book else about_people
