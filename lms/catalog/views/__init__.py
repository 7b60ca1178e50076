"""Pages for authors of courses, and the files that lessons show."""

from lms.catalog.views import files
from lms.catalog.views.base import blueprint

__all__ = ["blueprint", "files"]
