"""Pages of batches."""

from lms.certification.batches.views import asking, batch, certifying, earlier, issuing

__all__ = ["asking", "batch", "certifying", "earlier", "issuing"]
