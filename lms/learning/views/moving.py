"""Moving people on earlier versions of a course to the one that is taught."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.models import CourseVersion
from lms.catalog.policies import may_author
from lms.catalog.queries import course_for, published_version
from lms.core import clock
from lms.core.errors import Forbidden, Missing
from lms.learning.moving.queries import effect_of, version_before
from lms.learning.moving.services import order_move
from lms.learning.views.base import blueprint
from lms.people.permissions import Permission
from lms.web import access


def _taught(slug: str) -> CourseVersion:
    if not may_author(current_user):
        raise Forbidden
    course = course_for(slug)
    version = published_version(course) if course else None
    if version is None:
        raise Missing
    return version


@blueprint.get("/authoring/courses/<slug>/people")
@access.requires(Permission.AUTHOR_COURSES)
def moving(slug: str) -> ResponseReturnValue:
    """Show how many people are on earlier versions, and what moving them means."""
    version = _taught(slug)
    before = version_before(version)
    return render_template(
        "learning/moving/moving.html",
        slug=slug,
        version=version,
        effect=effect_of(before, version) if before else None,
    )


@blueprint.post("/authoring/courses/<slug>/people")
@access.requires(Permission.AUTHOR_COURSES)
def move_people(slug: str) -> ResponseReturnValue:
    """Order that everyone on an earlier version goes on with the one that is taught."""
    order_move(_taught(slug), actor=current_user.person, now=clock.now())
    flash(_("People are being moved. Whoever sits an exam follows when it is over."), "good")
    return redirect(url_for("catalog.course", slug=slug))
