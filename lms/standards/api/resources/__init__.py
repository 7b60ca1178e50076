"""The operations, by what they are about. Importing this package declares all of them."""

from lms.standards.api.frame.operations import OPERATIONS
from lms.standards.api.resources import (
    audit,
    certificates,
    changes,
    courses,
    enrolments,
    people,
    planned,
    standings,
    tokens,
    units,
)

__all__ = [
    "OPERATIONS",
    "audit",
    "certificates",
    "changes",
    "courses",
    "enrolments",
    "people",
    "planned",
    "standings",
    "tokens",
    "units",
]
