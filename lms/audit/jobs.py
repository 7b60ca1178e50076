"""Checking the whole log in the background: reading all of it takes longer than a page may."""

from datetime import datetime
from typing import Any

from lms.audit import services
from lms.audit.chain import check_chain
from lms.core import clock
from lms.core.jobs import enqueue, job
from lms.core.unit_of_work import only_reading, unit_of_work

CHECKING = "audit.check_log"
CHECKS = "checks"  # the record under which the log keeps what came of them


def ask_for_check(*, now: datetime, actor_key: str) -> None:
    """Have the whole log checked; what comes of it is written into the log."""
    enqueue(CHECKING, key=now.isoformat(), now=now, actor_key=actor_key)


@job(CHECKING)
def check_log(actor_key: str) -> None:
    """Check the whole log and write down what came of it, for who asked."""
    with only_reading():
        report = check_chain()
    told: dict[str, Any] = {} if report.holds else {"first_broken": report.first_broken_id}
    with unit_of_work():
        services.record(
            now=clock.now(),
            actor_key=actor_key,
            action="people.audit_checked",
            subject_kind="audit_log",
            subject_key=CHECKS,
            log_length=report.entries,
            log_end=report.last_hash,
            **told,
        )
