"""Regular work of this domain."""

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.standards.api.frame.idempotency import forget_answers
from lms.standards.webhooks import jobs as webhook_jobs  # noqa: F401 - its jobs


@job("standards.forget_answers", every_seconds=3600)
def forget_old_answers() -> None:
    """Delete the API's answers that are no longer given again."""
    with unit_of_work():
        forget_answers(now=clock.now())
