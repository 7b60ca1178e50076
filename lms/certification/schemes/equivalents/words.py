"""Equivalents by the names that readers know."""

from collections.abc import Collection

from flask_babel import gettext as _

from lms.catalog.queries import course_titles
from lms.certification.schemes.models import SchemeEquivalent
from lms.web.i18n import localised


def scheme_name(title: str) -> str:
    """Return how a certification is called where courses stand beside it."""
    return str(_("Certification “%(title)s”", title=title))


def course_name(title: str) -> str:
    """Return how a course's certificate is called where certifications stand beside it."""
    return str(_("Certificate of the course “%(title)s”", title=title))


def names(equivalents: Collection[SchemeEquivalent]) -> list[str]:
    """Return what counts by each of them; load ``old_scheme`` and ``course``."""
    slugs = {one.course.slug for one in equivalents if one.course is not None}
    titles = course_titles(slugs) if slugs else {}
    return [
        course_name(titles.get(one.course.slug, one.course.slug))
        if one.course is not None
        else scheme_name(localised(one.old_scheme.title if one.old_scheme else {}))
        for one in equivalents
    ]
