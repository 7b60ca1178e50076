"""Who may see and steer a batch."""

from lms.certification.batches.models import TWO_PEOPLE, CertificateBatch
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.second_person.policies import may_over_all


def may_see(viewer: Viewer, batch: CertificateBatch) -> bool:
    """Tell whether the viewer looks after all people whom the batch could be about.

    The files of a download are of whoever asked for them alone; what needs two people is seen by
    all who could be the second. Who reads and manages nothing, an auditor, sees all work.
    """
    is_own = batch.kind in TWO_PEOPLE or batch.asked_by_id == viewer.person.id
    if not is_own and viewer.may(Permission.MANAGE_CERTIFICATES):
        return False
    return may_over_all(viewer, Permission.SEE_SETUP, batch.scope)


def may_steer(viewer: Viewer, batch: CertificateBatch) -> bool:
    """Tell whether the viewer may stop the batch and let it go on; it is one they may see."""
    return batch.asked_by_id == viewer.person.id or batch.kind in TWO_PEOPLE
