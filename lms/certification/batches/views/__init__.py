"""Pages of batches."""

from lms.certification.batches.views import asking, batch, certifying, issuing

__all__ = ["asking", "batch", "certifying", "issuing"]
