"""Named reads of certificates; the registry's are in ``queries.registry``."""

from lms.certification.queries.certificates import (
    FACTS,
    certificate,
    certificate_of_enrolment,
    certificate_of_file,
    certificates_of,
    has_kept_files,
    history,
    in_scope,
    managed,
    managed_by,
    overseen,
    readable,
    takeable,
)

__all__ = [
    "FACTS",
    "certificate",
    "certificate_of_enrolment",
    "certificate_of_file",
    "certificates_of",
    "has_kept_files",
    "history",
    "in_scope",
    "managed",
    "managed_by",
    "overseen",
    "readable",
    "takeable",
]
