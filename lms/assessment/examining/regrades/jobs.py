"""The job of a regrade: previews and applications go on in portions, from wherever they stand."""

from lms.assessment.examining.models import RegradeState
from lms.assessment.examining.regrades.applying import apply_portion
from lms.assessment.examining.regrades.services import JOB, count_portion, locked
from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work


def go_on(key: str) -> bool:
    """Do the next portion of a regrade, in the caller's transaction; tell whether more is left."""
    regrade = locked(key)
    if regrade is None:
        return False
    match regrade.state:
        case RegradeState.COUNTING:
            return count_portion(regrade=regrade)
        case RegradeState.APPLYING:
            return apply_portion(regrade=regrade, now=clock.now())
        case _:
            return False


@job(JOB)
def run_regrade(regrade: str) -> None:
    """Do all portions that are left, each in a transaction of its own."""
    more = True
    while more:
        with unit_of_work():
            more = go_on(regrade)
