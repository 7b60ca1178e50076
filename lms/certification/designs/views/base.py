"""What the pages of designs share."""

from flask_login import current_user

from lms.certification.designs import queries
from lms.certification.designs.models import CertificateDesign, DesignVersion
from lms.certification.policies import may_manage_designs, may_see_designs
from lms.core.errors import Missing
from lms.people.permissions import Permission

PERMISSION, SEE = Permission.MANAGE_CERTIFICATES, Permission.SEE_SETUP


def must_manage() -> None:
    """Refuse, as missing, whoever doesn't look after certificates of the whole network."""
    if not may_manage_designs(current_user):
        raise Missing


def must_see() -> None:
    """Refuse, as missing, whoever may not look at what concerns the whole network."""
    if not may_see_designs(current_user):
        raise Missing


def found_design(design_id: str) -> CertificateDesign:
    """Return the design with its versions for a look at it, or refuse as missing."""
    must_see()
    found = queries.design_for(design_id)
    if found is None:
        raise Missing
    return found


def locked_design(design_id: str) -> CertificateDesign:
    """Return the design as it is now, for a change, or refuse as missing."""
    must_manage()
    found = queries.locked_design(design_id)
    if found is None:
        raise Missing
    return found


def found_version(design: CertificateDesign, number: int) -> DesignVersion:
    """Return a version of the design, or refuse as missing."""
    for version in design.versions:
        if version.number == number:
            return version
    raise Missing
