"""Pages of batches."""

from lms.certification.batches.views import asking, batch, issuing

__all__ = ["asking", "batch", "issuing"]
