"""Where a draft stands, and who may approve it: pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lms.catalog.models import VersionStatus
from lms.catalog.reviewing.models import ReviewEvent, ReviewStep


class Standing(Enum):
    """Where a version stands on its way to publication; derived, never stored."""

    EDITING = "editing"
    READY = "ready"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    PUBLISHED = "published"


AFTER = {
    ReviewStep.REQUESTED: Standing.READY,
    ReviewStep.APPROVED: Standing.APPROVED,
    ReviewStep.CHANGES_REQUESTED: Standing.CHANGES_REQUESTED,
    ReviewStep.LAPSED: Standing.EDITING,
}


def standing_of(
    status: VersionStatus, events: Sequence[ReviewEvent], digest: str | None = None
) -> Standing:
    """Return where a version stands after ``events``, oldest first.

    With the ``digest`` of the draft's present content an approval of other content doesn't count.
    """
    if status is VersionStatus.PUBLISHED:
        return Standing.PUBLISHED
    if not events:
        return Standing.EDITING
    last = events[-1]
    if last.step is ReviewStep.APPROVED and digest is not None and last.digest != digest:
        return Standing.EDITING
    return AFTER[last.step]


@dataclass(frozen=True)
class Hands:
    """Whose hands a draft went through: row ids of people."""

    asked_by: int | None
    edited_by: int | None
    second_person: bool


def may_approve(person_id: int, hands: Hands) -> bool:
    """Tell whether this person may approve: with the rule, neither who asked nor edited last."""
    return not hands.second_person or person_id not in (hands.asked_by, hands.edited_by)
