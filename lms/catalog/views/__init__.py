"""Pages for authors of courses, and the files that lessons show."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.catalog.coauthoring import views as coauthoring
from lms.catalog.editing import views as editing
from lms.catalog.facts import views as facts
from lms.catalog.uploading import views as uploading
from lms.catalog.views import (
    activities,
    courses,
    details,
    files,
    lessons,
    media,
    outline,
    packages,
    placing,
    reading,
)
from lms.catalog.views.base import AUTHOR, blueprint
from lms.web.navigation import Entry, register

__all__ = [
    "activities",
    "blueprint",
    "coauthoring",
    "courses",
    "details",
    "editing",
    "facts",
    "files",
    "init_app",
    "lessons",
    "media",
    "outline",
    "packages",
    "placing",
    "reading",
    "uploading",
]


def init_app(app: Flask) -> None:
    """Add the entry of the navigation."""
    register(
        app,
        Entry(
            _l("Authoring"),
            "catalog.courses",
            "pencil",
            order=40,
            permission=AUTHOR,
            guests=True,
            active_on=(
                "catalog.",
                "assessment.blueprint",
                "assessment.create_item",
                "assessment.item",
                "assessment.item_history",
                "assessment.items",
                "assessment.new_item",
                "assessment.preview",
                "assessment.correction",
                "learning.moving",
                "learning.touched_people",
                "learning.write_training",
                "standards.import_items",
                "standards.export_items",
            ),
        ),
    )
