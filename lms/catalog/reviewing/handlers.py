"""What reviews make of changes and of publication; words for audit entries."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.catalog import events
from lms.catalog.models import CourseVersion, VersionStatus
from lms.catalog.reviewing.queries import NO_EDITS
from lms.catalog.reviewing.services import check_approved, lapse
from lms.people.audit_words import ACTIONS
from lms.people.models import Person

ACTIONS.update(
    {
        "catalog.review_requested": _l("Draft handed to a reviewer"),
        "catalog.review_approved": _l("Draft approved"),
        "catalog.review_returned": _l("Changes of a draft asked for"),
        "catalog.review_lapsed": _l("Approval lost by a change"),
        "catalog.review_rule_set": _l("Rule about a second person’s approval set"),
        "catalog.comment_written": _l("Comment on a lesson written"),
        "catalog.comment_resolved": _l("Comment on a lesson resolved"),
        "catalog.comment_reopened": _l("Comment on a lesson reopened"),
    }
)


def take_approval_away(
    version: CourseVersion, *, action: str, actor: Person | None, now: datetime, **_: Any
) -> None:
    """Let an approval lapse when its draft changes."""
    if action not in NO_EDITS and version.status is VersionStatus.DRAFT:
        lapse(version, actor=actor, now=now)


def want_approval(version: CourseVersion, *, digest: str, **_: Any) -> None:
    """Refuse a publication that a second person has to approve first."""
    check_approved(version, digest)


events.draft_changed.connect(take_approval_away)
events.publication_asked.connect(want_approval)
