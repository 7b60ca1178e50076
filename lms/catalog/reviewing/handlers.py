"""What reviews make of changes and of publication."""

from datetime import datetime
from typing import Any

from lms.catalog import events
from lms.catalog.models import CourseVersion, VersionStatus
from lms.catalog.reviewing.queries import NO_EDITS
from lms.catalog.reviewing.services import check_approved, lapse
from lms.people.models import Person


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
