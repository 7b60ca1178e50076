"""The details of each kind that has any."""

from collections.abc import Mapping
from typing import Any

from lms.catalog.kinds.base import Details
from lms.catalog.kinds.checklist import ChecklistDetails
from lms.catalog.kinds.classroom import ClassroomDetails
from lms.catalog.kinds.document import DocumentDetails
from lms.catalog.kinds.practice import PracticeDetails
from lms.catalog.models import ActivityKind

DETAILS: dict[ActivityKind, type[Any]] = {
    kind.kind: kind
    for kind in (PracticeDetails, ClassroomDetails, DocumentDetails, ChecklistDetails)
}


def restore(kind: ActivityKind, stored: Mapping[str, Any]) -> Details | None:
    """Return the details stored with an activity of ``kind``; None for a lesson or an exam."""
    details: Details | None = DETAILS[kind].restore(stored) if kind in DETAILS else None
    return details
