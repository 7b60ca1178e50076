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
from lms.standards.api.resources.keeping import (
    accounts,
    different,
    erasures,
    imports,
    leaves,
    merges,
    records,
    retention,
)

__all__ = [
    "OPERATIONS",
    "accounts",
    "audit",
    "certificates",
    "changes",
    "courses",
    "different",
    "enrolments",
    "erasures",
    "imports",
    "leaves",
    "merges",
    "people",
    "planned",
    "records",
    "retention",
    "standings",
    "tokens",
    "units",
]
