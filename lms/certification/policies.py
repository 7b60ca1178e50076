"""Who may do what with a certificate. Twins of the list filters in ``queries``."""

from lms.certification.models import Certificate
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission


def may_manage(viewer: Viewer, holder: Person) -> bool:
    """Tell whether the viewer looks after the holder's certificates: by the present unit.

    ``holder.employment.unit`` is loaded. Twin of ``queries.in_scope``.
    """
    path = holder.employment.unit.path if holder.employment else None
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, path)


def may_read(viewer: Viewer, certificate: Certificate, holder: Person) -> bool:
    """Tell whether the viewer may have the document. Twin of ``queries.readable``."""
    return certificate.holder_id == viewer.person.id or may_manage(viewer, holder)


def may_define_schemes(viewer: Viewer) -> bool:
    """Tell whether the viewer may define certifications: they hold in the whole network."""
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, "/network/")


def may_manage_designs(viewer: Viewer) -> bool:
    """Tell whether the viewer may edit and choose designs: certificates everywhere look so."""
    return viewer.may_over(Permission.MANAGE_CERTIFICATES, "/network/")
