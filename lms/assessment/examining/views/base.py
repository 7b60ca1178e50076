"""What the examiner's pages begin with: a course or a sitting within the viewer's scope."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment.examining import queries
from lms.assessment.models import Attempt
from lms.assessment.views.base import found
from lms.catalog.models import Course
from lms.core.signing import checked_keys, key_ring
from lms.learning.queries import course_with_results
from lms.people.permissions import Permission
from lms.web.i18n import localised

SEE, EXAMINE = Permission.SEE_SITTINGS, Permission.CONDUCT_COURSES


def examined_course(slug: str) -> Course:
    """Return a course that was ever published."""
    return found(course_with_results(slug))


def examined_attempt(public_id: str, permission: Permission = SEE) -> Attempt:
    """Return a sitting that the viewer may examine; Missing for any other."""
    return found(queries.examined_attempt(current_user, public_id, permission))


def public_keys() -> dict[str, Mapping[str, Any]]:
    """Return the installation's public keys by name."""
    return checked_keys(key_ring(current_app.config["SETTINGS"]).public_keys())


def crumbs_of(course: Course, title: Any) -> list[tuple[Any, str | None]]:
    """Return the way from the course results to the examiner's desk of the course."""
    name = localised(title)
    return [
        (_("Course results"), url_for("learning.results")),
        (name, url_for("learning.course_results", slug=course.slug)),
        (_("Sittings"), url_for("assessment.sittings", slug=course.slug)),
    ]
