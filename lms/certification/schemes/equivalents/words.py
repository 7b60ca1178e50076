"""Equivalents by the names that readers know."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from lms.catalog.queries import course_titles, courses
from lms.certification.schemes.equivalents.queries import Old
from lms.certification.schemes.models import CertificationScheme, SchemeEquivalent
from lms.certification.schemes.queries import schemes
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


def olds(scheme: CertificationScheme) -> Mapping[str, tuple[str, Old]]:
    """Return what may count in place of ``scheme``, by key with its name.

    Other certifications, retired ones too (``scheme:`` and the public id), and the certificates of
    published courses (``course:`` and the short name).
    """
    found: dict[str, tuple[str, Old]] = {}
    for one in (*schemes(), *schemes(retired=True)):
        if one.id != scheme.id:
            found[f"scheme:{one.public_id}"] = (scheme_name(localised(one.title)), one)
    for row in courses():
        if row.published is not None:
            name = course_name(localised(row.published.title))
            found[f"course:{row.course.slug}"] = (name, row.course)
    return found
