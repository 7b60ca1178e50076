"""Jobs of the catalog."""

from lms.catalog.uploading import jobs as upload_jobs

__all__ = ["upload_jobs"]
