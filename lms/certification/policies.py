"""Who may do what with a certificate. Twins of the list filters in ``queries``."""

from lms.certification.models import Certificate
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, Person
from lms.people.permissions import Permission


def may_see(viewer: Viewer, holder: Person) -> bool:
    """Tell whether the viewer may read the holder's certificates: by the present unit.

    ``holder.employment.unit`` is loaded. Twin of ``queries.in_scope``.
    """
    return viewer.may_over(Permission.SEE_CERTIFICATES, _path(holder))


def may_manage(viewer: Viewer, holder: Person) -> bool:
    """Tell whether the viewer decides on the holder's certificates and certifications.

    Twin of ``queries.managed_by``.
    """
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, _path(holder))


def _path(holder: Person) -> str | None:
    return holder.employment.unit.path if holder.employment else None


def may_change_rules_of(viewer: Viewer, unit: OrganisationUnit) -> bool:
    """Tell whether the viewer may make and end rules over ``unit``."""
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, unit.path)


def may_read(viewer: Viewer, certificate: Certificate, holder: Person) -> bool:
    """Tell whether the viewer may have the document. Twin of ``queries.readable``."""
    return certificate.holder_id == viewer.person.id or may_see(viewer, holder)


def may_define_schemes(viewer: Viewer) -> bool:
    """Tell whether the viewer may define certifications: they hold in the whole network."""
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, "/network/")


def may_define_groups(viewer: Viewer) -> bool:
    """Tell whether the viewer may define service groups: windows everywhere serve them."""
    return viewer.may_over(Permission.PLAN_STAFFING, "/network/")


def may_manage_designs(viewer: Viewer) -> bool:
    """Tell whether the viewer may edit and choose designs: certificates everywhere look so."""
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, "/network/")


def may_see_designs(viewer: Viewer) -> bool:
    """Tell whether the viewer may look at designs and their versions."""
    return viewer.may_over(Permission.SEE_SETUP, "/network/")
