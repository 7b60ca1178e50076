"""Pages of examining: receipts for candidates and the public, the examiner's desk."""

from typing import Any

from lms.assessment.examining.views import receipts

__all__ = ["init_app", "receipts"]


def init_app(_app: Any) -> None:
    """Add what templates of this part use."""
