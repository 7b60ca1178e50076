"""Job: the changes of the board's tally are settled, so that its page reads few of them."""

from lms.certification.board.tally import AT_ONCE, settle
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work


@job("certification.settle_board", every_seconds=600)
def settle_board() -> None:
    """Settle all changes, a bounded number in each transaction."""
    settled = AT_ONCE
    while settled == AT_ONCE:
        with unit_of_work():
            settled = settle()
