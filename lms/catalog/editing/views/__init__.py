"""Pages of a draft's life: its texts with their history, comments on them, its review."""

from lms.catalog.commenting import views as comments
from lms.catalog.editing.views import texts, translation
from lms.catalog.reviewing import views as reviews

__all__ = ["comments", "reviews", "texts", "translation"]
