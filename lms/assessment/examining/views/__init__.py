"""Pages of examining: receipts for candidates and the public, the examiner's desk."""

from datetime import datetime
from typing import Any

from flask_babel import format_datetime

from lms.assessment.examining.views import (
    appeals,
    journals,
    live,
    receipts,
    regrades,
    remarks,
    sittings,
)

__all__ = ["appeals", "init_app", "journals", "live", "receipts", "regrades", "remarks", "sittings"]


def clock_time(instant: datetime) -> str:
    """Return an instant to the second, in the network's zone, as the reader writes it."""
    return str(format_datetime(instant, "d MMM, HH:mm:ss"))


def init_app(app: Any) -> None:
    """Add what templates of this part use."""
    app.jinja_env.filters["clock_time"] = clock_time
